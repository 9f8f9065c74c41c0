"""Confidential escalations are counted and never named, neither by the others that refer to them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select

from bot.models.escalation import Escalation
from bot.policy.escalation import EscalationFacts
from bot.services.core import Transaction

_KEY: Final = re.compile(r"ESC-([1-9][0-9]*)")
# In what the timeline keeps, these hold the numbers of other escalations, whether written as `ESC-7` or as 7.
_REFERRING: Final = frozenset({"duplicate_of", "programme", "escalations", "key"})

Said = Mapping[str, Any] | None


def named_by(facts: EscalationFacts, entries: Iterable[Said]) -> frozenset[int]:
    """Return the numbers of the escalations that a record refers to."""
    found = {facts.programme, facts.withdrawal and facts.withdrawal.duplicate_of}

    def note(number: int) -> bool:
        found.add(number)
        return False

    for entry in entries:
        _blanked(entry, note)
    return frozenset(number for number in found if number)


def confidential(tx: Transaction, numbers: Iterable[int]) -> frozenset[int]:
    """Return those of some escalations that are confidential."""
    hidden = select(Escalation.id).where(Escalation.id.in_(list(numbers)), Escalation.is_private)
    return frozenset(tx.session.scalars(hidden))


def without(facts: EscalationFacts, hidden: frozenset[int]) -> EscalationFacts:
    """Return the facts without the numbers of what is confidential."""
    withdrawal = facts.withdrawal
    if withdrawal is not None and withdrawal.duplicate_of in hidden:
        withdrawal = replace(withdrawal, duplicate_of=None)
    return replace(facts, programme=None if facts.programme in hidden else facts.programme, withdrawal=withdrawal)


def said_without(entry: Said, hidden: frozenset[int]) -> Said:
    """Return what an entry of the timeline keeps, with nothing in place of what is confidential."""
    blanked: Said = _blanked(entry, hidden.__contains__)
    return blanked


def _blanked(value: Any, hide: Callable[[int], bool], *, refers: bool = False) -> Any:
    match value:
        case Mapping():
            return {name: _blanked(item, hide, refers=name in _REFERRING) for name, item in value.items()}
        case list():
            return [_blanked(item, hide, refers=refers) for item in value]
        case int() if refers and hide(value):
            return None
        case str() if refers and (key := _KEY.fullmatch(value)) and hide(int(key[1])):
            return None
        case _:
            return value
