"""The next update is due: the channel is reminded (docs/policy.md#a-missed-update)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import ClassVar

from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.promised import UPDATE, UpdatesOwed, all_owed, due_together, is_to_come, promised
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDueNotice(UpdatesOwed):
    """The next update to these audiences is due."""

    word: ClassVar[str] = "update due"
    subject: ClassVar[NoticeSubject] = NoticeSubject.UPDATE
    is_deleted: ClassVar[bool] = True


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for each update that is promised."""
    for update in promised(facts, policy):
        if is_to_come(facts, update.due_at):
            yield Planned(update.key, TimerKind.UPDATE_DUE, update.due_at, update.data)


def decide(due: Due) -> Iterator[Reminder[UpdateDueNotice]]:
    """Yield one reminder with all that is owed: it replaces the one before."""
    found = due_together(TimerKind.UPDATE_DUE, due)
    if found is not None:
        notice = UpdateDueNotice(**asdict(all_owed(found, due)))
        yield Reminder(notice=notice, recurs=UPDATE)


KIND = ReminderKind(timer=TimerKind.UPDATE_DUE, notice=UpdateDueNotice, plan=plan, decide=decide)
