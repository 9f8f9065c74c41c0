"""The identity check in the channel: what must be checked before the request is acted on, and its progress."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.policy.decide.proof import Proof, tier_of
from bot.policy.model.rules import Policy
from bot.policy.model.verification import Tier
from bot.policy.record.announcements.verification import IdentityUnverified, IdentityVerified, VerificationAnnouncement
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.verification import ApprovalWantedNotice
from bot.ports.workspace import Block, Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, confirm, context, section, text_message
from bot.views.kit.text import escape, moment, person
from bot.views.teams.team_messages import reached


def what_it_gates(tier: Tier) -> str:
    """Return the kind of request in the policy's words: "High risk: data deletion, account transfer"."""
    examples = ", ".join(escape(example[:1].lower() + example[1:]) for example in tier.examples)
    return f"{escape(tier.label)}: requests such as {examples}" if examples else escape(tier.label)


def on_the_card(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return the card's line about the check; None if none is requested."""
    if facts.verification_tier is None:
        return None
    tier = tier_of(policy, facts.verification_tier)
    if facts.verified_at is not None:
        when = moment(facts.verified_at, str(policy.zone))
        return f":white_check_mark: *Identity verified* ({escape(tier.label)}) {when}"
    if not facts.is_live:
        return f":no_entry: *Identity: not verified* ({escape(tier.label)})"
    return (
        f":no_entry: *Don't act on this request until identity is verified.* {what_it_gates(tier)}. "
        "Note checks under *More* → *Identity check*."
    )


def draw(facts: EscalationFacts, policy: Policy, proof: Proof) -> Message:
    """Draw the message."""
    text = (
        f"{facts.key}: the identity is verified, {escape(proof.tier.label)}."
        if not proof.needed
        else f"{facts.key}: don't act on the request until identity is verified, {escape(proof.tier.label)}."
    )
    return Message(text, tuple(_blocks(facts, policy, proof)))


def _blocks(facts: EscalationFacts, policy: Policy, proof: Proof) -> Iterator[Block]:
    tier = proof.tier
    if proof.needed:
        yield section(
            ":no_entry: *Identity not verified*\nDon't act on this request until identity is "
            f"verified.\n_{what_it_gates(tier)}_"
        )
    else:
        yield section(f":white_check_mark: *Identity verified*\nYou can act on the request.\n_{what_it_gates(tier)}_")
    yield section("\n".join(_list(proof, policy)))
    if proof.needed and facts.is_live:
        yield actions(*_controls(facts, proof))
        yield context(*how(facts, policy))


def _list(proof: Proof, policy: Policy) -> Iterator[str]:
    tier = proof.tier
    count = "All" if tier.factors >= len(tier.of) else str(tier.factors)
    if proof.needed:
        yield f"*{count} of these must be checked*"
    zone = str(policy.zone)
    for factor in tier.of:
        check = proof.checked.get(factor.key)
        if check is None and not proof.needed:
            continue
        yield (
            f":white_check_mark: {escape(factor.label)}: {person(check.by)}, {moment(check.at, zone)}"
            if check
            else f":white_large_square: {escape(factor.label)}"
        )
    if tier.approval and proof.approval is not None:
        yield f":white_check_mark: *Approved* by {person(proof.approval.by)}, {moment(proof.approval.at, zone)}"
    elif tier.approval:
        yield ":white_large_square: *Then a manager's approval*, by someone who didn't check"


def _controls(facts: EscalationFacts, proof: Proof) -> list[Any]:
    number = str(facts.number)
    note = button("Note what was checked…", ids.PRESS_VERIFY, number, style="primary" if proof.factors_needed else None)
    return [note, approve_button(number)] if proof.waits_for_approval else [note]


def approve_button(number: str) -> Any:
    """Return the button that approves, with a confirmation, because only a new check can revoke it."""
    sure = confirm("Approve it?", "The team can then act on the request. We keep your name.", "Approve")
    return button("Approve", ids.PRESS_APPROVE, number, style="primary", confirm=sure)


def how(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    """Yield who checks, the steps, and what must not be written down."""
    verification = policy.verification
    if verification.team:
        yield reached(policy.team(verification.team), facts)
    if verification.process:
        yield escape(" → ".join(verification.process))
    yield "Note only what was checked: no digits, documents or codes."


def draw_announcement(told: VerificationAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw a channel message about the check."""
    match told:
        case IdentityVerified():
            return _verified(told, facts, policy)
        case IdentityUnverified():
            return _not_verified(told, facts, policy)


def _verified(told: IdentityVerified, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the message that the identity is verified."""
    tier = tier_of(policy, told.tier)
    approved = f" · approved by {person(told.approved_by)}" if told.approved_by else ""
    text = (
        f":unlock: Identity verified ({escape(tier.label)}). You can act on the request.\n"
        f"Checked: {_checks(told.checked)}{approved}"
    )
    last = policy.verification.process[-1:]
    return Message(text, (section(text), *(context(f"Next: {escape(step)}.") for step in last)))


def _not_verified(told: IdentityUnverified, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the message that the verification was revoked."""
    text = (
        f":no_entry: {person(told.by)} changed the request, so it needs another check. Don't act on it until then.\n"
        f"Still needed: {escape(' '.join(told.needed))}"
    )
    return Message(text, (section(text),))


def approval_wanted(notice: ApprovalWantedNotice, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the direct message that asks a manager for approval."""
    tier = tier_of(policy, notice.tier)
    if facts.verified_at is not None:
        named = f"{escape(facts.account.name)} ({labels.where(facts)})"
        return text_message(f":lock: {named}: identity was checked. No answer needed any more.")
    if not facts.is_live:
        named, ended = f"{escape(facts.account.name)} ({labels.where(facts)})", labels.status_words(facts).lower()
        return text_message(f":lock: {named} is {ended}, and its identity check wasn't approved.")
    text = (
        f":lock: {escape(facts.account.name)} ({labels.where(facts)}): identity checked. Can you approve the request?"
    )
    return Message(
        text,
        (
            section(f"{text}\n_{what_it_gates(tier)}_"),
            context(f"Checked: {_checks(notice.checked)}"),
            actions(approve_button(str(facts.number))),
        ),
    )


def _checks(checked: Sequence[Sequence[str]]) -> str:
    return "; ".join(f"{escape(label)} ({person(by)})" for label, by in checked)
