"""Progress shown to the declarer: the form updates itself, or the same comes as a direct message."""

from collections.abc import Iterator

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, InviteState, OpeningProblem
from bot.ports.workspace import Block, Message, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, modal, quote, section
from bot.views.kit.text import clip, escape, moment, one_line, person

_FAILED_AT = {
    OpeningProblem.CHANNEL: "make the channel",
    OpeningProblem.INVITATIONS: "bring the people in",
    OpeningProblem.CARD: "take the card",
}
_LATER = "You can close this form; the result then comes to you directly."
_SUMMARY = 300
_DONE, _TODO, _FAILED = ":white_check_mark:", ":hourglass_flowing_sand:", ":x:"


def is_settled(facts: EscalationFacts) -> bool:
    """Return True if nothing more will happen without a person: everything is done or has failed."""
    if facts.problems:
        return True
    pending = any(invitee.state is InviteState.PENDING for invitee in facts.invitees)
    return facts.card_ts is not None and not pending


def view(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the progress in place of the form."""
    blocks = [*_blocks(facts, policy)]
    return modal(ids.DECLARED, f"{facts.key} is declared", blocks, close="Close", metadata=str(facts.number))


def message(facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the same as a direct message, for declarers who closed the form."""
    if OpeningProblem.CHANNEL in facts.problems:
        text = f"{facts.key} for {escape(facts.account.name)} is declared, but its channel could not be made."
    else:
        text = f"{facts.key} for {escape(facts.account.name)} is declared: {labels.where(facts)}"
    return Message(text, tuple(_blocks(facts, policy)))


def queued(summary: str) -> View:
    """Draw the form of a declaration queued in a burst: it is kept and will be an escalation in a moment."""
    return modal(
        ids.DECLARED,
        "Written down",
        [
            section(_cited(summary)),
            section(
                f"{_DONE} Your declaration is written down and counts from now\n"
                f"{_TODO} Many people are declaring at this moment; yours is an escalation in a moment"
            ),
            context("This form then says its number and its channel.", _LATER),
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
        "Sorry, something went wrong on our side: what you declared is kept, but it is *not an escalation yet*. Please "
        f"tell whoever runs Escalate; if it cannot wait, declare it again.\n{_cited(summary)}"
    )


def _refusal(summary: str, why: str) -> str:
    return (
        f"*What you declared could not be made an escalation.* {escape(why)}\n{_cited(summary)}\n"
        "Nothing was made and nobody was called. Please declare it again."
    )


def _cited(summary: str) -> str:
    return quote(escape(clip(one_line(summary), _SUMMARY)))


def _blocks(facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    yield section(f"{labels.title(facts, policy)}\n{labels.summary(facts)}")
    yield section("\n".join(_steps(facts, policy)))
    if facts.problems:
        wrong = "; ".join(f"{_FAILED_AT[OpeningProblem(kind)]} ({escape(why)})" for kind, why in facts.problems.items())
        yield section(
            f"*What went wrong:* Slack would not {wrong}.\n"
            "*What happens all the same:* the escalation is recorded, its clocks run, reminders and pages go out "
            "directly. Once the reason is mended, the rest can be made up for."
        )
        yield actions(button("Try again", ids.RETRY, str(facts.number), style="primary"), block_id="retry")
    yield context(*_next(facts, policy))


def _steps(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    yield f"{_DONE} Recorded as {facts.key}, {escape(policy.level(facts.level).label)}; the clocks run"
    if facts.channel_id:
        yield f"{_DONE if facts.has_channel else _FAILED} Channel {labels.where(facts)}"
    elif OpeningProblem.CHANNEL in facts.problems:
        yield f"{_FAILED} Channel #{escape(facts.channel_name or '')}"
    else:
        yield f"{_TODO} Channel #{escape(facts.channel_name or '')}"
    yield from _people(facts)
    missing = _FAILED if OpeningProblem.CARD in facts.problems else _TODO
    yield f"{_DONE if facts.card_ts else missing} Live card"


def _people(facts: EscalationFacts) -> Iterator[str]:
    by_state = {state: [invitee for invitee in facts.invitees if invitee.state is state] for state in InviteState}
    if by_state[InviteState.INVITED]:
        yield f"{_DONE} Brought in: {', '.join(person(who.person) for who in by_state[InviteState.INVITED])}"
    if by_state[InviteState.PENDING]:
        yield f"{_TODO} To be brought in: {', '.join(person(who.person) for who in by_state[InviteState.PENDING])}"
    for who in by_state[InviteState.FAILED]:
        yield f"{_FAILED} Could not be brought in: {person(who.person)} ({escape(who.reason or 'refused')})"


def _next(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    due_at = labels.response_due(facts, policy)
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    if facts.is_acknowledged:
        yield f"What next: {fixer} is at work on it."
    elif due_at is not None:
        yield f"What next: {fixer} is to acknowledge by {moment(due_at, str(policy.zone))}."
    else:
        yield f"What next: {fixer} is to acknowledge; the policy sets no time for it at this level."
    if facts.customer_update_due_at is not None:
        yield f"The customer hears from us by {moment(facts.customer_update_due_at, str(policy.zone))}."
    if not is_settled(facts):
        yield _LATER
