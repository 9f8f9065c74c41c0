"""Rings: the messages of a page, in Slack and beside it.

Each is an effect. In Slack it replaces the one before, and the last is redrawn at the end. The first ring also goes by
the first of its person's other routes, and each repeat adds the next. When one fails, the next takes over
(docs/paging.md#routes).
"""

import re
from collections.abc import Iterable
from typing import Final

from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.models.pages import Page
from bot.models.work import Effect, EffectKind
from bot.policy.decide import reaching
from bot.policy.decide.ladder import PAGE_SENDS
from bot.policy.decide.past_pages import past
from bot.policy.model.reaching import SLACK, RouteKind, kind_of
from bot.policy.record.escalation import PAGE_ACKNOWLEDGED, PAGE_PASSED_ON, RouteState
from bot.ports.workspace import Posted

_LANE = "page-"
# What PagerDuty is told of a page that has ended.
ACKNOWLEDGE: Final = "acknowledge"
RESOLVE: Final = "resolve"


def lane(page_id: int) -> str:
    """Return the lane of a page's effects."""
    return f"{_LANE}{page_id}"


def of_effect(effect: Effect) -> int | None:
    """Return the page of an effect; None if neither its payload nor its lane can be read."""
    page = effect.payload.get("page")
    if isinstance(page, int):
        return page
    number = (effect.lane or "").removeprefix(_LANE).partition(":")[0]
    return int(number) if re.fullmatch("[0-9]{1,18}", number) else None


def route_of(effect: Effect) -> str | None:
    """Return the route of a ring, from its lane, which is readable if its payload isn't; None if it isn't either."""
    route = (effect.lane or "").partition(":")[2]
    return route if route.partition(":")[0] in [*RouteKind] else None


def put(change: Change, page: Page) -> None:
    """Store a page, and send it."""
    page.started_at, page.asked, page.sends, page.round = change.tx.now, 0, 0, page.round or 0
    page.alarm = page.alarm or 0
    change.row.pages.append(page)
    change.tx.session.flush()
    _make_room(change, page)
    send(change, page)


def _make_room(change: Change, fresh: Page) -> None:
    """End what a new page of a person takes the place of, and set aside the rounds that are over when one begins."""
    of_alarm = [page for page in change.row.pages if page.alarm == fresh.alarm and page is not fresh]
    for page in of_alarm:
        if page.person == fresh.person and page.ended_at is None and not page.sends:
            close(change, page, PAGE_PASSED_ON, None)
    siblings = [page for page in of_alarm if page.round == fresh.round]
    for page in siblings:
        page.set_aside_at = None
    if not siblings:
        over = past([page.facts() for page in change.row.pages], change.row.acknowledged_at)
        for page in change.row.pages:
            if page.id in over:
                page.set_aside_at = page.set_aside_at or change.tx.now


def ring(change: Change, page: Page) -> None:
    """Ring for a new reason at once. It counts among the sendings of the page."""
    if page.asked == page.sends and 0 < page.sends < PAGE_SENDS:
        send(change, page)
    elif page.sends:
        redraw(change, page)


def send(change: Change, page: Page) -> None:
    """Queue the next message of a page: in Slack, by the routes of the last one, and by one more.

    Later rounds begin with all routes. A mail that has arrived isn't repeated in the same round. What rings in
    PagerDuty ends there if it isn't used any more (quiet hours).
    """
    page.asked += 1
    change.do(NewEffect(EffectKind.PAGE, {"page": page.id, "send": page.asked}, lane=lane(page.id)))
    usable, before = routes_of(change, page.person), [one["route"] for one in page.routes]
    now = reaching.at_once(usable, page.asked + page.round * PAGE_SENDS)
    there = {one.route for one in reaching.arrived_by_mail(page.facts().routes)} & set(usable)
    kept, page.routes = [one for one in page.routes if one["route"] in there], []
    note(change, page, SLACK, RouteState.QUEUED)
    page.routes = [*page.routes, *kept]
    for route in [one for one in usable if one not in {SLACK, *there} and (one in now or one in before)]:
        by_route(change, page, route)
    _stop_by(change, page, [one for one in before if one not in usable], RESOLVE)


def routes_of(change: Change, person: str) -> tuple[str, ...]:
    """Return the routes by which somebody is reached now, in order."""
    entry = change.people.entry(change.tx, person)
    is_top = change.policy.is_top(change.row.level)
    return reaching.routes_now(entry, change.service_settings.routes, is_top=is_top, now=change.tx.now)


def goes_beyond_slack(change: Change, person: str) -> bool:
    """Return True if somebody can be reached now although Slack is down."""
    return len(routes_of(change, person)) > 1


def by_route(change: Change, page: Page, route: str) -> None:
    """Queue the latest message of a page by a route outside Slack."""
    payload = {"page": page.id, "send": page.asked, "route": route}
    change.do(NewEffect(EffectKind.RING, payload, lane=f"{lane(page.id)}:{route}"))
    note(change, page, route, RouteState.QUEUED)


def note(
    change: Change, page: Page, route: str, state: RouteState, why: str | None = None, *, for_good: bool = False
) -> None:
    """Note how the latest ring of a page fares by a route. One that keeps failing has failed since the first time."""
    before = next((one for one in page.routes if one["route"] == route), None)
    kept = before is not None and before["state"] == state and state is RouteState.FAILED
    at = before["at"] if before is not None and kept else change.tx.now.isoformat()
    noted = {"route": route, "send": page.asked, "state": state.value, "at": at, "why": why, "for_good": for_good}
    # In the order in which they were first tried, whichever arrives first.
    if before is None:
        page.routes = [*page.routes, noted]
    else:
        page.routes = [noted if one["route"] == route else one for one in page.routes]


def replace_message(change: Change, page: Page, posted: Posted) -> None:
    """Note where the message of a page is. Earlier ones of the alarm to the same person are removed.

    If a later page of the person stands already, because this one took longer to arrive, this one is removed.
    """
    # Somebody who was paged by their address and is known by now has one direct channel.
    mine = [other for other in change.row.pages if other.alarm == page.alarm and other.message_ts is not None]
    others = [other for other in mine if other.person == page.person or other.message_channel == posted.channel]
    if any(other.id > page.id and other.message_ts != posted.ts for other in others):
        _remove(change, page, posted)
        return
    for other in others:
        if other.message_ts != posted.ts and other.message_channel is not None and other.message_ts is not None:
            _remove(change, page, Posted(other.message_channel, other.message_ts))
            other.message_channel = other.message_ts = None
    page.message_channel, page.message_ts, page.set_aside_at = posted.channel, posted.ts, None


def _remove(change: Change, page: Page, message: Posted) -> None:
    place = {"channel": message.channel, "ts": message.ts}
    change.do(NewEffect(EffectKind.REMOVE_MESSAGE, place, lane=lane(page.id)))


def end(change: Change, page: Page, why: str, by: str | None = None) -> None:
    """End a page, and redraw its message."""
    close(change, page, why, by)
    if page.sends:
        redraw(change, page)


def close(change: Change, page: Page, why: str, by: str | None) -> None:
    """End a page, and stop what rings outside Slack: acknowledged there if it is acknowledged here."""
    page.ended_at, page.ended_why, page.acknowledged_by = change.tx.now, why, by
    is_answered = why == PAGE_ACKNOWLEDGED or change.row.acknowledged_at == change.tx.now
    stop_outside(change, page, ACKNOWLEDGE if is_answered else RESOLVE)


def stop_outside(change: Change, page: Page, how: str) -> None:
    """Queue what tells PagerDuty that a page is acknowledged or over. The other routes keep nothing open."""
    _stop_by(change, page, [one["route"] for one in page.routes], how)


def _stop_by(change: Change, page: Page, routes: Iterable[str], how: str) -> None:
    for route in routes:
        if kind_of(route) is RouteKind.PAGERDUTY:
            payload = {"page": page.id, "route": route, "how": how}
            change.do(NewEffect(EffectKind.END_RING, payload, lane=f"{lane(page.id)}:{route}"))


def redraw(change: Change, page: Page) -> None:
    """Queue a redraw of the latest message of a page."""
    change.do(NewEffect(EffectKind.REFRESH_PAGE, {"page": page.id}, lane=lane(page.id)))
