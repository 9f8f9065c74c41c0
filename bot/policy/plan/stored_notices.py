"""The registry of notices: messages about what is due and what has happened; reading them back."""

from collections.abc import Mapping
from typing import Any

from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.nudges import subject_of_step
from bot.policy.plan.reminders.registry import ReminderNotice
from bot.policy.record.notices.intake import FactsMissingNotice
from bot.policy.record.notices.paging import BroughtInNotice, LadderEndedNotice, ToldNotice
from bot.policy.record.notices.people import OwnerRemindedNotice, RoleOfferedNotice
from bot.policy.record.notices.registry import EventNotice
from bot.policy.record.notices.reviews import ReviewToSignNotice
from bot.policy.record.notices.sending import TextToApproveNotice
from bot.policy.record.notices.teams import TeamsToWriteNotice
from bot.policy.record.notices.verification import ApprovalWantedNotice
from bot.policy.record.payloads import Vocabulary

StoredNotice = ReminderNotice | EventNotice
NOTICES: Vocabulary[StoredNotice] = Vocabulary("notice", StoredNotice)


def payload_of(notice: StoredNotice) -> dict[str, Any]:
    """Return the stored form of a notice."""
    return NOTICES.payload_of(notice)


def notice_of(payload: Mapping[str, Any]) -> StoredNotice:
    """Return the notice that was stored; other keys of the payload are ignored.

    Raises LookupError for an unknown kind, ValueError for fields that can't be read.
    """
    return NOTICES.read(payload)


def subject_of(notice: StoredNotice) -> NoticeSubject | None:
    """Return what a live notice is about; None for a notice that tells what happened, and stays."""
    if isinstance(notice, FactsMissingNotice):
        return NoticeSubject.DETAILS
    if isinstance(notice, TeamsToWriteNotice):
        return NoticeSubject.TEAM_ROUTE
    if isinstance(notice, TextToApproveNotice):
        return NoticeSubject.APPROVAL
    if isinstance(notice, ApprovalWantedNotice):
        return NoticeSubject.IDENTITY
    if isinstance(notice, ReviewToSignNotice):
        return NoticeSubject.SIGN_OFF
    if isinstance(notice, RoleOfferedNotice):
        return NoticeSubject.HANDOVER
    if isinstance(notice, OwnerRemindedNotice):
        return subject_of_step(notice.step)
    if isinstance(notice, BroughtInNotice | ToldNotice):
        return NoticeSubject.INVOLVED
    if isinstance(notice, LadderEndedNotice):
        return NoticeSubject.LADDER
    return notice.subject if isinstance(notice, ReminderNotice) else None


def is_deleted(notice: StoredNotice) -> bool:
    """Return True if the message of a notice is deleted when its subject is over: nothing in it is still true."""
    return isinstance(notice, FactsMissingNotice) or (isinstance(notice, ReminderNotice) and notice.is_deleted)
