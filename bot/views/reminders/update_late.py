"""The direct message to the owner of a missed update."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.promised import CUSTOMER
from bot.policy.plan.reminders.update_late import UpdateLateNotice
from bot.policy.record.escalation import MANAGER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.text import moment, person
from bot.views.reminders.updates import asking_for_update, late


def draw(notice: UpdateLateNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the owners of the update, who get it directly."""
    named = labels.named(facts, direct_to=direct_to)
    due = moment(notice.due, str(policy.zone))
    kind = "customer" if CUSTOMER in notice.audiences else "internal"
    text = f"The {kind} update for {named} was due {due} and has not come.{late(notice.late)}"
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    then = f"No news is news too. If it does not come, {manager} is paged."
    return asking_for_update(text, then, facts)
