"""The pages of an alarm, as rows: which run, which climb the ladder, and how all of them end."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.database import past_pages
from bot.database.change import Change
from bot.models.pages import Page
from bot.policy.decide.ladder import Alarm, LadderStep
from bot.policy.plan.timers import stamp
from bot.policy.record.escalation import PAGE_PASSED_ON, PageCause
from bot.services.paging import rings


def add_reason(change: Change, cause: PageCause, due_at: datetime) -> None:
    """Add a reason to the alarm, in place of an earlier one of the same cause."""
    others = [reason for reason in change.row.page_reasons if reason["cause"] != cause]
    change.row.page_reasons = [*others, {"cause": cause.value, "due": stamp(due_at)}]


def found(change: Change, page_id: int | None) -> Page | None:
    """Return a page by its id, also of a round that is long over; None if the escalation has none of that id."""
    if page_id is None:
        return None
    page = _among(change, page_id)
    if page is None:
        past_pages.take_in(change.tx.session, change.row, page_id)
        page = _among(change, page_id)
    return page


def _among(change: Change, page_id: int) -> Page | None:
    return next((page for page in change.row.pages if page.id == page_id), None)


def running(change: Change, page_id: int | None) -> Page | None:
    """Return a page by its id; None if it has ended."""
    return next((page for page in change.row.pages if page.id == page_id and page.ended_at is None), None)


def live(change: Change) -> list[Page]:
    """Return the pages that haven't ended: those of the running alarm."""
    return [page for page in change.row.pages if page.ended_at is None]


def siblings(change: Change, page: Page) -> list[Page]:
    """Return the pages of one round, in the order in which they began."""
    mine = (page.alarm, page.round)
    return [other for other in change.row.pages if (other.alarm, other.round) == mine]


def ringing(change: Change, page: Page) -> list[Page]:
    """Return the pages of the round that haven't ended."""
    return [other for other in siblings(change, page) if other.ended_at is None]


def above(change: Change, page: Page) -> tuple[LadderStep, ...]:
    """Return the rest of the ladder."""
    alarm = Alarm(tuple(other.facts() for other in siblings(change, page)))
    return alarm.above(change.facts, change.policy)


def on_ladder(change: Change, page: Page) -> frozenset[int]:
    """Return the pages of a round that the ladder climbs with; somebody paged beside it doesn't count."""
    return frozenset(one.id for one in Alarm(tuple(other.facts() for other in siblings(change, page))).climbing)


def latest_delivered(change: Change, page: Page) -> Page | None:
    """Return the latest page of the ladder that arrived: only that person can be said not to have answered."""
    climbing = on_ladder(change, page)
    arrived = [other for other in siblings(change, page) if other.sends and other.id in climbing]
    return arrived[-1] if arrived else None


def end_passed_on(change: Change, waiting: Sequence[Page]) -> None:
    """End the pages that were passed on. One that hasn't arrived yet is still owed to its person."""
    for page in waiting:
        if page.sends:
            rings.end(change, page, PAGE_PASSED_ON)


def end_all(change: Change, why: str, by: str | None) -> None:
    """End all pages of the running alarm, and redraw every message of it: none is left with a button."""
    ended = live(change)
    for page in ended:
        rings.close(change, page, why, by)
    redraw(change, {page.alarm for page in ended})


def redraw(change: Change, alarms: Collection[int]) -> None:
    """Redraw every message of these alarms, also of pages that were passed on."""
    for page in change.row.pages:
        if page.alarm in alarms and page.message_ts is not None:
            rings.redraw(change, page)
