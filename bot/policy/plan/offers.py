"""Offers: what a message about something that happened lets people do next, for as long as it can be done.

Such a message stays, as a part of the history. Only its buttons go, one by one, as what they do is done or over.
Messages about something that somebody owes are live notices instead (`bot.policy.plan.live_notices`).
"""

from datetime import datetime
from enum import StrEnum

from bot.policy.decide.lifecycle import UNDO_WITHIN
from bot.policy.plan.stored_notices import StoredNotice
from bot.policy.record.announcements.closing import Closed, Mitigated, Resolved, Withdrawn
from bot.policy.record.announcements.incidents import IncidentLasts, IncidentLikely
from bot.policy.record.announcements.programmes import ProgrammeAccepted, ProgrammePlanned, StatusCallNoted
from bot.policy.record.announcements.registry import Announcement
from bot.policy.record.announcements.sending import CustomerWrote, NotApproved, NotSent
from bot.policy.record.announcements.waiting import CustomerFollowedUp, WaitBegan
from bot.policy.record.escalation import EscalationFacts, Status
from bot.policy.record.notices.channel import CardGoneNotice, ChannelLostNotice
from bot.policy.record.notices.confirming import CustomerConfirmedNotice
from bot.policy.record.notices.incidents import IncidentOverNotice
from bot.policy.record.notices.patterns import CaseReviewNotice
from bot.policy.record.notices.reviews import ReviewReturnedNotice
from bot.policy.record.notices.sending import CustomerWroteNotice
from bot.policy.record.notices.waiting import FollowedUpNotice
from bot.policy.record.reviews import ReviewState


class Offer(StrEnum):
    """Something that a message offers, as it is stored. A word is never changed."""

    STOP_WAITING = "stop waiting"
    UPDATE = "update"
    UNDO = "undo"
    REVIEW = "review"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    CALL = "call"
    SUMMARY = "summary"
    LEARNED = "learned"
    KEEP_OPEN = "keep open"
    SEND_OTHERWISE = "send otherwise"
    JOIN_INCIDENT = "join incident"
    MAKE_INCIDENT = "make incident"
    PLAN = "plan"
    TELL_PLAN = "tell plan"
    ADD_ITEM = "add item"
    CASE_REVIEW = "case review"
    NEW_CHANNEL = "new channel"
    POST_CARD = "post card"


def offered(  # noqa: C901, PLR0911, PLR0912 - one case for each class
    told: Announcement | StoredNotice, facts: EscalationFacts, now: datetime, since: datetime
) -> frozenset[Offer] | None:
    """Return what a message of `since` still offers; None for one without buttons, or kept track of elsewhere."""
    match told:
        case WaitBegan():
            return _if(facts.waiting is not None and facts.waiting.until == told.until, Offer.STOP_WAITING)
        case CustomerFollowedUp() | FollowedUpNotice() | CustomerWrote():
            return _if(is_owed(told.due, facts), Offer.UPDATE)
        case Mitigated(undone_by=str()) | Resolved(undone_by=str()):
            return frozenset()
        case Mitigated():
            return _undoable(facts, Status.MITIGATED, facts.mitigated_at, now)
        case Resolved():
            return _undoable(facts, Status.RESOLVED, facts.resolved_at, now)
        case Closed():
            return _after_closing(facts) | _keeps_open(told.archives_at, facts)
        case Withdrawn():
            return _keeps_open(told.archives_at, facts)
        case NotSent() | NotApproved():
            is_open = facts.is_live and facts.open_text is not None and facts.open_text.id == told.text
            return _if(is_open, Offer.SEND_OTHERWISE)
        case IncidentLasts():
            can_join = facts.is_live and facts.incident is None and not told.is_over
            return _if(can_join, Offer.JOIN_INCIDENT)
        case IncidentLikely():
            return _if(facts.is_live and facts.incident is None, Offer.MAKE_INCIDENT)
        case IncidentOverNotice():
            return _if(facts.is_live and _was_quiet_since(since, facts), Offer.UPDATE)
        case ProgrammeAccepted():
            return _if(facts.is_live, Offer.PLAN)
        case ProgrammePlanned():
            is_untold = told.plan is not None and _was_quiet_since(since, facts)
            return _if(facts.is_live and is_untold, Offer.TELL_PLAN)
        case StatusCallNoted():
            return _if(facts.is_live, Offer.ADD_ITEM)
        case CaseReviewNotice():
            return _if(facts.case_review is not None, Offer.CASE_REVIEW)
        case ChannelLostNotice():
            return _if(facts.is_live and not facts.has_channel, Offer.NEW_CHANNEL)
        case CardGoneNotice():
            return _if(facts.is_live and facts.has_channel and facts.card_ts is None, Offer.POST_CARD)
        case ReviewReturnedNotice():
            return _if(facts.is_live and facts.review.state is ReviewState.RETURNED, Offer.REVIEW)
        case CustomerWroteNotice():
            return _if(facts.closure is not None, Offer.REOPEN)
        case CustomerConfirmedNotice():
            can_resolve, can_close = facts.status in (Status.OPEN, Status.MITIGATED), facts.status is Status.RESOLVED
            return _if(can_resolve, Offer.RESOLVE) | _if(can_close, Offer.CLOSE)
        case _:
            return None


def is_owed(due: datetime | None, facts: EscalationFacts) -> bool:
    """Return True if the update that was due then is still owed: a posted one would be followed by a later time."""
    owed = facts.customer_update_due_at
    return facts.is_live and due is not None and owed is not None and owed <= due


def _undoable(facts: EscalationFacts, status: Status, ended_at: datetime | None, now: datetime) -> frozenset[Offer]:
    is_fresh = facts.status is status and ended_at is not None and now - ended_at < UNDO_WITHIN
    is_open = facts.is_live and facts.review.state not in (None, ReviewState.SIGNED)
    return _if(is_fresh, Offer.UNDO) | _if(is_open, Offer.REVIEW)


def _after_closing(facts: EscalationFacts) -> frozenset[Offer]:
    if facts.closure is None:
        return frozenset()
    is_called = facts.call is not None and facts.call.noted_at is not None
    # A summary can be sent again, to others.
    stays = frozenset({Offer.SUMMARY, Offer.LEARNED}) if facts.channel_archived_at is None else frozenset()
    return stays | _if(not is_called, Offer.CALL)


def _keeps_open(archives_at: datetime | None, facts: EscalationFacts) -> frozenset[Offer]:
    is_to_come = archives_at is not None and facts.closure is not None
    return _if(is_to_come and facts.kept_open_by is None and facts.channel_archived_at is None, Offer.KEEP_OPEN)


def _was_quiet_since(since: datetime, facts: EscalationFacts) -> bool:
    """Return True if the customer got no update since then."""
    return facts.last_customer_update_at is None or facts.last_customer_update_at < since


def _if(condition: bool, offer: Offer) -> frozenset[Offer]:  # noqa: FBT001 - it reads as one
    return frozenset({offer}) if condition else frozenset()
