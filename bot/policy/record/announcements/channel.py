"""Announcements about the channel itself."""

from dataclasses import dataclass
from typing import ClassVar

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


ChannelAnnouncement = ChannelReplaced | ChannelBack | Corrected
