"""Notices: messages about what is due and what has happened. Each feature draws its own."""

from collections.abc import Mapping
from typing import Any, assert_never

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.registry import ReminderNotice
from bot.policy.plan.stored_notices import notice_of
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.channel import ChannelNotice, MissedNotice
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
from bot.ports.workspace import Message
from bot.views.channel import channel_messages
from bot.views.confirming import confirming_messages
from bot.views.incidents import incident_messages
from bot.views.intake.intake_message import missing
from bot.views.kit.parts import section
from bot.views.levels import level_request_messages
from bot.views.paging import paging_notices
from bot.views.patterns import pattern_messages
from bot.views.people import people_notices
from bot.views.programmes import programme_messages
from bot.views.reminders import registry as reminders
from bot.views.reviews import review_messages
from bot.views.sending import approval_notices
from bot.views.teams import team_routes
from bot.views.verification.verification_message import approval_wanted
from bot.views.waiting import waiting_messages
from bot.views.watch import watch_messages

_SingleNotice = (
    IncidentOverNotice
    | FactsMissingNotice
    | ApprovalWantedNotice
    | LevelRequestAnsweredNotice
    | ProposalAnsweredNotice
    | TeamsToWriteNotice
    | FollowedUpNotice
    | WatchAnsweredNotice
)


def draw(payload: Mapping[str, Any], facts: EscalationFacts, policy: Policy, *, direct_to: str | None) -> Message:
    """Draw a notice for the channel, or for the person it is sent to directly, from its stored form."""
    notice = notice_of(payload)
    if isinstance(notice, ReminderNotice):
        return reminders.draw(notice, facts, policy, direct_to)
    if isinstance(notice, MissedNotice):
        known = [one for one in notice.missed if _is_readable(one.payload)]
        said = [(one.at, draw(one.payload, facts, policy, direct_to=direct_to).text) for one in known]
        return channel_messages.slack_returned(notice, said, policy)
    if isinstance(notice, ChannelNotice):
        return channel_messages.draw_notice(notice, facts, policy)
    if isinstance(notice, ConfirmingNotice):
        return confirming_messages.draw_notice(notice, facts, policy, direct_to)
    if isinstance(notice, PatternNotice):
        return pattern_messages.draw_notice(notice, facts, policy)
    if isinstance(notice, PeopleNotice):
        return people_notices.draw(notice, facts, policy, direct_to)
    if isinstance(notice, ReviewNotice):
        return review_messages.draw_notice(notice, facts, policy, direct_to)
    if isinstance(notice, SendingNotice):
        return approval_notices.draw(notice, facts, policy, direct_to)
    if isinstance(notice, PagingNotice):
        return paging_notices.draw(notice, facts, policy, direct_to)
    return _single(notice, facts, policy, direct_to)


def _is_readable(payload: Mapping[str, Any]) -> bool:
    """Return False for a message that can't be read any more: it is only counted."""
    try:
        notice_of(payload)
    except (LookupError, ValueError):
        return False
    return True


def _single(notice: _SingleNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw a notice that is the only one of its feature."""
    match notice:
        case IncidentOverNotice():
            return incident_messages.over_directly(notice, facts)
        case FactsMissingNotice():
            return missing(notice, facts)
        case ApprovalWantedNotice():
            return approval_wanted(notice, facts, policy)
        case LevelRequestAnsweredNotice():
            return level_request_messages.draw_answer(notice, facts, policy, direct_to)
        case ProposalAnsweredNotice():
            return programme_messages.draw_answer(notice, facts)
        case TeamsToWriteNotice():
            return team_routes.draw(notice, facts, policy)
        case FollowedUpNotice():
            return waiting_messages.draw_notice(notice, facts, policy, direct_to)
        case WatchAnsweredNotice():
            return watch_messages.draw_notice(notice, facts)
        case _:
            assert_never(notice)


def plain(text: str) -> Message:
    """Draw a message of one paragraph of our own words."""
    return Message(text, (section(text),))
