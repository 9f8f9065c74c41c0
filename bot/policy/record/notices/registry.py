"""The registry of notices about events: every class."""

from bot.policy.record.notices.channel import ChannelNotice
from bot.policy.record.notices.confirming import ConfirmingNotice
from bot.policy.record.notices.incidents import IncidentOverNotice
from bot.policy.record.notices.intake import FactsMissingNotice
from bot.policy.record.notices.levels import LevelRequestAnsweredNotice
from bot.policy.record.notices.paging import PagingNotice
from bot.policy.record.notices.patterns import PatternNotice
from bot.policy.record.notices.people import PeopleNotice
from bot.policy.record.notices.programmes import ProposalAnsweredNotice
from bot.policy.record.notices.reviews import ReviewNotice
from bot.policy.record.notices.sending import SendingNotice
from bot.policy.record.notices.teams import TeamsToWriteNotice
from bot.policy.record.notices.verification import ApprovalWantedNotice
from bot.policy.record.notices.waiting import FollowedUpNotice
from bot.policy.record.notices.watch import WatchAnsweredNotice

EventNotice = (
    ApprovalWantedNotice
    | ChannelNotice
    | ConfirmingNotice
    | FactsMissingNotice
    | IncidentOverNotice
    | LevelRequestAnsweredNotice
    | PagingNotice
    | PatternNotice
    | PeopleNotice
    | ProposalAnsweredNotice
    | ReviewNotice
    | SendingNotice
    | TeamsToWriteNotice
    | FollowedUpNotice
    | WatchAnsweredNotice
)
