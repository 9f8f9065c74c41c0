"""The answer to the declarer: a line where they asked for the form, which is closed by then."""

from collections.abc import Iterator

from slack_sdk.models.blocks import ButtonElement

from bot.policy.model.rules import Policy
from bot.policy.record.channel import OpeningProblem
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.ports.workspace import Block, Message, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, link_button, modal, paragraphs, quote, section
from bot.views.kit.text import clip, escape, near_moment, one_line, person

_FAILED_AT = {
    OpeningProblem.CHANNEL: "create the channel",
    OpeningProblem.INVITATIONS: "invite the people",
    OpeningProblem.CARD: "post the card",
}
_SUMMARY = 300


def receipt(facts: EscalationFacts, policy: Policy, workspace_url: str) -> Message:
    """Draw the line where the form was asked for, which only the declarer sees. One press opens the channel."""
    account = "" if facts.is_private else f" for {escape(facts.account.name)}"
    text = f"{facts.key}{account} is declared: {labels.where(facts)}. {_next_step(facts, policy)}."
    opens = _opens(facts, workspace_url)
    return Message(text, (section(text, accessory=opens),) if opens is not None else ())


def receipt_outside(facts: EscalationFacts, workspace_url: str) -> Message:
    """Draw that line for a channel that another company reads: without any name."""
    text, opens = f"{facts.key} is declared.", _opens(facts, workspace_url)
    return Message(text, (section(text, accessory=opens),) if opens is not None else ())


def late(facts: EscalationFacts, policy: Policy) -> Message:
    """Draw that the channel takes longer than a moment."""
    account = "" if facts.is_private else f" for {escape(facts.account.name)}"
    return Message(
        f"{facts.key}{account} is declared, and Slack is still making its channel. {_next_step(facts, policy)}."
    )


def trouble(facts: EscalationFacts) -> Message:
    """Draw what Slack refused at the opening, with the button that tries it again."""
    wrong = "; ".join(f"{_FAILED_AT[OpeningProblem(kind)]} ({escape(why)})" for kind, why in facts.problems.items())
    text = f"*Slack didn't {wrong}.* {facts.key} is declared, and its clocks run. Fix the cause, then try again."
    again = button("Try again", ids.RETRY, str(facts.number), style="primary")
    return Message(text, (section(text), actions(again, block_id="retry")))


def retried(facts: EscalationFacts) -> Message:
    """Draw what replaces that after the button was pressed."""
    shown = f"You see it in {labels.where(facts)}" if facts.has_channel else "You're told here how it goes"
    text = f"Trying {facts.key} again. {shown}."
    return Message(text, (section(text),))


def joined(facts: EscalationFacts, workspace_url: str, *, is_reported: bool) -> View:
    """Draw the form after joining an open escalation; `is_reported` if what was typed was posted there."""
    said = " Your report is posted there." if is_reported else ""
    text = f"You're joining {labels.where(facts)}.{said}"
    blocks = [section(text), *_way_in(facts, workspace_url)]
    return modal(ids.DECLARED, f"Joined {facts.key}", blocks, close="Close", metadata=str(facts.number))


def _way_in(facts: EscalationFacts, workspace_url: str) -> Iterator[Block]:
    opens = _opens(facts, workspace_url, action_id=ids.OPEN_CHANNEL)
    if opens is not None:
        yield actions(opens, block_id="open-channel")


def _opens(facts: EscalationFacts, workspace_url: str, *, action_id: str = ids.OPEN_LINK) -> ButtonElement | None:
    """Return the button that opens the channel; None while there is none."""
    if not facts.has_channel or facts.channel_id is None:
        return None
    address = f"{workspace_url}archives/{facts.channel_id}"
    return link_button("Open channel", address, style="primary", action_id=action_id)


def behind(title: str, metadata: str) -> View:
    """Draw the form after *Open channel*. Slack opens the channel behind it, and only a person can close a form."""
    said = section(":white_check_mark: The channel is open behind this form.")
    return modal(ids.DECLARED, title, [said], close="Show channel", metadata=metadata)


def refusal(summary: str, description: str, why: str) -> Message:
    """Draw that a queued declaration could not be declared, with everything that was typed."""
    said = f"*Not declared.* {escape(why)} No channel was created and no one was paged. Declare it again."
    typed = "\n".join(part for part in (one_line(summary), description.strip()) if part)
    return Message(f"{said}\n{_cited(summary)}", paragraphs(f"{said}\n{quote(escape(typed))}"))


def stuck(summary: str) -> str:
    """Return the message that a queued declaration keeps failing because of a fault in Escalate."""
    return (
        "Sorry, something went wrong on our side. Your declaration is saved, but it's *not an escalation yet*. Ask an "
        f"admin to check Escalate; if it can't wait, declare it again.\n{_cited(summary)}"
    )


def _cited(summary: str) -> str:
    return quote(escape(clip(one_line(summary), _SUMMARY)))


def _next_step(facts: EscalationFacts, policy: Policy) -> str:
    """Return who acknowledges it, and by when."""
    due_at = labels.response_due(facts, policy)
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    if facts.is_acknowledged:
        return f"{fixer} is on it"
    if due_at is None:
        return f"{fixer} acknowledges; no deadline"
    return f"{fixer} acknowledges by {near_moment(due_at, facts.declared_at, str(policy.zone))}"
