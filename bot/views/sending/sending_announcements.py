"""Channel messages about texts for the customer, and what the customer writes."""

from typing import Final, assert_never

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.sending import (
    CameBack,
    CustomerWrote,
    NotApproved,
    NotSent,
    ReturnedMail,
    SendingAnnouncement,
)
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.closed_channels import why_closed
from bot.views.kit.parts import actions, button, context, paragraphs, quote, section, text_message
from bot.views.kit.text import escape, person
from bot.views.sending.ways import place

# What came back, and what follows.
_RETURNED: Final[dict[str, tuple[str, str]]] = {
    ReturnedMail.QUESTION: (
        "question",
        "The customer hasn't been asked. *More* → *Customer's confirmation* asks again.",
    ),
    ReturnedMail.RATING: ("question how we did", "The customer hasn't been asked."),
    ReturnedMail.INVITATION: ("invitation", "They don't know of the call. Invite them another way."),
    ReturnedMail.SUMMARY: ("issue summary", "They don't have it. Send it another way."),
}


def draw(told: SendingAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one message."""
    match told:
        case NotSent():
            return _not_sent(told, facts)
        case NotApproved():
            asked = f"{person(told.asked_by)}, {person(told.asked_of)} hasn't approved the customer update"
            text = f":hourglass: {asked}. It's a draft now, and not sent."
            return Message(text, (section(text), *_otherwise(told.text, facts)))
        case CustomerWrote():
            return _wrote(told, facts, policy)
        case CameBack():
            to = ", ".join(map(escape, told.to))
            if told.mail is not None:
                return _came_back(told.mail, to, facts)
            text = f":warning: {_owner(facts)}, a mail to the customer came back. It went to {to}."
            return text_message(text, "Ask the customer whether they have it.")
        case _:
            assert_never(told)


def _came_back(what: str, to: str, facts: EscalationFacts) -> Message:
    mail, then = _RETURNED.get(what, (escape(what), "They don't have it."))
    return text_message(
        f":x: {_owner(facts)}, the {mail} to {to} came back: their mail server didn't deliver it.", then
    )


def _not_sent(told: NotSent, facts: EscalationFacts) -> Message:
    """Return that a text didn't arrive, with another way while the customer still has to be told."""
    why, to = why_closed(told.why), place(told.to)
    if not told.is_over and not told.is_retried:
        return text_message(f":warning: The customer update didn't reach {to}: {why}.")
    then = "We're trying again." if told.is_retried else "The customer doesn't know yet."
    text = f":x: {_owner(facts)}, the customer update didn't reach {to}: {why}. {then}"
    return Message(text, (section(text), *_otherwise(told.text, facts)))


def _otherwise(text: int, facts: EscalationFacts) -> tuple[dict[str, object], ...]:
    """Return the button that opens the form with a text, while it is the newest that hasn't reached the customer."""
    if facts.open_text is None or facts.open_text.id != text:
        return ()
    return (actions(button("Send another way", ids.PRESS_SEND_OTHERWISE, str(facts.number), style="primary")),)


def _wrote(told: CustomerWrote, facts: EscalationFacts, policy: Policy) -> Message:
    who = f"{told.name}, {told.sender}" if told.name else told.sender
    text = f":incoming_envelope: {_owner(facts)}, the customer wrote by mail ({escape(who)})."
    blocks = [section(text)]
    if told.text:
        blocks += paragraphs(quote(escape(told.text)))
    if told.attachments:
        blocks.append(context(f"Attached, in the mailbox: {', '.join(escape(name) for name in told.attachments)}"))
    if not told.is_known:
        blocks.append(context("This address isn't among the account's contacts. Check who it is before you answer."))
    if told.due is not None and not told.is_overdue:  # the channel has its own line about one that is overdue
        blocks.append(context(labels.update_owed(told.due, policy)))
    if facts.is_live:
        blocks.append(actions(button("Post update", ids.PRESS_UPDATE, str(facts.number), style="primary")))
    return Message(f"{text} {escape(told.text, 300)}", tuple(blocks))


def _owner(facts: EscalationFacts) -> str:
    return person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)
