"""Messages to the channel and the owners about the customer's answer."""

from typing import assert_never

from bot.policy.decide.lifecycle import Move, moves
from bot.policy.model.rules import Policy
from bot.policy.names import is_channel_id
from bot.policy.record.announcements.confirming import (
    ConfirmingAnnouncement,
    CustomerAsked,
    CustomerConfirmed,
    CustomerNotYet,
    CustomerRated,
)
from bot.policy.record.customer_questions import CAME_BACK, QuestionKind
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.confirming import (
    ConfirmingNotice,
    CustomerConfirmedNotice,
    CustomerNotMailedNotice,
    CustomerNotYetNotice,
    CustomerRatedNotice,
)
from bot.ports.workspace import Message
from bot.views.closing.closing_announcements import evidence
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import escape, person

_SAID = 600


def draw_announcement(told: ConfirmingAnnouncement) -> Message:
    """Draw what the channel reads."""
    match told:
        case CustomerAsked():
            what = "whether it's solved" if told.kind == QuestionKind.SOLVED else "how we did"
            to = "the customer in the shared channel" if is_channel_id(told.address) else escape(told.address)
            return text_message(f":email: {person(told.by)} asked {to} {what}.")
        case CustomerConfirmed():
            customer = escape(told.customer)
            if told.by is None:
                return text_message(f":white_check_mark: {customer} confirmed by the mailed link: it's solved.")
            heard = f"{customer} confirmed that it's solved. Noted by {person(told.by)}."
            return text_message(f":white_check_mark: {heard}", evidence(told.evidence))
        case CustomerNotYet():
            return text_message(f":no_entry: {_not_yet(told.customer, told.said)}")
        case CustomerRated():
            return _rated(told.customer, told.rating, told.said, "us with")
    assert_never(told)


def draw_notice(told: ConfirmingNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw what an owner reads."""
    named = labels.numbered(facts, direct_to=direct_to)
    number = str(facts.number)
    match told:
        case CustomerConfirmedNotice():
            text = f":white_check_mark: {escape(told.customer)} says {named} is solved."
            if Move.RESOLVE in moves(facts):
                return asking(text, "Next: resolve it.", button("Resolve", ids.PRESS_RESOLVE, number, style="primary"))
            if Move.CLOSE in moves(facts):
                return asking(text, "Next: close it.", button("Close", ids.PRESS_CLOSE, number))
            return text_message(text)
        case CustomerNotYetNotice():
            then = "It's open again." if told.reopened else "Fix it and ask again."
            return text_message(f":no_entry: {named}: {_not_yet(told.customer, told.said)}", then)
        case CustomerNotMailedNotice():
            if is_channel_id(told.address):
                text = f":warning: Couldn't post in the shared channel about {named}."
                return asking(text, f"Slack said: {escape(told.why, _SAID)}")
            if told.is_retried:
                text = f":hourglass: The mail to {escape(told.address)} about {named} hasn't gone out yet."
                return asking(text, f"The mail server said: {escape(told.why, _SAID)}. We're trying again.")
            text = f":warning: Couldn't mail {escape(told.address)} about {named}."
            said = f"The mail server said: {escape(told.why, _SAID)}"
            return asking(text, "It came back. They don't have it." if told.why == CAME_BACK else said)
        case CustomerRatedNotice():
            return _rated(told.customer, told.rating, told.said, f"{named} with")
    assert_never(told)


def _rated(customer: str, rating: int, said: str | None, what: str) -> Message:
    text = f":star: {escape(customer)} rated {what} {rating} of 5."
    return text_message(text, f"“{escape(said, _SAID)}”") if said else text_message(text)


def _not_yet(customer: str, said: str) -> str:
    return f"{escape(customer)} says it isn't solved yet: “{escape(said, _SAID)}”"
