"""The post-incident review is due: what the channel reads, and the fix owner directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.review_due import ReviewDueNotice, asked_of
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.reviews import ReviewState
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import any_of, moment


def draw(notice: ReviewDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel, or for the person it is sent to directly."""
    named = labels.named(facts, direct_to=direct_to)
    waits = facts.review.state is ReviewState.ASKED if notice.signing else facts.review.finished_on is None
    if not waits or not facts.is_live:
        return text_message(f":mag: Review of {named}. {labels.review_ended(facts)}")
    asked = asked_of(facts, policy)
    the = "The" if direct_to or not asked else f"{any_of(asked)}, the"
    due = moment(notice.due, str(policy.zone))
    number = str(facts.number)
    if notice.signing:
        text = f":mag: {the} review of {named} waits for a sign-off, overdue since {due}."
        sign = button("Sign off", ids.PRESS_SIGN_OFF, number, style="primary")
        return asking(text, "Closing needs it.", button("Review", ids.PRESS_REVIEW, number), sign)
    text = f":mag: {the} review of {named} has been overdue since {due}."
    return asking(text, "Closing needs it.", button("Review", ids.PRESS_REVIEW, number))
