"""Outcomes: what became of an effect, and when one that failed is retried."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from bot.database.failures import log_failure
from bot.database.transaction import is_away
from bot.errors import (
    Ambiguous,
    Blocked,
    NotFound,
    OutsideError,
    Permanent,
    Temporary,
    UnknownWord,
    UnreadableRecord,
)
from bot.models.work import Effect, EffectKind
from bot.ports.leases import LeaseLostError
from bot.scheduler.watchdog import is_stuck

BEYOND_SLACK = (EffectKind.RING, EffectKind.TEAM_RING)
URGENT = (*BEYOND_SLACK, EffectKind.PAGE, EffectKind.BREACH)
FIRST_DELAY = timedelta(seconds=1)
_LONGEST_DELAY = timedelta(minutes=1)
# Short, so that pages go out within seconds after an outage, and channels open soon after them.
_LONGEST_URGENT_DELAY = timedelta(seconds=5)
OPENING = (EffectKind.CREATE_CHANNEL, EffectKind.INVITE, EffectKind.CARD)
# A mail server that asks to try later (greylisting) means minutes.
_LONGEST_MAIL_DELAY = timedelta(minutes=5)
_LONGEST_OPENING_DELAY = timedelta(seconds=6)
# Retry delays are multiplied by a random factor from this range, so that effects that failed together don't retry
# together.
_JITTER = (0.5, 1.5)
_TRIES_OF_A_DEFECT = 5
# An error code of Slack's we don't know may be temporary; after this many attempts people are notified.
_TOLD_AFTER_TRIES = 5


@dataclass(frozen=True, slots=True)
class Retry:
    """The effect did not happen, or may not have: retry after `delay`. If `tell`, inform people now."""

    delay: timedelta
    in_doubt: bool
    error: str
    tell: bool = False


@dataclass(frozen=True, slots=True)
class Park:
    """The effect can't succeed until a person acts."""

    error: str


@dataclass(frozen=True, slots=True)
class Done:
    """The effect happened, or became unnecessary."""

    dropped: bool = field(default=False)


Outcome = Retry | Park | Done

_MAILS: Final = frozenset(
    {
        EffectKind.MAIL,
        EffectKind.CUSTOMER_MAIL,
        EffectKind.CUSTOMER_QUESTION,
        EffectKind.SUMMARY,
        EffectKind.CALL_INVITE,
    }
)


def jitter() -> float:
    """Return a random factor for a retry delay."""
    return random.uniform(*_JITTER)  # noqa: S311 - not for secrets


def outcome_of(effect: Effect, error: Exception) -> Outcome:
    """Return, and log, what an error that a performer raised means for its effect."""
    log = structlog.get_logger().bind(effect=effect.id, kind=effect.kind, escalation=effect.escalation_id)
    longest = _longest_delay(effect.kind)
    factor = jitter()
    delay = min(longest, FIRST_DELAY * 2 ** min(effect.attempts - 1, 10)) * factor
    match error:
        case LeaseLostError():
            # `settle` checks whether the effect is still ours to return to the queue.
            log.warning("lease expired before the call")
            return Retry(timedelta(0), in_doubt=True, error="the lease was over")
        case Blocked():
            log.warning("effect blocked", error=str(error))
            slowly = min(max(longest, _LONGEST_DELAY), FIRST_DELAY * 2 ** min(effect.attempts - 1, 10)) * factor
            return Retry(slowly, in_doubt=False, error=error.code, tell=effect.attempts == _TOLD_AFTER_TRIES)
        case Temporary():
            log.info("effect postponed", error=str(error))
            return Retry(error.retry_after or delay, in_doubt=False, error=error.code)
        case Ambiguous() | TimeoutError():
            log.warning("effect in doubt", error=str(error))
            code = error.code if isinstance(error, OutsideError) else "no answer in time"
            return Retry(delay, in_doubt=True, error=code)
        case UnreadableRecord():
            log.error("effect parked", error=error.why)
            return Park(f"{error.what}: {error.why}")
        case NotFound() | UnknownWord():
            # Its payload can be read, but names something that doesn't exist; a retry would find nothing either.
            log.error("effect parked", error=str(error))
            return Park(f"its payload means nothing: {error}")
        case Permanent():
            log.error("effect parked", error=str(error))
            return Park(error.code)
        case _:
            return _after_defect(effect, error, delay)


def _after_defect(effect: Effect, error: Exception, delay: timedelta) -> Outcome:
    """Return the outcome of what isn't Slack's doing. While the database is away, nothing is given up."""
    log_failure("effect failed", error, effect=effect.id, kind=effect.kind, escalation=effect.escalation_id)
    if is_stuck(error):
        return Park("it never came back and was interrupted")
    if is_away(error) or effect.attempts < _TRIES_OF_A_DEFECT:
        return Retry(delay, in_doubt=True, error=repr(error))
    return Park(repr(error))


def _longest_delay(kind: EffectKind) -> timedelta:
    if kind in URGENT:
        return _LONGEST_URGENT_DELAY
    if kind in (
        EffectKind.MAIL,
        EffectKind.CUSTOMER_MAIL,
        EffectKind.CUSTOMER_QUESTION,
        EffectKind.SUMMARY,
        EffectKind.CALL_INVITE,
    ):
        return _LONGEST_MAIL_DELAY
    return _LONGEST_OPENING_DELAY if kind in OPENING else _LONGEST_DELAY
