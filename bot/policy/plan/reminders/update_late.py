"""The update is still missing: its owner is reminded directly (docs/policy.md#a-missed-update)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar

from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.promised import (
    PromisedUpdate,
    UpdatesOwed,
    all_owed,
    due_together,
    is_to_come,
    owners,
    promised,
)
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLateNotice(UpdatesOwed):
    """The update is still missing. At `page_at` somebody is paged for it. Each owner reads what they owe."""

    word: ClassVar[str] = "update late"
    subject: ClassVar[NoticeSubject] = NoticeSubject.UPDATE
    is_deleted: ClassVar[bool] = True

    page_at: datetime | None = None


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for each update that is promised, after the time its cadence gives."""
    for update in promised(facts, policy):
        if is_to_come(facts, update.stages.direct_at):
            yield Planned(_key(update), TimerKind.UPDATE_LATE, update.stages.direct_at, update.data)


def decide(due: Due) -> Iterator[Reminder[UpdateLateNotice]]:
    """Yield one reminder to the owners for all audiences."""
    found = due_together(TimerKind.UPDATE_LATE, due)
    if found is not None:
        keys = {timer.key for timer in due.of(TimerKind.UPDATE_LATE)}
        pages = [one.stages.page_at for one in promised(due.facts, due.policy) if _key(one) in keys]
        yield Reminder(
            notice=UpdateLateNotice(**asdict(all_owed(found, due)), page_at=min(pages, default=None)),
            in_channel=False,
            people=owners(found.audiences, due.facts),
            yields_to_pages=True,
        )


def _key(update: PromisedUpdate) -> str:
    return f"{update.key}:late"


KIND = ReminderKind(timer=TimerKind.UPDATE_LATE, notice=UpdateLateNotice, plan=plan, decide=decide)
