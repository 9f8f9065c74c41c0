"""Announcements about the level: changed, requested, reassessed by account data."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.policy.record.level_requests import LevelRequestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChanged:
    """Somebody has set the level by hand."""

    word: ClassVar[str] = "level changed"

    by: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideLifted:
    """Somebody has lifted the level set by hand."""

    word: ClassVar[str] = "override lifted"

    by: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRequested:
    """Somebody asks for another level."""

    word: ClassVar[str] = "level asked for"

    by: str
    level: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRequestGranted:
    """Another level that `asker` asked for was approved."""

    word: ClassVar[str] = "request granted"

    by: str
    asker: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRequestDeclined:
    """Another level that `asker` asked for was declined."""

    word: ClassVar[str] = "request declined"

    by: str
    asker: str
    level: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRequestWaiting:
    """A request still waits for its answer."""

    word: ClassVar[str] = "request waits"

    kind: LevelRequestKind
    by: str
    level: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRose:
    """The account's data have changed, and the level rises."""

    word: ClassVar[str] = "level rose"

    before: str
    after: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueEarlier:
    """The account's data have changed, and these clocks end earlier."""

    word: ClassVar[str] = "due earlier"

    clocks: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DowngradeProposed:
    """The account's data have become better, and those who may set the level are asked for less."""

    word: ClassVar[str] = "fall proposed"

    level: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DowngradeGranted:
    """The level or targets that better data propose were approved."""

    word: ClassVar[str] = "fall granted"

    by: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DowngradeDeclined:
    """Things are kept as they are, although the data have become better."""

    word: ClassVar[str] = "fall declined"

    by: str
    level: str
    reason: str


LevelRequestAnnouncement = LevelRequested | LevelRequestGranted | LevelRequestDeclined | LevelRequestWaiting


ReassessmentAnnouncement = LevelRose | DueEarlier | DowngradeProposed | DowngradeGranted | DowngradeDeclined


LevelAnnouncement = LevelChanged | OverrideLifted | LevelRequestAnnouncement | ReassessmentAnnouncement
