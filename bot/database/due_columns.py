"""Due times stored on an escalation's row, for lists that sort by them and for the loop that re-evaluates it."""

from datetime import datetime, time, timedelta

from bot.database import obligations
from bot.models.escalation import Escalation
from bot.policy.model.rules import Policy
from bot.policy.plan.due_steps import OpenDueTimes, due_steps, open_due_times
from bot.policy.record.escalation import EscalationFacts, Status

# The level of resolved or closed escalations no longer moves.
WEIGHED = (Status.OPEN, Status.MITIGATED)


def is_weighed(row: Escalation) -> bool:
    """Return True if changes of the account move the level: not once it is resolved, nor for an open proposal."""
    return row.status in WEIGHED and row.has_begun


def note_weighing(row: Escalation, now: datetime) -> None:
    """Note when the account must be evaluated again, or that it need not be."""
    if not is_weighed(row):
        row.weigh_at = None
    elif row.weigh_at is None:
        row.weigh_at = now


def next_weighing(now: datetime, policy: Policy) -> datetime:
    """Return when the next day begins in the policy's zone: facts such as a renewal date change by the day."""
    tomorrow = now.astimezone(policy.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), policy.zone)


def note_due_times(row: Escalation, facts: EscalationFacts, policy: Policy) -> None:
    """Store what lists sort and select by: when the clocks and the review are due, the first of all, and open roles."""
    dues = open_due_times(facts, policy)
    row.response_due_at, row.resolution_due_at, row.review_due_at = dues.response, dues.resolution, dues.review
    row.first_due_at = _first(facts, policy)
    for slot in row.slots:
        slot.is_open = facts.is_live


def are_noted(row: Escalation, facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if what `note_due_times` stores is right, and what people owe."""
    stored = OpenDueTimes(response=row.response_due_at, resolution=row.resolution_due_at, review=row.review_due_at)
    is_right = stored == open_due_times(facts, policy) and row.first_due_at == _first(facts, policy)
    is_right = is_right and row.obligations == obligations.stored(facts, policy)
    return is_right and all(slot.is_open == facts.is_live for slot in row.slots)


def _first(facts: EscalationFacts, policy: Policy) -> datetime | None:
    return next((step.at for step in due_steps(facts, policy)), None)
