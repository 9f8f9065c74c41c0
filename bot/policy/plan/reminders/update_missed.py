"""The update has not come after the reminders: the manager is paged, with the words of the page, not of a reminder.

The rules: docs/policy.md#a-missed-update.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.promised import PAGE_ANSWERED, due_together, is_to_come, promised
from bot.policy.plan.reminders.reminder import Due
from bot.policy.plan.timers import Planned, TimerKind, moment
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMissed:
    """The update was missed: the manager is paged, planned for `page_at`."""

    audiences: tuple[str, ...]
    due_at: datetime
    page_at: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for each update that is promised, after the time its cadence gives."""
    for update in promised(facts, policy):
        if is_to_come(facts, update.stages.page_at):
            yield Planned(f"{update.key}:missed", TimerKind.UPDATE_MISSED, update.stages.page_at, update.data)


def decide(due: Due) -> Iterator[UpdateMissed]:
    """Yield one page for all audiences."""
    found = due_together(TimerKind.UPDATE_MISSED, due)
    if found is not None:
        mine = due.of(TimerKind.UPDATE_MISSED)
        page_at = min(timer.due_at for timer in mine)
        answered_at = due.facts.reminded.get(PAGE_ANSWERED)
        turn_at = max(moment(timer.data.get("interval", timer.data["due"])) for timer in mine)
        if answered_at is not None and turn_at <= answered_at:
            return  # their page is silent until the update is due again
        yield UpdateMissed(audiences=found.audiences, due_at=found.due_at, page_at=page_at)
