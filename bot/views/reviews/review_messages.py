"""The message that tells of a review in its channel, and notices to those who sign off and to who wrote it."""

from bot.policy.decide.lifecycle import whom_to_ask
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.reviews import ReviewNotice, ReviewReturnedNotice, ReviewToSignNotice
from bot.policy.record.reviews import ReviewState
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, asking, button, section, text_message
from bot.views.kit.text import any_of, escape, link, moment, person
from bot.views.reviews import review_form


def published(facts: EscalationFacts, policy: Policy, *, written_by: str | None, link_to: str | None) -> Message:
    """Draw the message of a published review: where it is, and where it stands."""
    what = link(link_to, "Post-incident review") if link_to else "Post-incident review"
    text = f":mag: {what} of {facts.key}. {standing(facts, policy, written_by=written_by)}"
    if not facts.is_live:
        return text_message(text)
    edit = button("Edit", ids.PRESS_REVIEW, str(facts.number))
    return Message(text, (section(text), actions(edit)))


def standing(facts: EscalationFacts, policy: Policy, *, written_by: str | None = None) -> str:
    """Return where a review stands, in one sentence."""
    review = facts.review
    if review.state is ReviewState.SIGNED and review.state_by and review.state_at:
        return f"Signed off by {person(review.state_by)} {moment(review.state_at, str(policy.zone))}."
    if review.state is ReviewState.ASKED:
        return awaited(facts, policy)
    if review.state is ReviewState.RETURNED and review.state_by:
        return f"{person(review.state_by)} returned it."
    return f"A draft by {person(written_by)}." if written_by else "A draft."


def awaited(facts: EscalationFacts, policy: Policy) -> str:
    """Return who has to sign a review off; nobody is named where the policy names nobody."""
    whom = any_of(whom_to_ask(facts, policy.guards.sign_off))
    return f"Waiting for {whom} to sign off." if whom else "Waiting for a sign-off."


def draw_notice(notice: ReviewNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw one notice."""
    about = labels.numbered(facts, direct_to=direct_to)
    match notice:
        case ReviewToSignNotice() if facts.review.state is not ReviewState.ASKED:
            return text_message(f":mag: Review of {about}. {standing(facts, policy)}")
        case ReviewToSignNotice():
            text = f":mag: {person(notice.by)} asks you to read and sign off the review of {about}."
            return Message(text, (section(text), review_form.sign_off_buttons(facts)))
        case ReviewReturnedNotice():
            text = f":mag: {person(notice.by)} returned your review of {about}."
            edit = button("Edit", ids.PRESS_REVIEW, str(facts.number))
            return asking(text, escape(notice.comment), edit)
