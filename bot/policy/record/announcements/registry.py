"""The registry of announcements: every class, and reading back what was stored."""

from collections.abc import Mapping
from typing import Any

from bot.policy.record.announcements.categories import CategoryAnnouncement
from bot.policy.record.announcements.channel import ChannelAnnouncement
from bot.policy.record.announcements.closing import ClosingAnnouncement
from bot.policy.record.announcements.confirming import ConfirmingAnnouncement
from bot.policy.record.announcements.declaring import DeclaringAnnouncement
from bot.policy.record.announcements.follow_ups import FollowUpAnnouncement
from bot.policy.record.announcements.incidents import IncidentAnnouncement
from bot.policy.record.announcements.levels import LevelAnnouncement
from bot.policy.record.announcements.on_call import OnCallAnnouncement
from bot.policy.record.announcements.outcomes import OutcomeAnnouncement
from bot.policy.record.announcements.paging import PagingAnnouncement
from bot.policy.record.announcements.patterns import PatternAnnouncement
from bot.policy.record.announcements.people import PeopleAnnouncement
from bot.policy.record.announcements.programmes import ProgrammeAnnouncement
from bot.policy.record.announcements.sending import SendingAnnouncement
from bot.policy.record.announcements.teams import TeamAnnouncement
from bot.policy.record.announcements.updates import Updated
from bot.policy.record.announcements.verification import VerificationAnnouncement
from bot.policy.record.announcements.waiting import WaitingAnnouncement
from bot.policy.record.payloads import Vocabulary

Announcement = (
    CategoryAnnouncement
    | ChannelAnnouncement
    | ClosingAnnouncement
    | ConfirmingAnnouncement
    | DeclaringAnnouncement
    | FollowUpAnnouncement
    | IncidentAnnouncement
    | LevelAnnouncement
    | OnCallAnnouncement
    | OutcomeAnnouncement
    | PagingAnnouncement
    | PatternAnnouncement
    | PeopleAnnouncement
    | ProgrammeAnnouncement
    | SendingAnnouncement
    | TeamAnnouncement
    | Updated
    | VerificationAnnouncement
    | WaitingAnnouncement
)
ANNOUNCEMENTS: Vocabulary[Announcement] = Vocabulary("what", Announcement)


def payload_of(announcement: Announcement) -> dict[str, Any]:
    """Return the stored form of an announcement."""
    return ANNOUNCEMENTS.payload_of(announcement)


def announcement_of(payload: Mapping[str, Any]) -> Announcement:
    """Return the announcement that was stored; other keys of the payload are ignored.

    Raises LookupError for an unknown kind, ValueError for fields that can't be read.
    """
    return ANNOUNCEMENTS.read(payload)
