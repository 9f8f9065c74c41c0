"""Live notices: those about something that somebody still has to do. Each has one message in a place.

A later notice about the same subject replaces the message. When the subject is over, the message loses its buttons, or
is deleted if nothing in it is still true.
"""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.policy.plan.reminders.breach import BreachNotice
from bot.policy.plan.reminders.case_review_due import CaseReviewDueNotice
from bot.policy.plan.reminders.case_review_left import CaseReviewLeftNotice
from bot.policy.plan.reminders.clock_warning import WarningNotice
from bot.policy.plan.reminders.registry import ReminderNotice
from bot.policy.plan.reminders.review_due import ReviewDueNotice
from bot.policy.plan.reminders.team_due import TeamDueNotice
from bot.policy.plan.reminders.update_due import UpdateDueNotice
from bot.policy.plan.reminders.update_late import UpdateLateNotice
from bot.policy.plan.stored_notices import StoredNotice
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.sla import ClockFacts


class NoticeSubject(StrEnum):
    """What a live notice is about, as it is stored."""

    UPDATE = "update"
    RESPONSE = "response"
    RESOLUTION = "resolution"
    REVIEW = "review"
    TEAM = "team"
    CASE_REVIEW = "case review"


def subject_of(notice: StoredNotice) -> NoticeSubject | None:
    """Return what a live notice is about; None for a notice that tells what happened, and stays."""
    return _of_reminder(notice) if isinstance(notice, ReminderNotice) else None


def _of_reminder(notice: ReminderNotice) -> NoticeSubject | None:
    match notice:
        case UpdateDueNotice() | UpdateLateNotice():
            return NoticeSubject.UPDATE
        case BreachNotice() | WarningNotice():
            return NoticeSubject.RESPONSE if notice.clock == "response" else NoticeSubject.RESOLUTION
        case ReviewDueNotice():
            return NoticeSubject.REVIEW
        case TeamDueNotice():
            return NoticeSubject.TEAM
        case CaseReviewDueNotice() | CaseReviewLeftNotice():
            return NoticeSubject.CASE_REVIEW
        case _:
            assert_never(notice)


def is_over(subject: NoticeSubject, facts: EscalationFacts, now: datetime) -> bool:
    """Return True if nobody has to act on a subject any more."""
    match subject:
        case NoticeSubject.UPDATE:
            owed = (facts.customer_update_due_at, facts.internal_update_due_at)
            return not any(at is not None and at <= now for at in owed)
        case NoticeSubject.RESPONSE:
            return _is_stopped(facts.response)
        case NoticeSubject.RESOLUTION:
            return _is_stopped(facts.resolution)
        case NoticeSubject.TEAM:
            return _is_stopped(facts.team_answer)
        case NoticeSubject.REVIEW:
            return not facts.is_live or facts.review.finished_on is not None
        case NoticeSubject.CASE_REVIEW:
            return facts.case_review is None


def yields_to_pages(subject: NoticeSubject) -> bool:
    """Return True if a page asks its person for the same: one obligation has one message."""
    return subject in (NoticeSubject.UPDATE, NoticeSubject.RESPONSE, NoticeSubject.RESOLUTION)


def leaves_nothing(notice: StoredNotice) -> bool:
    """Return True if the message of a notice is deleted when its subject is over: nothing in it is still true."""
    return isinstance(notice, UpdateDueNotice | UpdateLateNotice | WarningNotice)


def _is_stopped(clock: ClockFacts) -> bool:
    return not clock.spans or clock.spans[-1].stopped_at is not None
