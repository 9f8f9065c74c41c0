"""The post-incident review is late by days: what the manager is sent directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.review_left import ReviewLeftNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import all_of, moment, person


def draw(notice: ReviewLeftNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the manager, who gets it directly."""
    named = labels.named(facts, direct_to=direct_to)
    if facts.review.finished_on is not None or not facts.is_live:
        return text_message(f":mag: Review of {named}. {labels.review_ended(facts)}")
    text = f":mag: The review of {named} has been overdue since {moment(notice.due, str(policy.zone))}."
    reminded = all_of(person(who) for who in notice.people[:3])
    then = f"{reminded} got reminders. Ask what's in the way." if reminded else "Ask what's in the way."
    return asking(text, then, button("Review", ids.PRESS_REVIEW, str(facts.number)))
