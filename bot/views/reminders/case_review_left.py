"""A case review is unfinished after all reminders of its owner: what the manager is sent directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.case_review_left import CaseReviewLeftNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.parts import asking
from bot.views.kit.text import escape, moment, person
from bot.views.patterns import case_review


def draw(notice: CaseReviewLeftNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the manager, who gets it directly."""
    if facts.case_review is None:
        return case_review.over(facts)
    many = notice.day - 1
    reminders = f"{many} reminder{'' if many == 1 else 's'}"
    text = (
        f":repeat: The case review of {escape(facts.account.name)} ({labels.where(facts)}) has been overdue since "
        f"{moment(notice.due, str(policy.zone))}. {person(notice.owner)} owns it and got {reminders}."
    )
    then = "Ask what's in the way, or note the findings yourself."
    return asking(text, then, case_review.note_button(facts.number, notice.review))
