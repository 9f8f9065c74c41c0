"""The basic checks that all shapes consist of. Each checks one value and yields what Slack would reject.

A check takes the value, its JSON pointer and its surface: `message`, `modal` or `home`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.blocks.problems import Problem

Check = Callable[[Any, str, str], Iterator[Problem]]
Rule = Callable[[dict[str, Any], str, str], Iterator[Problem]]


def text(most: int | None = None, least: int = 0) -> Check:
    """Check a string and its length."""

    def check(value: Any, pointer: str, _surface: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(pointer, "must be a string", "invalid_type", {"type": "string"})
        elif len(value) < least:
            constraint = {"type": "min_length", "expected": least}
            yield Problem(pointer, f"must be more than {least - 1} characters", constraint=constraint)
        elif most is not None and len(value) > most:
            constraint = {"type": "max_length", "expected": most}
            yield Problem(pointer, f"must be less than {most + 1} characters", constraint=constraint)

    return check


def matching(pattern: str, what: str) -> Check:
    """Check a string against a pattern; `what` describes the expected value."""
    compiled = re.compile(pattern)

    def check(value: Any, pointer: str, _surface: str) -> Iterator[Problem]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield Problem(pointer, f"must be {what}", constraint={"type": "format", "expected": what})

    return check


def link(most: int = 3000, *, schemes: str = r"[a-z][a-z0-9+.-]*") -> Check:
    """Check a URL; `schemes` is the pattern of allowed schemes."""
    length = text(most, 1)

    def check(value: Any, pointer: str, surface: str) -> Iterator[Problem]:
        yield from (problems := list(length(value, pointer, surface)))
        if not problems and not re.match(f"(?:{schemes}):", value, re.IGNORECASE):
            yield Problem(pointer, "must be a valid URL", constraint={"type": "format", "expected": "url"})

    return check


def flag(value: Any, pointer: str, _surface: str) -> Iterator[Problem]:
    """Check a boolean."""
    if not isinstance(value, bool):
        yield Problem(pointer, "must be a boolean", "invalid_type", {"type": "boolean"})


def whole(least: int | None = None, most: int | None = None) -> Check:
    """Check a whole number and its range."""

    def check(value: Any, pointer: str, _surface: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem(pointer, "must be an integer", "invalid_type", {"type": "integer"})
        elif least is not None and value < least:
            yield Problem(pointer, f"must be at least {least}", constraint={"type": "minimum", "expected": least})
        elif most is not None and value > most:
            yield Problem(pointer, f"must be at most {most}", constraint={"type": "maximum", "expected": most})

    return check


def number(above: float | None = None) -> Check:
    """Check any number; with `above` it must be greater than that."""

    def check(value: Any, pointer: str, _surface: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield Problem(pointer, "must be a number", "invalid_type", {"type": "number"})
        elif above is not None and value <= above:
            yield Problem(pointer, f"must be greater than {above}", constraint={"type": "minimum", "expected": above})

    return check


def choice(*words: Any) -> Check:
    """Check that the value is one of `words`."""

    def check(value: Any, pointer: str, _surface: str) -> Iterator[Problem]:
        if value not in words:
            offered = ", ".join(str(word) for word in words)
            yield Problem(pointer, f"must be one of: {offered}", constraint={"type": "enum", "expected": list(words)})

    return check


def listing(item: Check, most: int | None = None, least: int = 0) -> Check:
    """Check an array: its length and each item."""

    def check(value: Any, pointer: str, surface: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(pointer, "must provide an array", "invalid_type", {"type": "array"})
            return
        if most is not None and len(value) > most:
            constraint = {"type": "max_items", "expected": most}
            yield Problem(pointer, f"no more than {most} items allowed", constraint=constraint)
        if len(value) < least:
            constraint = {"type": "min_items", "expected": least}
            yield Problem(pointer, f"no fewer than {least} items allowed", constraint=constraint)
        for index, element in enumerate(value):
            yield from item(element, f"{pointer}/{index}", surface)

    return check


@dataclass(frozen=True)
class Field:
    """A property of an object and whether it is required."""

    check: Check
    required: bool = False


def need(check: Check) -> Field:
    """Return a required property."""
    return Field(check, required=True)


def may(check: Check) -> Field:
    """Return an optional property."""
    return Field(check)


class Shape:
    """Checks an object: required and optional properties, and rules about the whole object."""

    def __init__(self, fields: Mapping[str, Field], *rules: Rule) -> None:
        self.fields = dict(fields)
        self.rules = rules
        self._required = [name for name, field in self.fields.items() if field.required]

    def __call__(self, value: Any, pointer: str, surface: str) -> Iterator[Problem]:
        """Check an object."""
        if not isinstance(value, dict):
            yield Problem(pointer, "must provide an object", "invalid_type", {"type": "object"})
            return
        for name in self._required:
            if value.get(name) is None:
                yield Problem(pointer, f"missing required field: {name}", "missing_field", {"expected": name})
        for name, given in value.items():
            if (field := self.fields.get(name)) is None:
                yield Problem(pointer, f"invalid additional property: {name}", "additional_property", {"found": name})
            elif given is not None:
                yield from field.check(given, f"{pointer}/{name}", surface)
        for rule in self.rules:
            yield from rule(value, pointer, surface)


class Types:
    """Checks an object by its `type`: only the listed types are allowed in this place."""

    def __init__(self, shapes: Mapping[str, Check]) -> None:
        self.shapes = dict(shapes)

    def __call__(self, value: Any, pointer: str, surface: str) -> Iterator[Problem]:
        """Check an object."""
        if not isinstance(value, dict):
            yield Problem(pointer, "must provide an object", "invalid_type", {"type": "object"})
            return
        if (kind := value.get("type")) is None:
            yield Problem(pointer, "missing required field: type", "missing_field", {"expected": "type"})
        elif not isinstance(kind, str) or kind not in self.shapes:
            constraint = {"type": "enum", "expected": sorted(self.shapes)}
            yield Problem(f"{pointer}/type", f"unsupported type: {kind}", constraint=constraint)
        else:
            yield from self.shapes[kind](value, pointer, surface)

    def only(self, *kinds: str) -> "Types":
        """Return the check for a place where only these types are allowed."""
        return Types({kind: self.shapes[kind] for kind in kinds})


def typed(kind: str, fields: Mapping[str, Field], *rules: Rule) -> Shape:
    """Return the shape of an object with a `type`."""
    return Shape({"type": need(choice(kind)), **fields}, *rules)


def exactly_one(*names: str) -> Rule:
    """Require exactly one of several properties."""

    def rule(value: dict[str, Any], pointer: str, _surface: str) -> Iterator[Problem]:
        if sum(value.get(name) is not None for name in names) != 1:
            yield Problem(
                pointer, f"must provide exactly one of: {', '.join(names)}", constraint={"expected": list(names)}
            )

    return rule


def at_least_one(*names: str) -> Rule:
    """Require at least one of several properties."""

    def rule(value: dict[str, Any], pointer: str, _surface: str) -> Iterator[Problem]:
        if not any(value.get(name) for name in names):
            yield Problem(
                pointer, f"must provide at least one of: {', '.join(names)}", constraint={"expected": list(names)}
            )

    return rule


def only_on(*surfaces: str) -> Rule:
    """Forbid a block on other surfaces."""

    def rule(value: dict[str, Any], pointer: str, surface: str) -> Iterator[Problem]:
        if surface not in surfaces:
            constraint = {"type": "surface", "expected": list(surfaces)}
            yield Problem(f"{pointer}/type", f"unsupported type: {value.get('type')}", constraint=constraint)

    return rule
