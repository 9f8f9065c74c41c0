"""Conditions for the escalations that a typed key names."""

from sqlalchemy import ColumnElement, or_

from bot.models.escalation import Escalation
from bot.policy.decide.references import Key


def named_by(key: Key) -> ColumnElement[bool]:
    """Return the condition for the escalations that a key names: several of a major incident or of a ticket."""
    if key.incident is not None:
        return Escalation.incident_id == key.incident
    if key.channel is not None:
        name = key.channel.lower()
        return or_(Escalation.channel_name == name, Escalation.channel_id == key.channel.upper())
    if key.ticket is not None:
        # As it was typed, or in one case: written so, an index serves it on both databases.
        return Escalation.ticket_number.in_(sorted({key.ticket, key.ticket.upper(), key.ticket.lower()}))
    return Escalation.id == key.number
