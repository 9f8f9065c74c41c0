"""Parts shared by the sentences about updates and clocks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.promised import UpdatesOwed
from bot.policy.record.escalation import EscalationFacts, PageFacts
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
        return f"was due {at}"
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
    """Return who is paged now or was paged since then, as a sentence; None if nobody is."""
    running = {page.alarm for page in facts.pages if not page.ended}
    return paged([page for page in facts.pages if page.alarm in running or page.started_at >= since])


def paged(pages: Iterable[PageFacts]) -> str | None:
    """Return whom pages have reached, as a sentence; else whom they couldn't reach, or are on their way to."""
    found = list(pages)
    sent = [page for page in found if page.sent_at is not None]
    failed = [page for page in found if page.unreached_at is not None or page.ended]
    said = {"We paged": sent, "We couldn't page": failed, "We're paging": found}
    verb, named = next(((verb, mine) for verb, mine in said.items() if mine), ("", []))
    return f"{verb} {all_of(dict.fromkeys(person(page.person) for page in named))}." if named else None
