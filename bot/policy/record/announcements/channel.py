"""Announcements about the channel itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from bot.policy.record.channel import ChannelTrouble


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelReplaced:
    """This channel is new; what was wrong with the old one, or nothing: then that was public."""

    word: ClassVar[str] = "channel replaced"

    by: str
    name: str | None
    channel: str
    why: ChannelTrouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelBack:
    """The bot is back in its channel."""

    word: ClassVar[str] = "channel back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """Somebody corrected what was declared. `summary` and `account` are what was there before, if it changed."""

    word: ClassVar[str] = "corrected"

    by: str
    summary: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedMessage:
    """A message that an outage of Slack delayed, as it was stored, and when it was to be posted."""

    at: datetime
    is_announcement: bool
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackReturned:
    """Slack was down `since` then, `until` it answered again. `count` messages were delayed; the last are `missed`."""

    word: ClassVar[str] = "slack returned"

    since: datetime
    until: datetime
    missed: tuple[MissedMessage, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginningCorrected:
    """Somebody corrected when the customer reported it and when we detected it."""

    word: ClassVar[str] = "beginning corrected"

    by: str
    reason: str
    reported_at: datetime | None = None
    detected_at: datetime | None = None


ChannelAnnouncement = ChannelReplaced | ChannelBack | Corrected | BeginningCorrected | SlackReturned
