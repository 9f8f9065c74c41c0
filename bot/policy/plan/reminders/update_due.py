"""The next update is due: the channel is reminded (docs/policy.md#a-missed-update)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.promised import due_together, promised
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDueNotice:
    """The next update to these audiences is due."""

    word: ClassVar[str] = "update due"

    audiences: tuple[str, ...]
    due: datetime
    late: timedelta | None = None


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for each update that is promised."""
    for update in promised(facts, policy):
        yield Planned(update.key, TimerKind.UPDATE_DUE, update.due_at, update.data)


def decide(due: Due) -> Iterator[Reminder[UpdateDueNotice]]:
    """Yield one reminder for all audiences."""
    found = due_together(TimerKind.UPDATE_DUE, due)
    if found is not None:
        yield Reminder(notice=UpdateDueNotice(audiences=found.audiences, due=found.due_at, late=found.late))


KIND = ReminderKind(timer=TimerKind.UPDATE_DUE, notice=UpdateDueNotice, plan=plan, decide=decide)
