"""Parts shared by the sentences about updates and clocks."""

from datetime import datetime, timedelta

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.promised import UpdatesOwed
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids
from bot.views.kit.parts import asking, button
from bot.views.kit.text import all_of, length, moment, person


def asking_for_update(text: str, then: str, facts: EscalationFacts) -> Message:
    """Return a message with the buttons that post an update."""
    value = str(facts.number)
    return asking(
        text,
        then,
        button("Post update", ids.PRESS_UPDATE, value, style="primary"),
        button("No news yet…", ids.PRESS_STILL, value),
    )


def is_due(due: datetime, missed: int, policy: Policy, *, is_past: bool = False) -> str:
    """Return since when an update is due or overdue, and how many have been missed."""
    at = moment(due, str(policy.zone))
    if missed <= 1 and not is_past:
        return f"is due {at}"
    more = f": {missed} missed" if missed > 1 else ""
    return f"has been overdue since {at}{more}"


def internal_one(notice: UpdatesOwed, policy: Policy, *, is_past: bool = False) -> str:
    """Return the end of a sentence about the internal update beside the customer's, if it has a due time of its own."""
    due, missed = notice.internal_due or notice.due, notice.internal_missed
    when = is_due(due, missed, policy, is_past=is_past)
    is_said = is_past or notice.missed > 1
    return f"internal one {when.removeprefix('has been overdue ') if is_said else when}."


def late(by: timedelta | None) -> str:
    """Return the sentence about a notice that is late; nothing if it is on time."""
    return f" Delayed {length(by)}." if by else ""


def we_paged(facts: EscalationFacts, since: datetime) -> str | None:
    """Return who is paged now or was paged since then, as a sentence; None if no page has arrived."""
    running = {page.alarm for page in facts.pages if not page.ended}
    found = [page for page in facts.pages if page.sent_at and (page.alarm in running or page.sent_at >= since)]
    named = dict.fromkeys(person(page.person) for page in found)
    return f"We paged {all_of(named)}." if named else None
