"""A case review is unfinished: what its owner is sent directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.case_review_days import CASE_REVIEW_REMINDERS
from bot.policy.plan.reminders.case_review_due import CaseReviewDueNotice
from bot.policy.record.escalation import MANAGER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.parts import asking
from bot.views.kit.text import escape, moment, person
from bot.views.patterns import case_review


def draw(notice: CaseReviewDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the owner of the review, who gets it directly."""
    if facts.case_review is None:
        return case_review.over(facts)
    text = (
        f":repeat: Your case review of {escape(facts.account.name)} ({labels.where(facts)}) has been overdue since "
        f"{moment(notice.due, str(policy.zone))}."
    )
    manager = facts.holder(MANAGER) or facts.declared_by
    more = CASE_REVIEW_REMINDERS - notice.day + 1
    told = f" In {more} working day{'s' if more > 1 else ''} we tell {person(manager)}." if more > 0 else ""
    then = f"Note your findings to finish it. We remind you each working day.{told}"
    if manager == direct_to:
        then = then.removesuffix(told)
    return asking(text, then, case_review.note_button(facts.number, notice.review))
