"""The pages that nothing decides by any more: those of rounds that are long over.

Nobody may answer for months, and each round adds a page for a person. So a change reads what is left here, and what was
set aside only if somebody asks for it.
"""

from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime

from bot.policy.model.reaching import RouteKind, kind_of
from bot.policy.record.escalation import PAGE_ACKNOWLEDGED, PageFacts


def past(pages: Sequence[PageFacts], acknowledged_at: datetime | None) -> frozenset[int]:
    """Return the ids of the pages that may be set aside, of all that an escalation has, in the order they began.

    What is left: rounds with a page that hasn't ended, the last two rounds of the last alarm and the last of the one
    before it, messages of the last alarm, the latest page of each person in a role and the latest that arrived, and
    what still waits in PagerDuty to be resolved.
    """
    if not pages:
        return frozenset()
    alarm = max(page.alarm for page in pages)
    rounds = {(page.alarm, page.round) for page in pages if not page.ended}
    rounds |= set(sorted({(page.alarm, page.round) for page in pages if page.alarm == alarm})[-2:])
    rounds |= set(sorted({(page.alarm, page.round) for page in pages if page.alarm < alarm})[-1:])
    kept = {*_latest(pages), *_latest(page for page in pages if page.sends)}
    return frozenset(
        page.id
        for page in pages
        if (page.alarm, page.round) not in rounds
        and page.id not in kept
        and not (page.alarm == alarm and page.message_ts is not None)
        and not _waits_outside(page, acknowledged_at)
    )


def _latest(pages: Iterable[PageFacts]) -> Iterable[int]:
    found: dict[Hashable, int] = {(page.role, page.person): page.id for page in pages}
    return found.values()


def _waits_outside(page: PageFacts, acknowledged_at: datetime | None) -> bool:
    """Return True if PagerDuty was told that a page is acknowledged, which is resolved there with the escalation."""
    if all(kind_of(one.route) is not RouteKind.PAGERDUTY for one in page.routes):
        return False
    return page.ended_why == PAGE_ACKNOWLEDGED or (page.ended_at is not None and page.ended_at == acknowledged_at)
