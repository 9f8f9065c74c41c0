"""The answer to the declarer: the form shows the progress, and a line appears where they asked for the form."""

from collections.abc import Iterator

from slack_sdk.models.blocks import ButtonElement

from bot.policy.model.rules import Policy
from bot.policy.record.channel import InviteState, OpeningProblem
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.ports.workspace import Block, Message, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, link_button, modal, quote, section
from bot.views.kit.text import clip, escape, near_moment, one_line, person

_FAILED_AT = {
    OpeningProblem.CHANNEL: "create the channel",
    OpeningProblem.INVITATIONS: "invite the people",
    OpeningProblem.CARD: "post the card",
}
_SUMMARY = 300
_DONE, _TODO, _FAILED = ":white_check_mark:", ":hourglass_flowing_sand:", ":x:"


def is_settled(facts: EscalationFacts) -> bool:
    """Return True if nothing more will happen without a person: everything is done or has failed."""
    if facts.problems:
        return True
    pending = any(invitee.state is InviteState.PENDING for invitee in facts.invitees)
    return facts.card_ts is not None and not pending


def view(facts: EscalationFacts, policy: Policy, workspace_url: str) -> View:
    """Draw the progress in place of the form."""
    blocks = [*_blocks(facts, policy), *_way_in(facts, workspace_url)]
    return modal(ids.DECLARED, f"{facts.key} is declared", blocks, close="Close", metadata=str(facts.number))


def message(facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the same as a direct message, for declarers who closed the form."""
    if OpeningProblem.CHANNEL in facts.problems:
        text = f"{facts.key} for {escape(facts.account.name)} is declared, but Slack didn't create its channel."
    else:
        text = f"{facts.key} for {escape(facts.account.name)} is declared: {labels.where(facts)}"
    return Message(text, tuple(_blocks(facts, policy)))


def receipt(facts: EscalationFacts, policy: Policy, workspace_url: str) -> Message:
    """Draw the line where the form was asked for, which only the declarer sees. One press opens the channel."""
    account = "" if facts.is_private else f" for {escape(facts.account.name)}"
    text = f"{facts.key}{account} is declared: {labels.where(facts)}. {next_step(facts, policy)}."
    opens = _opens(facts, workspace_url)
    return Message(text, (section(text, accessory=opens),) if opens is not None else ())


def receipt_outside(facts: EscalationFacts) -> Message:
    """Draw that line for a channel that another company reads: without any name."""
    return Message(f"{facts.key} is declared.")


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
    said = section(f"{_DONE} The channel is open behind this form.")
    return modal(ids.DECLARED, title, [said], close="Show channel", metadata=metadata)


def queued(summary: str) -> View:
    """Draw the form of a declaration queued in a burst: it is kept and will be an escalation in a moment."""
    return modal(
        ids.DECLARED,
        "Declared",
        [
            section(_cited(summary)),
            section(
                f"{_DONE} Saved. The clocks run from now.\n"
                f"{_TODO} Many people are declaring. Yours follows in a moment."
            ),
        ],
        close="Close",
    )


def refused(summary: str, why: str) -> View:
    """Draw the form of a queued declaration that could not be declared."""
    return modal(ids.DECLARED, "Not declared", [section(_refusal(summary, why))], close="Close")


def refusal(summary: str, why: str) -> Message:
    """Draw the same as a direct message, for declarers who closed the form."""
    words = _refusal(summary, why)
    return Message(words, (section(words),))


def stuck(summary: str) -> str:
    """Return the message that a queued declaration keeps failing because of a fault in Escalate."""
    return (
        "Sorry, something went wrong on our side. Your declaration is saved, but it's *not an escalation yet*. Ask an "
        f"admin to check Escalate; if it can't wait, declare it again.\n{_cited(summary)}"
    )


def _refusal(summary: str, why: str) -> str:
    nothing = "No channel was created and no one was paged. Declare it again."
    return f"*Not declared.* {escape(why)}\n{_cited(summary)}\n{nothing}"


def _cited(summary: str) -> str:
    return quote(escape(clip(one_line(summary), _SUMMARY)))


def _blocks(facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    yield section(f"{labels.title(facts, policy)}\n{labels.summary(facts)}")
    yield section("\n".join(_steps(facts, policy)))
    if facts.problems:
        wrong = "; ".join(f"{_FAILED_AT[OpeningProblem(kind)]} ({escape(why)})" for kind, why in facts.problems.items())
        yield section(
            f"*Slack didn't {wrong}.* {facts.key} is saved, and its clocks run. Fix the cause, then try again."
        )
        yield actions(button("Try again", ids.RETRY, str(facts.number), style="primary"), block_id="retry")
    yield context(*_next(facts, policy))


def _steps(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    yield f"{_DONE} {facts.key} created as {escape(labels.level_name(facts, policy))}"
    if facts.channel_id:
        yield f"{_DONE if facts.has_channel else _FAILED} Channel {labels.where(facts)}"
    elif OpeningProblem.CHANNEL in facts.problems:
        yield f"{_FAILED} Channel #{escape(facts.channel_name or '')}"
    else:
        yield f"{_TODO} Channel #{escape(facts.channel_name or '')}"
    yield from _people(facts)
    missing = _FAILED if OpeningProblem.CARD in facts.problems else _TODO
    yield f"{_DONE if facts.card_ts else missing} Card posted"


def _people(facts: EscalationFacts) -> Iterator[str]:
    by_state = {state: [invitee for invitee in facts.invitees if invitee.state is state] for state in InviteState}
    if by_state[InviteState.INVITED]:
        yield f"{_DONE} Invited: {', '.join(person(who.person) for who in by_state[InviteState.INVITED])}"
    if by_state[InviteState.PENDING]:
        yield f"{_TODO} Inviting: {', '.join(person(who.person) for who in by_state[InviteState.PENDING])}"
    for who in by_state[InviteState.FAILED]:
        yield f"{_FAILED} Not invited: {person(who.person)} ({escape(who.reason or 'refused')})"


def _next(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    yield f"Next: {next_step(facts, policy)}"
    if facts.customer_update_due_at is not None:
        due = near_moment(facts.customer_update_due_at, facts.declared_at, str(policy.zone))
        yield f"Customer update due {due}"


def next_step(facts: EscalationFacts, policy: Policy) -> str:
    """Return who acknowledges it, and by when."""
    due_at = labels.response_due(facts, policy)
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    if facts.is_acknowledged:
        return f"{fixer} is on it"
    if due_at is None:
        return f"{fixer} acknowledges; no deadline"
    return f"{fixer} acknowledges by {near_moment(due_at, facts.declared_at, str(policy.zone))}"
