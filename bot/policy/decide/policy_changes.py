"""The differences between two policies, named as in the policy file."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.policy.model.rules import Policy

# A change with more differences than this names the first ones.
MOST: Final = 30
# Each entry of a list of levels, rules and the like has its name under one of these.
_NAMES: Final = ("key", "code", "name")
_DEPTH: Final = 3


def channel(policy: Policy) -> str | None:
    """Return where a change to this policy is announced; None if nowhere."""
    return policy.announce_changes


def changed(before: Policy, after: Policy) -> tuple[str, ...]:
    """Return the names of what differs, such as `levels.sev2.response`, in the order of the policy; at most `MOST`."""
    found = _differences(before.model_dump(mode="json"), after.model_dump(mode="json"), ())
    return tuple(".".join(path) for path, _ in zip(found, range(MOST), strict=False))


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if before == after:
        return
    old, new = _parts(before), _parts(after)
    if old is None or new is None or len(path) == _DEPTH:
        yield path
        return
    for name in dict.fromkeys((*old, *new)):
        yield from _differences(old.get(name), new.get(name), (*path, name))


def _parts(value: Any) -> Mapping[str, Any] | None:
    """Return the parts of a value by name; None if it has no named parts."""
    match value:
        case Mapping():
            return {str(name): item for name, item in value.items()}
        case list() if value and all(_name(item) is not None for item in value):
            return {str(_name(item)): item for item in value}
        case _:
            return None


def _name(item: Any) -> str | None:
    return next((str(item[key]) for key in _NAMES if item.get(key)), None) if isinstance(item, Mapping) else None
