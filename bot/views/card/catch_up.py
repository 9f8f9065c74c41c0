"""The catch-up: five lines for somebody who joins late, which only they see."""

from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.record.captures import CatchUp
from bot.policy.record.escalation import EscalationFacts, Status
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.parts import text_message
from bot.views.kit.text import clip, escape, moment, one_line, person

_WORDS = 150


def draw(facts: EscalationFacts, policy: Policy, found: CatchUp, now: datetime) -> Message:
    """Draw it: what it is, where it stands, who has it, what the customer knows, and what we know."""
    lines = (
        f"{labels.title(facts, policy)} · {labels.summary(facts, _WORDS)}",
        f"{labels.status(facts)}. {_next(facts, policy, now)}",
        f"{labels.owners(facts)}.",
        _told(facts, policy, found),
        _note(policy, found),
    )
    return text_message("\n".join(lines))


def captured(number: int) -> str:
    """Return what the person reads who added a message to the timeline."""
    return f":pushpin: Added to the timeline of ESC-{number}. Edits and deletions are followed."


def _next(facts: EscalationFacts, policy: Policy, now: datetime) -> str:
    if facts.status in (Status.RESOLVED, Status.CLOSED):
        return "No update is due."
    return f"Next customer update: {labels.next_customer_update(facts, policy, now)}."


def _told(facts: EscalationFacts, policy: Policy, found: CatchUp) -> str:
    at = facts.last_customer_update_at
    if at is None:
        return "The customer hasn't been told anything yet."
    said = f": “{_short(found.told)}”" if found.told else ""
    return f"The customer was last told {moment(at, str(policy.zone))}{said}"


def _note(policy: Policy, found: CatchUp) -> str:
    if found.note is None or found.note_by is None or found.note_at is None:
        return "No note for us yet. The card and *More → Timeline* have the rest."
    return f"Last note, {moment(found.note_at, str(policy.zone))} by {person(found.note_by)}: {_short(found.note)}"


def _short(text: str) -> str:
    return escape(clip(one_line(text), _WORDS))
