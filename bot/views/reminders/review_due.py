"""The post-incident review is due: what the channel reads, and the fix owner directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.review_due import ReviewDueNotice
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.parts import asking
from bot.views.kit.text import moment, person


def draw(notice: ReviewDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel, or for the person it is sent to directly."""
    named = labels.named(facts, direct_to=direct_to)
    the = "The" if direct_to else f"{person(facts.holder(FIX_OWNER) or facts.declared_by)}, the"
    due = moment(notice.due, str(policy.zone))
    text = f":mag: {the} review of {named} has been overdue since {due}."
    return asking(text, "Finished? Add the day under *More* → *Post-incident review*. Closing needs it.")
