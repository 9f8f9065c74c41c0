"""Channel messages about what somebody did: what happened, why, what next. Each feature draws its own."""

from collections.abc import Mapping
from typing import Any, assert_never

from bot.policy.model.rules import Policy
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
from bot.policy.record.announcements.registry import announcement_of
from bot.policy.record.announcements.sending import SendingAnnouncement
from bot.policy.record.announcements.teams import TeamAnnouncement
from bot.policy.record.announcements.updates import Updated
from bot.policy.record.announcements.verification import VerificationAnnouncement
from bot.policy.record.announcements.waiting import WaitingAnnouncement
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.categories import category_announcements
from bot.views.channel import channel_messages
from bot.views.closing import closing_announcements
from bot.views.confirming import confirming_messages
from bot.views.declaring import declare_announcements
from bot.views.follow_ups import follow_up_announcements
from bot.views.incidents import incident_messages
from bot.views.levels import level_announcements
from bot.views.on_call import on_call_announcements
from bot.views.outcomes import outcome_announcements
from bot.views.paging import page_announcements
from bot.views.patterns import pattern_messages
from bot.views.people import people_announcements
from bot.views.programmes import programme_messages
from bot.views.sending import sending_announcements
from bot.views.teams import team_announcements
from bot.views.updates import update_announcement
from bot.views.verification import verification_message
from bot.views.waiting import waiting_messages
from bot.views.watch import watch_messages


def draw(payload: Mapping[str, Any], facts: EscalationFacts, policy: Policy) -> Message:  # noqa: C901, PLR0911, PLR0912
    """Draw an announcement from its stored form, using the view of its feature."""
    told = announcement_of(payload)
    if isinstance(told, CategoryAnnouncement):
        return category_announcements.draw(told, facts, policy)
    if isinstance(told, ChannelAnnouncement):
        return channel_messages.draw_announcement(told, facts, policy)
    if isinstance(told, ClosingAnnouncement):
        return closing_announcements.draw(told, facts, policy, watch_messages.promise(facts, policy))
    if isinstance(told, ConfirmingAnnouncement):
        return confirming_messages.draw_announcement(told)
    if isinstance(told, DeclaringAnnouncement):
        return declare_announcements.draw(told, facts, policy)
    if isinstance(told, IncidentAnnouncement):
        return incident_messages.draw_announcement(told, facts, policy)
    if isinstance(told, LevelAnnouncement):
        return level_announcements.draw(told, facts, policy)
    if isinstance(told, OnCallAnnouncement):
        return on_call_announcements.draw(told, facts, policy)
    if isinstance(told, FollowUpAnnouncement):
        return follow_up_announcements.draw(told)
    if isinstance(told, OutcomeAnnouncement):
        return outcome_announcements.draw(told, policy)
    if isinstance(told, PagingAnnouncement):
        return page_announcements.draw(told, facts, policy)
    if isinstance(told, PatternAnnouncement):
        return pattern_messages.draw_announcement(told, facts, policy)
    if isinstance(told, PeopleAnnouncement):
        return people_announcements.draw(told, facts, policy)
    if isinstance(told, ProgrammeAnnouncement):
        return programme_messages.draw_announcement(told, facts, policy)
    if isinstance(told, SendingAnnouncement):
        return sending_announcements.draw(told, facts, policy)
    if isinstance(told, TeamAnnouncement):
        return team_announcements.draw(told, facts, policy)
    if isinstance(told, Updated):
        return update_announcement.draw(told, facts, policy)
    if isinstance(told, VerificationAnnouncement):
        return verification_message.draw_announcement(told, facts, policy)
    if isinstance(told, WaitingAnnouncement):
        return waiting_messages.draw(told, facts, policy)
    assert_never(told)
