"""Pages: put on a person, repeated, passed to the next rung, ended when their cause ends."""

from collections.abc import Collection
from datetime import datetime

from bot.models.escalation import Page
from bot.models.work import EffectKind
from bot.policy import ladder
from bot.policy.escalation import Holder, PageCause
from bot.services.outbox import NewEffect
from bot.services.records import Change

ACKNOWLEDGED = "acknowledged"
CAUSE_ENDED = "cause ended"
PASSED_ON = "passed on"


def start(change: Change, cause: PageCause, role: str, *, due_at: datetime) -> None:
    """Page whoever holds a role, the declarer where nobody does. Somebody already paged for it is not paged twice."""
    person = change.facts.holder(role) or change.row.declared_by
    if any(page.cause is cause and page.person == person and page.ended_at is None for page in change.row.pages):
        return
    page = Page(cause=cause, role=role, person=person, due_at=due_at, started_at=change.tx.now, sends=0)
    change.row.pages.append(page)
    change.tx.session.flush()
    _send(change, page)
    change.record("paged", after={"person": person, "role": role, "cause": cause})


def again(change: Change, page_id: int) -> None:
    """Send a page once more, unless it has ended."""
    page = _running(change, page_id)
    if page is not None:
        _send(change, page)


def onward(change: Change, page_id: int) -> None:
    """Pass a page that nobody answered to the next rung; where the ladder ends, say so in the channel."""
    page = _running(change, page_id)
    if page is None:
        return
    _end(change, page, PASSED_ON)
    paged = {other.person for other in change.row.pages if other.cause is page.cause and other.due_at == page.due_at}
    holder = next_rung(change, page.role, paged)
    change.record("page unanswered", after={"person": page.person, "role": page.role, "next": holder and holder.person})
    if holder is None:
        change.announce("nobody left to page", cause=page.cause, person=page.person)
    else:
        change.hold(holder.role, holder.person, holder.how)
        change.invite(holder.person)
        start(change, page.cause, holder.role, due_at=page.due_at)


def undeliverable(change: Change, page_id: int, why: str) -> None:
    """Pass a page on at once that cannot be sent to its person, and say in the channel that they cannot be reached."""
    page = _running(change, page_id)
    if page is not None:
        change.announce("page undeliverable", person=page.person, role=page.role, why=why)
        onward(change, page_id)


def hand_on(change: Change, role: str, person: str) -> None:
    """Page whoever holds a role now for what somebody was paged for who cannot be reached, unless it is settled."""
    for page in [page for page in change.row.pages if page.role == role and page.person == person]:
        if page.ended_at is None:
            _end(change, page, PASSED_ON)
        if page.ended_why == PASSED_ON and not (page.cause is PageCause.OPENING and change.facts.is_acknowledged):
            start(change, page.cause, role, due_at=page.due_at)


def next_rung(change: Change, role: str, paged: Collection[str]) -> Holder | None:
    """Return the next person up the ladder who has not been paged for this yet; rungs nobody stands on are skipped."""
    facts = change.facts
    for rung in ladder.rungs_above(change.policy, role):
        if rung.slot is None:
            continue
        holder = facts.holders.get(rung.slot) or change.find(rung.slot)
        if holder is not None and holder.person not in paged:
            return holder
    return None


def end(change: Change, causes: Collection[PageCause], *, by: str | None = None) -> None:
    """End the pages of some causes: what they were about is over."""
    for page in change.row.pages:
        if page.ended_at is None and page.cause in causes:
            _end(change, page, CAUSE_ENDED, by)


def acknowledge(change: Change, page_id: int, *, by: str) -> Page | None:
    """Silence one page. Returns it, or None when it had ended already."""
    page = _running(change, page_id)
    if page is not None:
        _end(change, page, ACKNOWLEDGED, by)
        change.record("page acknowledged", by=by, after={"person": page.person, "cause": page.cause})
    return page


def _running(change: Change, page_id: int) -> Page | None:
    return next((page for page in change.row.pages if page.id == page_id and page.ended_at is None), None)


def _send(change: Change, page: Page) -> None:
    page.sends += 1
    change.do(NewEffect(EffectKind.PAGE, {"page": page.id, "send": page.sends}, lane=f"page-{page.id}"))


def _end(change: Change, page: Page, why: str, by: str | None = None) -> None:
    page.ended_at, page.ended_why, page.acknowledged_by = change.tx.now, why, by
    if page.sends:
        key = f"page-{page.id}"
        change.do(NewEffect(EffectKind.REFRESH_PAGE, {"page": page.id}, lane=key))
