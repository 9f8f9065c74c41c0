"""Reads what somebody filled in from a form that was sent, whichever feature drew it."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from bot.errors import FormError
from bot.policy.time import years

# Unicode's categories of dashes, blanks and line breaks.
_SAYS_NOTHING = frozenset({"Pd", "Zs", "Zl", "Zp", "Cc"})


def number_of(view: Mapping[str, Any]) -> int:
    """Return the number of the form's escalation."""
    return int(json.loads(view["private_metadata"])["number"])


def text_of(view: Mapping[str, Any], block_id: str) -> str:
    """Return a field's text, stripped."""
    found = _value(view, block_id)
    return str(found.get("value") or "").strip()


def says_something(text: str) -> bool:
    """Return True if there is more in it than dashes, dots and blanks, which people type to get past a field."""
    return any(unicodedata.category(character) not in _SAYS_NOTHING and character not in "._?" for character in text)


def option_of(view: Mapping[str, Any], block_id: str) -> str | None:
    """Return the selected value."""
    chosen = _value(view, block_id).get("selected_option")
    return str(chosen["value"]) if chosen else None


def options_of(view: Mapping[str, Any], block_id: str) -> list[str]:
    """Return the ticked values."""
    return [str(one["value"]) for one in _value(view, block_id).get("selected_options") or ()]


def person_of(view: Mapping[str, Any], block_id: str) -> str | None:
    """Return the selected Slack id."""
    return _value(view, block_id).get("selected_user")


def people_of(view: Mapping[str, Any], block_id: str) -> list[str]:
    """Return the selected Slack ids."""
    return list(_value(view, block_id).get("selected_users") or ())


def moment_of(view: Mapping[str, Any], block_id: str) -> datetime | None:
    """Return the selected moment. Raises FormError if its year is out of range."""
    seconds = _value(view, block_id).get("selected_date_time")
    at = datetime.fromtimestamp(int(seconds), UTC) if seconds is not None else None
    if at is not None and not years.is_plausible(at):
        raise FormError(block_id, f"Choose a time between {years.FIRST} and {years.LAST}.")
    return at


def date_of(view: Mapping[str, Any], block_id: str) -> date | None:
    """Return the selected day. Raises FormError if its year is out of range."""
    chosen = _value(view, block_id).get("selected_date")
    day = date.fromisoformat(chosen) if chosen else None
    if day is not None and not years.is_plausible(day):
        raise FormError(block_id, f"Choose a day between {years.FIRST} and {years.LAST}.")
    return day


def _value(view: Mapping[str, Any], block_id: str) -> Mapping[str, Any]:
    # A block holds one control. An external menu has another action id than its block.
    controls: Mapping[str, Mapping[str, Any]] = view["state"]["values"].get(block_id, {})
    return next(iter(controls.values()), {})
