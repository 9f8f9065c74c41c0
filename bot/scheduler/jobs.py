"""Jobs: claimed effects as performers see them, and what performers return or raise."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.database.transaction import Transaction
from bot.errors import OutsideError
from bot.models.work import Effect
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.services.confidential.redaction import PostedMessage

# Records the result of an effect, in the transaction that settles it. If it raises OutsideError the effect counts as
# not done.
Settle = Callable[[Transaction], None]


@dataclass(frozen=True, slots=True)
class Job:
    """An effect to perform, with its escalation as it was at the claim, and the time on the business clock.

    `said` collects messages posted outside the escalation's channel, to be recorded when the effect is settled.
    """

    effect: Effect
    facts: EscalationFacts | None
    policy: Policy | None
    now: datetime
    said: list[PostedMessage] = field(default_factory=list)

    @property
    def escalation(self) -> EscalationFacts:
        """Return the escalation. Effects without one must not call this."""
        if self.facts is None:
            raise LookupError(f"effect {self.effect.id} ({self.effect.kind}) has no escalation")
        return self.facts

    @property
    def rules(self) -> Policy:
        """Return the policy that the escalation was declared under. Effects without one must not call this."""
        if self.policy is None:
            raise LookupError(f"effect {self.effect.id} ({self.effect.kind}) has no policy")
        return self.policy


class Dropped(Exception):
    """Raised by a performer if the effect has become unnecessary."""


class Held(Exception):
    """Raised by a performer if the effect has to wait; `settle` records what for.

    It counts as an attempt that did not succeed. `settle` may take the effect out of the queue. `error`, if given, says
    when it is tried again and whether it may have happened.
    """

    def __init__(self, code: str, settle: Settle, error: OutsideError | TimeoutError | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.settle = settle
        self.error = error


Performer = Callable[[Job], Awaitable[Settle | None]]


class Jobs(Protocol):
    """Loads effects as jobs and records what became of them, so that delivery needs to know nothing of escalations."""

    def prepare(self, tx: Transaction, effects: Sequence[Effect]) -> list[Job]:
        """Load what claimed effects refer to, in the claiming transaction."""
        ...

    def record_posts(self, tx: Transaction, job: Job) -> None:
        """Record messages posted outside the escalation's channel."""
        ...

    def report_failed(self, tx: Transaction, job: Job, why: str) -> None:
        """Inform people that an effect can't happen, and what happens instead."""
        ...

    def report_blocked(self, tx: Transaction, job: Job, why: str) -> None:
        """Inform people that an effect fails for now and is being retried."""
        ...
