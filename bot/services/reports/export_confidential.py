"""Confidential escalations are counted and never named, not even in others that refer to them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select

from bot.database.transaction import Transaction
from bot.models.escalation import Escalation
from bot.models.incident import Incident
from bot.policy.record.escalation import EscalationFacts
from bot.services.incidents.incidents import told_of

_KEY: Final = re.compile(r"ESC-([1-9][0-9]{0,17})")
# Neither database compares a column with a larger number.
_END: Final = 2**63
# Keys in timeline entries that hold numbers of other escalations, written as `ESC-7` or as 7. An object about another
# one, by its `key`, is removed whole: it contains the other's channel, too.
REFERRING: Final = frozenset({"duplicate_of", "programme", "escalations", "names", "key"})
_ABOUT: Final = "key"

EntryValues = Mapping[str, Any] | None


def named_by(facts: EscalationFacts, entries: Iterable[EntryValues]) -> frozenset[int]:
    """Return the numbers of the escalations a record refers to."""
    found = {facts.programme, facts.made_from, facts.carried_to, facts.withdrawal and facts.withdrawal.duplicate_of}

    def note(number: int) -> bool:
        found.add(number)
        return False

    for entry in entries:
        _blanked(entry, note)
    return frozenset(number for number in found if number and 0 < number < _END)


def confidential(tx: Transaction, numbers: Iterable[int]) -> frozenset[int]:
    """Return those escalations that are confidential."""
    hidden = select(Escalation.id).where(Escalation.id.in_(list(numbers)), Escalation.is_private)
    return frozenset(tx.session.scalars(hidden))


def without(facts: EscalationFacts, hidden: frozenset[int]) -> EscalationFacts:
    """Return the facts without the numbers of confidential escalations."""
    withdrawal = facts.withdrawal
    if withdrawal is not None and withdrawal.duplicate_of in hidden:
        withdrawal = replace(withdrawal, duplicate_of=None)
    return replace(
        facts,
        programme=None if facts.programme in hidden else facts.programme,
        made_from=None if facts.made_from in hidden else facts.made_from,
        carried_to=None if facts.carried_to in hidden else facts.carried_to,
        withdrawal=withdrawal,
    )


def said_without(entry: EntryValues, hidden: frozenset[int]) -> EntryValues:
    """Return an entry of the timeline without references to confidential escalations."""
    blanked: EntryValues = _blanked(entry, hidden.__contains__)
    return blanked


def told_endings(tx: Transaction, entries: Iterable[EntryValues]) -> Mapping[int, str]:
    """Return the public texts of how major incidents ended, by id, for entries of the timeline."""
    incidents = {entry["incident"] for entry in entries if entry and entry.get("incident")}
    found = tx.session.scalars(select(Incident).where(Incident.id.in_(incidents), Incident.ended_at.is_not(None)))
    return {incident.id: told_of(tx, incident)["fixed"] for incident in found}


def reason_without(after: EntryValues, reason: str | None, endings: Mapping[int, str]) -> str | None:
    """Return the reason of an entry; for the end of a major incident its public text."""
    incident = (after or {}).get("incident")
    return endings.get(incident, reason) if incident and reason else reason


def _blanked(value: Any, hide: Callable[[int], bool], *, refers: bool = False) -> Any:
    match value:
        case Mapping():
            blanked = {name: _blanked(item, hide, refers=name in REFERRING) for name, item in value.items()}
            is_hidden = value.get(_ABOUT) is not None and blanked[_ABOUT] is None
            return None if is_hidden else blanked
        case list():
            return [_blanked(item, hide, refers=refers) for item in value]
        case int() if refers and not isinstance(value, bool) and hide(value):
            return None
        case str() if refers and (key := _KEY.fullmatch(value)) and hide(int(key[1])):
            return None
        case _:
            return value
