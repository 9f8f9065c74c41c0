"""A YAML text as plain data, with the line of every value.

Every scalar stays text (except null): the policy's types give it meaning, and `version: 2.10`, `country: NO` and
`10:00-12:00` must not become a float, a boolean and a number. What YAML allows but people don't intend is reported:
duplicate keys, and anchors that copy out of sight.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from bot.errors import BadInput
from bot.policy.time.hours import laid_over

Path = tuple[str | int, ...]
_IDENTITIES: Final = ("code", "key", "state", "plan")  # what identifies the items of a list
_OF_A_KEY: Final = "[key]"  # pydantic's last step if the key of a mapping is wrong, not its value
_HOURS: Final = "hours"
EXTENDS: Final = "extends"
_NULL: Final = "tag:yaml.org,2002:null"


class _Loader(yaml.CSafeLoader):
    """Load null and text only."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way of saying which plain scalars mean more than text
        first: [(_NULL, pattern) for tag, pattern in resolvers if tag == _NULL]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True, slots=True)
class Position:
    """A position in a file."""

    source: str
    number: int

    def __str__(self) -> str:
        return f"{self.source}, line {self.number}"


@dataclass
class Document:
    """Plain data with line numbers. A value's path consists of keys and list indexes."""

    data: dict[str, Any]
    lines: dict[Path, Position] = field(default_factory=dict)
    # What the file itself wrote, if it extends another.
    own: dict[Path, Position] = field(default_factory=dict)
    # Where the file takes entries of the other away.
    removed: dict[Path, Position] = field(default_factory=dict)

    def line(self, path: Path) -> Position:
        """Return the line of a value; if it is missing, of its parent."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines[path]

    def own_line(self, path: Path, wrong: str) -> Position:
        """Return the line in the writer's own file that leads to a problem.

        It is the value's own line; for a value of what the file extends, the entry taken away that the problem names,
        else the nearest part above that the file has, else the line of `extends`.
        """
        at = self.removed.get(path) or self.line(path)
        if not self.own or at.source == self.own[()].source:
            return at
        named = (found for gone, found in self.removed.items() if repr(gone[-1]) in wrong)
        return next(named, None) or self._above(path)

    def _above(self, path: Path) -> Position:
        while path and path not in self.own:
            path = path[:-1]
        return self.own[path or (EXTENDS,)]

    def over(self, base: "Document") -> "Document":
        """Lay this document over another: mappings merge, null removes an entry, anything else replaces.

        Opening hours merge day by day, however their days are grouped.
        """
        removed = {path: self.lines[path] for path in _nulls(self.data)}
        return Document(_merged(base.data, self.data), {**base.lines, **self.lines}, self.lines, removed)

    def follow(self, path: Path) -> Path:
        """Convert a path in the policy to one in the file.

        The policy lists what a file may write as a mapping by key, so a step may be an index where the file has a key,
        or a key where the file has a list. Steps below what the file has are kept.
        """
        written: list[str | int] = []
        value: Any = self.data
        for place, step in enumerate(path):
            if isinstance(value, str) and isinstance(step, int):
                break  # a single word where the policy has a list of one
            found = _step(value, step)
            if found is None:
                return (*written, *(left for left in path[place:] if left != _OF_A_KEY))
            written.append(found)
            value = value[found]
        return tuple(written)


def read(text: str, source: str) -> Document:
    """Parse a YAML text. Raises BadInput with every syntax problem."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Position(source, mark.line + 1 if mark else 1)
        raise BadInput([f"{where}: this is not YAML ({error.problem}); check indentation, quotes and colons"]) from None
    except yaml.YAMLError:
        raise BadInput([f"{source}: this is not YAML text; save the file as UTF-8"]) from None
    reader = _Reader(source)
    if not isinstance(node, yaml.MappingNode):
        raise BadInput([f"{Position(source, 1)}: these are not keys and values; write lines such as `name: …`"])
    try:
        data = reader.value(node, ())
    except RecursionError:
        raise BadInput(
            [f"{source}: lists stand in lists too deeply; write keys and values, a few levels deep"]
        ) from None
    if reader.problems:
        raise BadInput(reader.problems)
    return Document(data, reader.lines)


class _Reader:
    def __init__(self, source: str) -> None:
        self.lines: dict[Path, Position] = {}
        self.problems: list[str] = []
        self._source = source
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> Any:
        where = self.lines[path] = Position(self._source, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag == _NULL else node.value
        if id(node) in self._seen:
            self.problems.append(f"{where}: an alias is used; write it out, or let one policy extend another")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, place)) for place, item in enumerate(node.value)]
        return dict(self._pairs(node, path))

    def _pairs(self, node: yaml.Node, path: Path) -> Iterator[tuple[str, Any]]:
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(f"{Position(self._source, line)}: a key is not a word; write `key: value`")
                continue
            key = key_node.value
            if key in first:
                before = f"it is already in line {first[key]}"
                self.problems.append(
                    f"{Position(self._source, line)}: {dotted((*path, key))}: {before}; keep one of them"
                )
                continue
            first[key] = line
            yield key, self.value(value_node, (*path, key))
            self.lines[*path, key] = Position(self._source, line)


def dotted(path: Path) -> str:
    """Return a path as people read it: `levels.sev2.examples[2]`, counting from one."""
    parts = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(parts).lstrip(".")


def _nulls(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of the entries that are null."""
    for key, part in value.items() if isinstance(value, dict) else ():
        if part is None:
            yield (*path, key)
        else:
            yield from _nulls(part, (*path, key))


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        if value is None and key in merged:
            del merged[key]
        elif key == _HOURS and isinstance(value, Mapping) and isinstance(known, Mapping):
            merged[key] = laid_over(known, value)
        elif isinstance(value, Mapping) and isinstance(known, Mapping):
            merged[key] = _merged(known, value)
        else:
            merged[key] = value
    return merged


def _step(value: Any, step: str | int) -> str | int | None:
    if isinstance(value, dict):
        keys = list(value)
        return step if step in value else keys[step] if isinstance(step, int) and step < len(keys) else None
    if isinstance(value, list) and isinstance(step, int):
        return step if step < len(value) else None
    if isinstance(value, list):
        return next((place for place, item in enumerate(value) if _identity(item) == step), None)
    return None


def _identity(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    return next((item[name] for name in _IDENTITIES if name in item), None)
