"""Channel messages about updates."""

from collections.abc import Iterator

from slack_sdk.models.blocks import ButtonElement

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.updates import Updated
from bot.policy.record.customer_texts import TextState
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, Message
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, context, paragraphs, quote
from bot.views.kit.text import escape, moment, person
from bot.views.sending import ways


def draw(told: Updated, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the update in full, and the next promise."""
    promise = _promise(told, str(policy.zone))
    said = escape(told.note or told.customer_text or "", 600)
    text = f":memo: Update by {person(told.by)}: {said}{'' if said.endswith(('.', '!', '?')) else '.'} {promise}"
    return Message(text, tuple(_blocks(told, facts, policy, promise)))


def _blocks(told: Updated, facts: EscalationFacts, policy: Policy, promise: str) -> Iterator[Block]:
    note = f"\n{escape(told.note)}" if told.note else ""
    yield from paragraphs(f":memo: *Update* by {person(told.by)}{note}")
    if told.older_note:
        yield from paragraphs(f"*Internal, not for the customer*\n{escape(told.older_note)}")
    if told.customer_text:
        yield from paragraphs(f"*For the customer*\n{quote(escape(told.customer_text))}")
    if told.text is not None:
        yield context(ways.state_line(told.text, str(policy.zone)))
    owed = "" if _is_told(told) else _owed(told, facts, policy)
    if owed:
        yield context(owed)
    rule = policy.health_rule(told.health) if told.health else None
    if rule is not None:
        yield context(f"Health: {rule.emoji} {escape(rule.label)}")
    if told.without_plan:
        yield context(":warning: No remediation plan yet. Add it on the card.")
    if promise:
        yield context(promise)
    if told.edited_by and told.edited_at:
        yield context(f"Edited by {person(told.edited_by)}, {moment(told.edited_at, str(policy.zone))}.")
    controls = [*_controls(told, facts)]
    if controls:
        yield actions(*controls)


def _controls(told: Updated, facts: EscalationFacts) -> Iterator[ButtonElement]:
    """Yield the buttons: a draft has the way to the customer, while no other text took its place."""
    waits = facts.open_text
    is_a_draft = waits is not None and waits.state is TextState.DRAFT and waits.update == told.update
    if is_a_draft:
        yield button("Tell the customer", ids.PRESS_SEND_OTHERWISE, str(facts.number), style="primary")
    if told.can_be_edited and told.update is not None:
        yield button("Edit", ids.PRESS_EDIT_UPDATE, f"{facts.number}:{told.update}")


def _promise(told: Updated, zone: str) -> str:
    if told.next_at is None:
        return "No next update due." if _is_told(told) or not told.customer_text else ""
    before = told.promised_before
    was = f" (was {moment(before, zone)})" if before is not None and before != told.next_at else ""
    return f"Next update {moment(told.next_at, zone)}{was}."


def _is_told(told: Updated) -> bool:
    """Return True if the customer has the text of an update."""
    return bool(told.customer_text) and (told.text is None or told.text.is_told)


def _owed(told: Updated, facts: EscalationFacts, policy: Policy) -> str:
    due_at = facts.customer_update_due_at
    if due_at is None:
        return "" if told.customer_text else "Internal update."
    if not told.can_be_edited:  # a later one says it
        return "" if told.customer_text else "Internal update."
    when = "overdue since" if told.is_overdue else "still due"
    still = f"Customer update {when} {moment(due_at, str(policy.zone))}."
    return still if told.customer_text else f"Internal update. {still}"
