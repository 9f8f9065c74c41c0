"""The direct message to the owner of a missed update, which each further interval replaces."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.promised import CUSTOMER, PAGE_ANSWERED, UPDATE, owed_by
from bot.policy.plan.reminders.update_late import UpdateLateNotice
from bot.policy.record.escalation import MANAGER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.text import moment, person
from bot.views.reminders.updates import asking_for_update, internal_one, is_due, late, we_paged


def draw(notice: UpdateLateNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the owners of the update, who get it directly."""
    named = labels.numbered(facts, direct_to=direct_to)
    mine = owed_by(direct_to, notice, facts) if direct_to is not None else notice
    is_both = len(mine.audiences) > 1
    kind = (
        "Update"
        if is_both and mine.internal_due is None
        else f"{'Customer' if CUSTOMER in mine.audiences else 'Internal'} update"
    )
    text = f":bell: {kind} for {named} {is_due(mine.due, mine.missed, policy, is_past=True)}."
    also = f" The {internal_one(mine, policy, is_past=True)}" if is_both and mine.internal_due is not None else ""
    text = f"{text}{also}{late(notice.late)}"
    return asking_for_update(text, f"No news? Say so.{_then(notice, facts, policy)}", facts)


def _then(notice: UpdateLateNotice, facts: EscalationFacts, policy: Policy) -> str:
    """Return who has been paged already, or who will be and when; nothing if a page for it was answered."""
    paged = we_paged(facts, notice.page_at or notice.due)
    if paged is not None:
        return f" {paged}"
    answered_at, reminded_at = facts.reminded.get(PAGE_ANSWERED), facts.reminded.get(UPDATE)
    if answered_at is not None and reminded_at is not None and answered_at >= reminded_at:
        return ""  # the page is silent until the update is due again
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    at = f" {moment(notice.page_at, str(policy.zone))}" if notice.page_at else ""
    return f" Otherwise we page {manager}{at}."
