"""The registry of reminders: every kind, in the order in which they are sent."""

from bot.policy.plan.reminders import (
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
from bot.policy.plan.reminders.breach import BreachNotice
from bot.policy.plan.reminders.call_due import CallDueNotice
from bot.policy.plan.reminders.case_review_due import CaseReviewDueNotice
from bot.policy.plan.reminders.case_review_left import CaseReviewLeftNotice
from bot.policy.plan.reminders.clock_warning import WarningNotice
from bot.policy.plan.reminders.follow_up_due import FollowUpDueNotice
from bot.policy.plan.reminders.follow_up_left import FollowUpLeftNotice
from bot.policy.plan.reminders.item_due import ItemDueNotice
from bot.policy.plan.reminders.manager_update import ManagerUpdateNotice
from bot.policy.plan.reminders.reminder import ReminderKind
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

ReminderNotice = (
    BreachNotice
    | WarningNotice
    | UpdateDueNotice
    | UpdateLateNotice
    | CaseReviewDueNotice
    | CaseReviewLeftNotice
    | ReviewDueNotice
    | ReviewLeftNotice
    | SummaryDueNotice
    | CallDueNotice
    | FollowUpDueNotice
    | FollowUpLeftNotice
    | ItemDueNotice
    | StatusCallSoonNotice
    | StatusCallNotesNotice
    | ManagerUpdateNotice
    | TeamDueNotice
    | TeamUnreachedNotice
    | WaitingDueNotice
    | StatusPageNotice
)
KINDS: tuple[ReminderKind[ReminderNotice], ...] = (
    breach.KIND,
    clock_warning.KIND,
    update_due.KIND,
    update_late.KIND,
    case_review_due.KIND,
    case_review_left.KIND,
    review_due.KIND,
    review_left.KIND,
    summary_due.KIND,
    call_due.KIND,
    follow_up_due.KIND,
    follow_up_left.KIND,
    item_due.KIND,
    status_call_soon.KIND,
    status_call_notes.KIND,
    manager_update.KIND,
    team_due.KIND,
    team_unreached.KIND,
    waiting_due.KIND,
    status_page.KIND,
)
