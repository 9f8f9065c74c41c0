"""Notices about the channel and the card, changed by hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.policy.record.announcements.channel import MissedMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLostNotice:
    """The channel was archived or deleted, or the bot was removed from it."""

    word: ClassVar[str] = "channel lost"

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptForLaterNotice:
    """An action will be posted once the channel is back."""

    word: ClassVar[str] = "kept for later"


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteMeNotice:
    """The channel is open again without the bot."""

    word: ClassVar[str] = "invite me"

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelExposedNotice:
    """The channel of something confidential was made public."""

    word: ClassVar[str] = "channel exposed"

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHiddenNotice:
    """The channel was made private."""

    word: ClassVar[str] = "channel hidden"

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGoneNotice:
    """The card was deleted."""

    word: ClassVar[str] = "card gone"

    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsiderJoinedNotice:
    """A guest, or a person of another workspace, is in the channel and reads everything there."""

    word: ClassVar[str] = "outsider joined"

    person: str
    is_guest: bool
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedNotice:
    """Several direct messages that an outage of Slack delayed, from `since` to `until`: `count`, the last in full."""

    word: ClassVar[str] = "missed"

    since: datetime
    until: datetime
    missed: tuple[MissedMessage, ...]
    count: int


ChannelNotice = (
    ChannelLostNotice
    | KeptForLaterNotice
    | InviteMeNotice
    | ChannelExposedNotice
    | ChannelHiddenNotice
    | CardGoneNotice
    | OutsiderJoinedNotice
    | MissedNotice
)
