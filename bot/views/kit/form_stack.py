"""Forms that lie on one another, as their metadata says it.

A form says which ones it lies on, so that they are drawn again when it is sent. What one of these was opened with, and
must not forget when that happens, is carried by the forms on it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

# What a form keeps while it is drawn again.
KEEP: Final = "keep"
_UNDER, _LOWEST, _CARRIED = "under", "lowest", "carried"

Below = Mapping[str, Any]


def of(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's metadata."""
    found = json.loads(view.get("private_metadata") or "{}")
    return found if isinstance(found, dict) else {}


def under(view: Mapping[str, Any]) -> str | None:
    """Return which form a form lies on; None if it lies on none that can be redrawn."""
    return of(view).get(_UNDER)


def lowest(view: Mapping[str, Any]) -> str | None:
    """Return which form lies below the one that a form lies on."""
    return of(view).get(_LOWEST)


def places(on: str, view: Mapping[str, Any]) -> Below:
    """Return what a form says that is put on an open one, which `on` names."""
    known = of(view)
    carried = {**known.get(_CARRIED, {}), **({on: known[KEEP]} if KEEP in known else {})}
    found = {_UNDER: on, _LOWEST: known.get(_UNDER), _CARRIED: carried}
    return {key: value for key, value in found.items() if value}


def own_places(view: Mapping[str, Any]) -> Below:
    """Return what an open form says of the ones it lies on, and what it keeps, for when it is drawn again itself."""
    return {key: value for key, value in of(view).items() if key in (_UNDER, _LOWEST, _CARRIED, KEEP)}


def below(name: str, view: Mapping[str, Any]) -> Below:
    """Return the same of a form below an open one, which `name` names."""
    known = of(view)
    carried = dict(known.get(_CARRIED, {}))
    kept = carried.pop(name, None)
    is_next = known.get(_UNDER) == name and known.get(_LOWEST) is not None
    found = {KEEP: kept, _UNDER: known[_LOWEST] if is_next else None, _CARRIED: carried if is_next else None}
    return {key: value for key, value in found.items() if value}


def placed(view: Mapping[str, Any], said: Below) -> dict[str, Any]:
    """Return a form that says so. Errors and forms without an escalation stay as they are."""
    if not said or not view.get("private_metadata"):
        return dict(view)
    return {**view, "private_metadata": json.dumps({**of(view), **said})}
