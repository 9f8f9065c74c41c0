"""The registry of the reminders' sentences: each kind and its file."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.breach import BreachNotice
from bot.policy.plan.reminders.call_due import CallDueNotice
from bot.policy.plan.reminders.case_review_due import CaseReviewDueNotice
from bot.policy.plan.reminders.case_review_left import CaseReviewLeftNotice
from bot.policy.plan.reminders.clock_warning import WarningNotice
from bot.policy.plan.reminders.follow_up_due import FollowUpDueNotice
from bot.policy.plan.reminders.follow_up_left import FollowUpLeftNotice
from bot.policy.plan.reminders.item_due import ItemDueNotice
from bot.policy.plan.reminders.manager_update import ManagerUpdateNotice
from bot.policy.plan.reminders.registry import ReminderNotice
from bot.policy.plan.reminders.review_due import ReviewDueNotice
from bot.policy.plan.reminders.review_left import ReviewLeftNotice
from bot.policy.plan.reminders.status_call_notes import StatusCallNotesNotice
from bot.policy.plan.reminders.status_call_soon import StatusCallSoonNotice
from bot.policy.plan.reminders.status_page import StatusPageNotice
from bot.policy.plan.reminders.summary_due import SummaryDueNotice
from bot.policy.plan.reminders.team_due import TeamDueNotice
from bot.policy.plan.reminders.team_unreached import TeamUnreachedNotice
from bot.policy.plan.reminders.update_due import UpdateDueNotice
from bot.policy.plan.reminders.update_late import UpdateLateNotice
from bot.policy.plan.reminders.waiting_due import WaitingDueNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.reminders import (
    breach,
    call_due,
    case_review_due,
    case_review_left,
    clock_warning,
    follow_up_due,
    follow_up_left,
    item_due,
    manager_update,
    review_due,
    review_left,
    status_call_notes,
    status_call_soon,
    status_page,
    summary_due,
    team_due,
    team_unreached,
    update_due,
    update_late,
    waiting_due,
)


def draw(  # noqa: C901, PLR0911, PLR0912 - one case for each class
    notice: ReminderNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None
) -> Message:
    """Draw a reminder for the channel, or for the person it is sent to directly."""
    match notice:
        case BreachNotice():
            return breach.draw(notice, facts, policy, direct_to)
        case WarningNotice():
            return clock_warning.draw(notice, facts, policy, direct_to)
        case UpdateDueNotice():
            return update_due.draw(notice, facts, policy, direct_to)
        case UpdateLateNotice():
            return update_late.draw(notice, facts, policy, direct_to)
        case CaseReviewDueNotice():
            return case_review_due.draw(notice, facts, policy, direct_to)
        case CaseReviewLeftNotice():
            return case_review_left.draw(notice, facts, policy, direct_to)
        case ReviewDueNotice():
            return review_due.draw(notice, facts, policy, direct_to)
        case ReviewLeftNotice():
            return review_left.draw(notice, facts, policy, direct_to)
        case SummaryDueNotice():
            return summary_due.draw(notice, facts, policy, direct_to)
        case CallDueNotice():
            return call_due.draw(notice, facts, policy, direct_to)
        case FollowUpDueNotice() | FollowUpLeftNotice():
            return _of_follow_ups(notice, facts, policy, direct_to)
        case ItemDueNotice() | StatusCallSoonNotice() | StatusCallNotesNotice() | ManagerUpdateNotice():
            return _of_programmes(notice, facts, policy, direct_to)
        case TeamDueNotice() | TeamUnreachedNotice() | WaitingDueNotice() | StatusPageNotice():
            return _of_others(notice, facts, policy, direct_to)


def _of_follow_ups(
    notice: FollowUpDueNotice | FollowUpLeftNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None
) -> Message:
    if isinstance(notice, FollowUpDueNotice):
        return follow_up_due.draw(notice, facts, policy, direct_to)
    return follow_up_left.draw(notice, facts, policy, direct_to)


def _of_programmes(
    notice: ItemDueNotice | StatusCallSoonNotice | StatusCallNotesNotice | ManagerUpdateNotice,
    facts: EscalationFacts,
    policy: Policy,
    direct_to: str | None,
) -> Message:
    """Draw a reminder about the plan of a programme."""
    match notice:
        case ItemDueNotice():
            return item_due.draw(notice, facts, policy, direct_to)
        case StatusCallSoonNotice():
            return status_call_soon.draw(notice, facts, policy, direct_to)
        case StatusCallNotesNotice():
            return status_call_notes.draw(notice, facts, policy, direct_to)
        case ManagerUpdateNotice():
            return manager_update.draw(notice, facts, policy, direct_to)


def _of_others(
    notice: TeamDueNotice | TeamUnreachedNotice | WaitingDueNotice | StatusPageNotice,
    facts: EscalationFacts,
    policy: Policy,
    direct_to: str | None,
) -> Message:
    """Draw a reminder about what others do: a team that helps, the customer we wait for, the status page."""
    match notice:
        case TeamDueNotice():
            return team_due.draw(notice, facts, policy, direct_to)
        case TeamUnreachedNotice():
            return team_unreached.draw(notice, facts, policy, direct_to)
        case WaitingDueNotice():
            return waiting_due.draw(notice, facts, policy, direct_to)
        case StatusPageNotice():
            return status_page.draw(notice, facts, policy, direct_to)
