"""The channel of an escalation, as facts: who was invited, and what is wrong with it."""

from dataclasses import dataclass
from enum import StrEnum


class OpeningProblem(StrEnum):
    """A step of opening that can fail, so that a person has to know."""

    CHANNEL = "create channel"
    INVITATIONS = "invite"
    CARD = "card"


class ChannelTrouble(StrEnum):
    """Why a channel can't be posted in, according to Slack."""

    ARCHIVED = "archived"
    DELETED = "deleted"  # or made private without the bot: Slack doesn't distinguish the two
    SHARED = "shared"  # with another company, which would read what is internal
    REMOVED = "removed"  # the bot was removed, or has to be invited again after the channel was unarchived


class ChannelChange(StrEnum):
    """A change that somebody made to a channel by hand."""

    PUBLIC = "public"
    PRIVATE = "private"


class InviteState(StrEnum):
    """The state of an invitation to the channel."""

    PENDING = "pending"
    INVITED = "invited"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody who belongs in the channel."""

    person: str
    state: InviteState
    reason: str | None = None
