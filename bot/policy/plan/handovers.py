"""When an offer of a role ends without an answer: sooner at the heaviest level, where somebody must act now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import EscalationFacts

_AT_THE_TOP: Final = timedelta(minutes=10)
_ELSEWHERE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverLapses:
    """Nobody accepted a role in time: the holder keeps it."""

    role: str


def expires_at(policy: Policy, level: str, now: datetime) -> datetime:
    """Return when an offer that is made now ends without an answer."""
    return now + (_AT_THE_TOP if policy.is_top(level) else _ELSEWHERE)


def plan(facts: EscalationFacts) -> Iterator[Planned]:
    """Yield a timer for each open offer."""
    for offer in facts.handovers:
        key = f"{facts.key}:handover:{offer.role}:{stamp(offer.expires_at)}"
        yield Planned(key[:200], TimerKind.HANDOVER, offer.expires_at, {"role": offer.role})
