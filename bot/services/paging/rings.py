"""Rings: the messages of a page. Each is an effect and replaces the one before; the last is redrawn at the end."""

import re

from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.models.pages import Page
from bot.models.work import Effect, EffectKind
from bot.policy.decide.ladder import PAGE_SENDS
from bot.ports.workspace import Posted

_LANE = "page-"


def lane(page_id: int) -> str:
    """Return the lane of a page's effects."""
    return f"{_LANE}{page_id}"


def of_effect(effect: Effect) -> int | None:
    """Return the page of an effect; None if neither its payload nor its lane can be read."""
    page = effect.payload.get("page")
    if isinstance(page, int):
        return page
    number = (effect.lane or "").removeprefix(_LANE)
    return int(number) if re.fullmatch("[0-9]{1,18}", number) else None


def put(change: Change, page: Page) -> None:
    """Store a page, and send it."""
    page.started_at, page.asked, page.sends, page.round = change.tx.now, 0, 0, page.round or 0
    page.alarm = page.alarm or 0
    change.row.pages.append(page)
    change.tx.session.flush()
    send(change, page)


def ring(change: Change, page: Page) -> None:
    """Ring for a new reason at once. It counts among the sendings of the page."""
    if page.asked == page.sends and 0 < page.sends < PAGE_SENDS:
        send(change, page)
    elif page.sends:
        redraw(change, page)


def send(change: Change, page: Page) -> None:
    """Queue the next message of a page."""
    page.asked += 1
    change.do(NewEffect(EffectKind.PAGE, {"page": page.id, "send": page.asked}, lane=lane(page.id)))


def replace_message(change: Change, page: Page, posted: Posted) -> None:
    """Note where the message of a page is. Earlier ones of the alarm to the same person are removed."""
    for other in change.row.pages:
        if (other.person, other.alarm) != (page.person, page.alarm) or other.message_ts == posted.ts:
            continue
        if other.message_channel is not None and other.message_ts is not None:
            place = {"channel": other.message_channel, "ts": other.message_ts}
            change.do(NewEffect(EffectKind.REMOVE_MESSAGE, place, lane=lane(page.id)))
            other.message_channel = other.message_ts = None
    page.message_channel, page.message_ts = posted.channel, posted.ts


def end(change: Change, page: Page, why: str, by: str | None = None) -> None:
    """End a page, and redraw its message."""
    page.ended_at, page.ended_why, page.acknowledged_by = change.tx.now, why, by
    if page.sends:
        redraw(change, page)


def redraw(change: Change, page: Page) -> None:
    """Queue a redraw of the latest message of a page."""
    change.do(NewEffect(EffectKind.REFRESH_PAGE, {"page": page.id}, lane=lane(page.id)))
