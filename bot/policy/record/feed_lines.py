"""Lines of the feed, which the whole company reads, as they are stored with their effects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.policy.record.payloads import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredLine:
    """It was declared; a proposed programme was accepted."""

    word: ClassVar[str] = "declared"

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChangedLine:
    """Somebody has changed the level."""

    word: ClassVar[str] = "level changed"

    by: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRoseLine:
    """The level has risen with the account's data."""

    word: ClassVar[str] = "level rose"

    by: str
    before: str
    after: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MitigatedLine:
    """The harm has stopped."""

    word: ClassVar[str] = "mitigated"

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedLine:
    """It is resolved."""

    word: ClassVar[str] = "resolved"

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedLine:
    """It is closed."""

    word: ClassVar[str] = "closed"

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnLine:
    """It was withdrawn."""

    word: ClassVar[str] = "withdrawn"

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenedLine:
    """It was reopened."""

    word: ClassVar[str] = "reopened"

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneLine:
    """A mitigation or a resolution was undone; `ended` is that status."""

    word: ClassVar[str] = "undone"

    by: str
    ended: str


FeedLine = (
    DeclaredLine
    | LevelChangedLine
    | LevelRoseLine
    | MitigatedLine
    | ResolvedLine
    | ClosedLine
    | WithdrawnLine
    | ReopenedLine
    | UndoneLine
)
FEED_LINES: Vocabulary[FeedLine] = Vocabulary("what", FeedLine)


def payload_of(line: FeedLine) -> dict[str, Any]:
    """Return the stored form of a line."""
    return FEED_LINES.payload_of(line)


def line_of(payload: Mapping[str, Any]) -> FeedLine:
    """Return the line that was stored; other keys of the payload are ignored.

    Raises LookupError for an unknown kind, ValueError for fields that can't be read.
    """
    return FEED_LINES.read(payload)
