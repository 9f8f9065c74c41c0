"""Direct messages about texts for the customer."""

from bot.policy.model.rules import Policy
from bot.policy.record.customer_texts import TextRoute, TextState
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.sending import CustomerWroteNotice, SendingNotice, TextToApproveNotice
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, paragraphs, quote, section, text_message
from bot.views.kit.text import escape, moment, person
from bot.views.sending.ways import place


def draw(told: SendingNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw one notice."""
    match told:
        case TextToApproveNotice():
            return _to_approve(told, facts, policy, direct_to)
        case CustomerWroteNotice():
            who = f"{told.name}, {told.sender}" if told.name else told.sender
            about = labels.named(facts, direct_to=direct_to)
            text = f":incoming_envelope: {escape(who)} wrote about {about}, which is over."
            again = button("Reopen", ids.PRESS_REOPEN, str(facts.number))
            return Message(f"{text} {escape(told.words, 300)}", (section(text), *_quoted(told.words), actions(again)))


def _to_approve(told: TextToApproveNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    zone = str(policy.zone)
    named = labels.named(facts, direct_to=direct_to)
    if facts.open_text is None or facts.open_text.state is not TextState.ASKED:
        asked = f"{person(told.by)} asked you to approve a customer update for {named}"
        return text_message(f":raised_hand: {asked}. {_ended(told, facts)}")
    text = f":raised_hand: {person(told.by)} asks you to approve a customer update for {named}."
    to = ", ".join(place(one) for one in told.addresses)
    how = f"Posted in {to}" if told.route is TextRoute.SLACK else f"Mailed to {to}"
    promise = f" Promises the next update by {moment(told.next_at, zone)}." if told.next_at else ""
    then = f"{how} when you approve by {moment(told.expires_at, zone)}. After that it's a draft.{promise}"
    answers = actions(
        button("Approve and send", ids.PRESS_APPROVE_TEXT, f"{facts.number}:{told.text}", style="primary"),
        button("Change", ids.PRESS_SEND_OTHERWISE, str(facts.number)),
    )
    return Message(text, (section(text), *_quoted(told.words), context(then), answers))


def _ended(told: TextToApproveNotice, facts: EscalationFacts) -> str:
    """Return what became of the text, as far as the record says it: it isn't sent just because nobody has to answer."""
    kept = facts.open_text
    if kept is None or kept.id != told.text or kept.state is not TextState.DRAFT:
        return "No answer needed any more."
    return "No one approved it in time, so it wasn't sent. It's kept as a draft."


def _quoted(words: str) -> tuple[dict[str, object], ...]:
    return paragraphs(quote(escape(words))) if words else ()
