"""Live notices: those about something that somebody still has to do. Each has one message in a place.

A later notice about the same subject replaces the message. When the subject is over, the message loses its buttons, or
is deleted if nothing in it is still true. The class of the notice says what it is about.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.policy.record.customer_texts import TextState
from bot.policy.record.escalation import EscalationFacts, Status
from bot.policy.record.reviews import ReviewState
from bot.policy.record.sla import ClockFacts
from bot.policy.record.team_routes import unreached

# How long before a status call who holds it is reminded.
CALL_SOON: Final = timedelta(minutes=15)


class NoticeSubject(StrEnum):
    """The subject of a live notice, as it is stored."""

    UPDATE = "update"
    RESPONSE = "response"
    RESOLUTION = "resolution"
    REVIEW = "review"
    TEAM = "team"
    CASE_REVIEW = "case review"
    ISSUE_SUMMARY = "issue summary"
    CALL = "call"
    FOLLOW_UP = "follow-up"
    FOLLOW_UP_LEFT = "follow-up left"
    TEAM_ROUTE = "team route"
    TEAM_UNREACHED = "team unreached"
    HANDOVER = "handover"
    APPROVAL = "approval"
    SIGN_OFF = "sign off"
    LADDER = "ladder"
    WAITING = "waiting"
    STATUS_PAGE = "status page"
    ACTION_ITEMS = "action items"
    STATUS_CALL = "status call"
    MANAGER_UPDATE = "manager update"
    IDENTITY = "identity"
    DETAILS = "details"
    # Somebody was told of it or brought in, and isn't paged.
    INVOLVED = "involved"
    # A message that stays, for as long as it offers something (`bot.policy.plan.offers`).
    OFFER = "offer"


def of_clock(clock: str) -> NoticeSubject:
    """Return the subject of a notice about one of the customer's clocks."""
    return NoticeSubject.RESPONSE if clock == "response" else NoticeSubject.RESOLUTION


def is_over(  # noqa: C901, PLR0911, PLR0912 - a case for each
    subject: NoticeSubject,
    facts: EscalationFacts,
    now: datetime,
    owner: str | None = None,
    items: Collection[int] = (),
) -> bool:
    """Return True if nobody has to act on a subject any more; for follow-ups, their `owner`.

    `items` are the action items that a notice names.
    """
    match subject:
        case NoticeSubject.UPDATE:
            owed = (facts.customer_update_due_at, facts.internal_update_due_at)
            return not any(at is not None and at <= now for at in owed)
        case NoticeSubject.RESPONSE | NoticeSubject.RESOLUTION:
            return _is_stopped(_clock(subject, facts))
        case NoticeSubject.TEAM:
            return not facts.is_live or _is_stopped(facts.team_answer)
        case NoticeSubject.REVIEW:
            return not facts.is_live or facts.review.finished_on is not None
        case NoticeSubject.SIGN_OFF:
            return not facts.is_live or facts.review.state is not ReviewState.ASKED
        case NoticeSubject.IDENTITY:
            return not facts.is_live or facts.verified_at is not None or facts.verification_tier is None
        case NoticeSubject.DETAILS:
            return facts.status not in (Status.OPEN, Status.MITIGATED)
        case NoticeSubject.INVOLVED:
            return facts.status in (Status.RESOLVED, Status.CLOSED)
        case NoticeSubject.CASE_REVIEW:
            return facts.case_review is None
        case NoticeSubject.ISSUE_SUMMARY:
            return facts.issue_summary is not None or facts.closure is None
        case NoticeSubject.CALL:
            return facts.call is None or facts.call.noted_at is not None or facts.call.at > now
        case NoticeSubject.FOLLOW_UP | NoticeSubject.FOLLOW_UP_LEFT:
            return _is_followed_up(subject, facts, now, owner)
        case NoticeSubject.HANDOVER:
            return not facts.is_live or not facts.handovers
        case NoticeSubject.WAITING:
            return facts.waiting is None
        case NoticeSubject.STATUS_PAGE:
            return not facts.is_live or facts.mitigated_at is not None
        case NoticeSubject.STATUS_CALL:
            return not facts.is_live or facts.status_call is None or facts.status_call.at > now + CALL_SOON
        case NoticeSubject.MANAGER_UPDATE:
            due_at = facts.sponsor_update_due_at
            return due_at is None or due_at > now
        case NoticeSubject.ACTION_ITEMS:
            return not facts.is_live or not any(item.id in items for item in facts.open_items)
        case NoticeSubject.LADDER:
            return not any(page.exhausted_at is not None and not page.ended for page in facts.pages)
        case NoticeSubject.APPROVAL:
            return not facts.is_live or facts.open_text is None or facts.open_text.state is not TextState.ASKED
        case NoticeSubject.OFFER:
            return False
        case NoticeSubject.TEAM_ROUTE | NoticeSubject.TEAM_UNREACHED:
            return not facts.is_live or not unreached(facts.team_routes)


def _is_followed_up(subject: NoticeSubject, facts: EscalationFacts, now: datetime, owner: str | None) -> bool:
    """Return True if an owner has no follow-ups left, or, for the manager, if none is late."""
    left = facts.review.unsettled
    if subject is NoticeSubject.FOLLOW_UP:
        return not any(action.owner == owner for action in left)
    return not any(action.due_on < now.date() for action in left)


def _clock(subject: NoticeSubject, facts: EscalationFacts) -> ClockFacts:
    return facts.response if subject is NoticeSubject.RESPONSE else facts.resolution


def yields_to_pages(subject: NoticeSubject) -> bool:
    """Return True if a page asks its person for the same: one obligation has one message."""
    return subject in (NoticeSubject.UPDATE, NoticeSubject.RESPONSE, NoticeSubject.RESOLUTION)


def _is_stopped(clock: ClockFacts) -> bool:
    return not clock.spans or clock.spans[-1].stopped_at is not None
