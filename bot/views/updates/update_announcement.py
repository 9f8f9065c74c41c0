"""Channel messages about updates."""

from collections.abc import Iterator

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.updates import Updated
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, Message
from bot.views.kit.parts import context, paragraphs, quote
from bot.views.kit.text import escape, moment, person


def draw(told: Updated, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the update in full, and the next promise."""
    promise = f"Next update {moment(told.next_at, str(policy.zone))}." if told.next_at else "No next update is owed."
    text = f":memo: Update by {person(told.by)}: {escape(told.known, 600)} {promise}"
    return Message(text, tuple(_blocks(told, policy, promise)))


def _blocks(told: Updated, policy: Policy, promise: str) -> Iterator[Block]:
    yield from paragraphs(f":memo: *Update* by {person(told.by)}\n{escape(told.known)}")
    if told.internal_note:
        yield from paragraphs(f"*Internal, not for the customer*\n{escape(told.internal_note)}")
    if told.customer_text:
        yield from paragraphs(f"*For the customer*\n{quote(escape(told.customer_text))}")
    else:
        yield context("Internal only: the customer has not been told anything new, and their clock runs on.")
    rule = policy.health_rule(told.health) if told.health else None
    if rule is not None:
        yield context(f"Health: {rule.emoji} {escape(rule.label)}")
    if told.without_plan:
        yield context(":warning: There is no remediation plan yet: “Plan and success criteria…” on the card takes it.")
    yield context(promise)
