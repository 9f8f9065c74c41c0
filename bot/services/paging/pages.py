"""Pages: sent to a person, repeated, passed to the next rung, ended when their cause ends.

A page counts as sent once its message has arrived. While it is in flight (an outage) nobody is skipped, and earlier
pages go on repeating. A page that never arrived ends only by an answer or the end of its cause.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.errors import NotFound
from bot.models.pages import Page
from bot.models.work import Effect, EffectKind
from bot.policy.decide import ladder
from bot.policy.decide.ladder import Alarm, LadderStep
from bot.policy.model.slots import CATEGORY_TEAM, Rung
from bot.policy.plan.reminders.promised import CUSTOMER, INTERNAL
from bot.policy.record.announcements.paging import LadderEnded, PageHeldUp, PageUndeliverable, RungEmpty
from bot.policy.record.escalation import MANAGER, Holder, PageCause
from bot.ports.workspace import Posted
from bot.services.teams import teams

ACKNOWLEDGED = "acknowledged"
CAUSE_ENDED = "cause ended"
PASSED_ON = "passed on"
_LANE = "page-"


def start(change: Change, cause: PageCause, role: str, *, due_at: datetime) -> None:
    """Page the holder of a role, or the declarer if it is empty, and those the ladder adds at once.

    Somebody already paged for the same cause isn't paged twice.
    """
    person = change.facts.holder(role) or change.row.declared_by
    running = [page for page in change.row.pages if page.cause is cause and page.ended_at is None]
    if any(page.person == person and page.exhausted_at is None for page in running):
        return
    for page in running:
        if page.exhausted_at is not None:
            # The new page takes its place: there is one ladder per cause.
            _end(change, page, PASSED_ON)
    _begin(change, Page(cause=cause, role=role, person=person, due_at=due_at, round=_round(change, cause, due_at)))


def update_missed(change: Change, audiences: Collection[str], *, due_at: datetime) -> None:
    """Page the manager because an update was missed."""
    kind = CUSTOMER if CUSTOMER in audiences else INTERNAL
    change.record("update missed", after={"audience": kind, "due": due_at.isoformat()})
    start(change, PageCause.MISSED_UPDATE, MANAGER, due_at=due_at)


def _begin(change: Change, page: Page) -> None:
    """Page the foot of the ladder: one person, and those the ladder adds at once."""
    _put(change, page)
    beside = ladder.together(_above(change, page))
    if beside:
        _page_people(change, page, beside)
        page.rung, page.rung_at = beside[-1].rung.key, change.tx.now


def _round(change: Change, cause: PageCause, due_at: datetime) -> int:
    """Return the round of a new page: the running one, or the next if all earlier ones are over."""
    pages = [page for page in change.row.pages if (page.cause, page.due_at) == (cause, due_at)]
    last = max((page.round for page in pages), default=-1)
    runs = any(page.round == last and page.ended_at is None and page.exhausted_at is None for page in pages)
    return last if runs else last + 1


def repeat(change: Change, page_id: int) -> None:
    """Send a page again, unless it has ended."""
    page = _running(change, page_id)
    if page is not None and page.asked == page.sends:
        _send(change, page)


def delivered(change: Change, page_id: int, posted: Posted) -> None:
    """Record that a message of a page arrived.

    When its first message arrives, earlier unanswered pages of the same cause end.
    """
    page = next((page for page in change.row.pages if page.id == page_id), None)
    if page is None:
        return
    is_first = page.sent_at is None
    page.message_channel, page.message_ts = posted.channel, posted.ts
    page.sends += 1
    page.asked = max(page.asked, page.sends)
    page.sent_at, page.last_sent_at = page.sent_at or change.tx.now, change.tx.now
    if is_first:
        change.record("paged", after={"person": page.person, "role": page.role, "cause": page.cause})
    if page.ended_at is not None:
        _redraw(change, page)
    elif is_first and page.asked_by is None:
        before = [other for other in change.row.pages if (other.cause, other.due_at) == (page.cause, page.due_at)]
        _end_passed_on(
            change, [other for other in before if other.ended_at is None and other.started_at < page.started_at]
        )


def next_rung(change: Change, page_id: int) -> None:
    """Pass an unanswered page to the next rung; at the end of the ladder, say so in the channel."""
    page = _running(change, page_id)
    if page is not None:
        _page_next_stage(change, page)


def restart_ladder(change: Change, page_id: int) -> None:
    """Restart the ladder from its foot: it ended unanswered, and its cause isn't over."""
    page = _running(change, page_id)
    if page is None:
        return
    foot = _siblings(change, page)[0]
    person, heard = change.facts.holder(foot.role) or foot.person, _latest_delivered(change, page)
    fresh = Page(cause=page.cause, role=foot.role, person=person, due_at=page.due_at)
    fresh.round, fresh.followed = page.round + 1, heard.person if heard is not None else None
    change.record("ladder climbed again", after={"person": person, "role": foot.role, "round": fresh.round + 1})
    _begin(change, fresh)


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


def undeliverable(change: Change, page_id: int | None, why: str) -> None:
    """Pass a page that can't be delivered to the next rung at once, and say so in the channel.

    If others were paged with or after them, those people have the page already, and the next rung comes in its time.
    """
    page = _running(change, page_id)
    if page is None:
        return
    _end(change, page, PASSED_ON)
    others = [other.person for other in _ringing(change, page) if other.started_at >= page.started_at]
    change.announce(PageUndeliverable(person=page.person, role=page.role, why=why, others=tuple(others)))
    if not others:
        _page_next_stage(change, page)


def held_up(change: Change, page_id: int | None, why: str) -> None:
    """Announce in the channel that a page can't be delivered for now, for a reason other than its person."""
    page = _running(change, page_id)
    if page is not None:
        change.announce(PageHeldUp(person=page.person, role=page.role, why=why))


def page_rung(change: Change, page_id: int, rung: str, *, by: str) -> None:
    """Page a rung that is paged only on request. Raises NotFound for an unknown page.

    Does nothing if the ladder has moved beyond it: the button was pressed twice.
    """
    page = next((page for page in change.row.pages if page.id == page_id), None)
    if page is None:
        raise NotFound("There is no such page.")
    turn = ladder.on_request(_above(change, page))
    if turn is not None and turn.rung.key == rung:
        ringing = _ringing(change, page)
        change.record("page taken further", by=by, after={"rung": turn.rung.key})
        if not _page_people(change, page, (turn,), asked_by=by):
            change.announce(RungEmpty(title=turn.rung.title))
        for other in ringing:
            _redraw(change, other)


def hand_on(change: Change, role: str, person: str) -> None:
    """Page the new holder of a role for what its unreachable holder was paged for, unless it is settled."""
    for page in [page for page in change.row.pages if page.role == role and page.person == person]:
        if page.ended_at is None:
            _end(change, page, PASSED_ON)
        if page.ended_why == PASSED_ON and not (page.cause is PageCause.OPENING and change.facts.is_acknowledged):
            start(change, page.cause, role, due_at=page.due_at)


def end(change: Change, causes: Collection[PageCause], *, by: str | None = None) -> None:
    """End the pages of some causes, because these are over."""
    for page in change.row.pages:
        if page.ended_at is None and page.cause in causes:
            _end(change, page, CAUSE_ENDED, by)


def acknowledge(change: Change, page_id: int, *, by: str) -> Page | None:
    """Acknowledge one page. Return it, or None if it had ended already."""
    page = _running(change, page_id)
    if page is not None:
        _end(change, page, ACKNOWLEDGED, by)
        change.record("page acknowledged", by=by, after={"person": page.person, "cause": page.cause})
    return page


def _page_next_stage(change: Change, page: Page) -> None:
    """Page the next stage that has a person; empty stages take no time.

    Earlier pages repeat until the new one has arrived (see `delivered`).
    """
    waiting = _ringing(change, page)
    heard = _latest_delivered(change, page)
    person = heard.person if heard is not None else None
    for stage in ladder.stages(_above(change, page)):
        reached = _page_people(change, page, stage)
        last = stage[-1].rung.key
        fresh = [other for other in _ringing(change, page) if other not in waiting]
        if not fresh and (not waiting or not (reached or stage[0].after is None)):
            continue
        if heard is not None:
            change.record("page unanswered", after={"person": person, "role": heard.role, "next": last})
        for other in fresh or waiting:
            other.rung, other.rung_at = last, change.tx.now
        return
    if heard is not None:
        change.record("page unanswered", after={"person": person, "role": heard.role, "next": None})
    _pause(change, heard if heard is not None and heard.ended_at is None else (waiting or [page])[-1])
    change.announce(LadderEnded(cause=page.cause, person=person, page=page.id))


def _pause(change: Change, page: Page) -> None:
    """Pause an alarm at the end of the ladder. One of its pages stays open and can be answered until the end."""
    page.ended_at, page.ended_why, page.exhausted_at = None, None, change.tx.now
    _end_passed_on(change, [other for other in _ringing(change, page) if other is not page])
    if page.sends:
        _redraw(change, page)


def _latest_delivered(change: Change, page: Page) -> Page | None:
    """Return the latest page of an alarm that arrived: only that person can be said not to have answered."""
    arrived = [other for other in _siblings(change, page) if other.sends]
    return arrived[-1] if arrived else None


def _page_people(change: Change, page: Page, turns: Sequence[LadderStep], *, asked_by: str | None = None) -> bool:
    """Page and notify the people on some rungs; return True if any of them hasn't had this page before.

    Somebody whom the ladder adds to a new page isn't paged for it while another page of this escalation rings for them.
    """
    reached, begins = False, page.started_at == change.tx.now
    heard = _latest_delivered(change, page)
    for turn in turns:
        rung = turn.rung
        team = _team(change, rung)
        if team is not None:
            teams.call(change, team, page.cause)
            reached = True
        holder = _found(change, rung, team)
        if holder is None or any(other.person == holder.person for other in _siblings(change, page)):
            continue
        reached = True
        if begins and any(other.person == holder.person and other.ended_at is None for other in change.row.pages):
            continue
        if rung.slot is not None:
            change.hold(rung.slot, holder.person, holder.how)
        change.invite(holder.person)
        fresh = Page(cause=page.cause, role=holder.role, person=holder.person, due_at=page.due_at, rung=rung.key)
        fresh.round = page.round
        fresh.rung_at, fresh.asked_by = change.tx.now, asked_by
        fresh.followed = heard.person if heard is not None and asked_by is None and not begins else None
        _put(change, fresh)
    return reached


def _team(change: Change, rung: Rung) -> str | None:
    """Return the team on a rung: the category's, if the rung says so and there is one."""
    return change.row.team if rung.team == CATEGORY_TEAM else rung.team


def _found(change: Change, rung: Rung, team: str | None) -> Holder | None:
    """Return who to page on a rung: the holder of its slot, else the person it names or its team's substitute."""
    if rung.slot is not None and (holder := change.facts.holders.get(rung.slot) or change.find(rung.slot)):
        return holder
    named = rung.email or (change.people.directory.fallback.get(team) if team else None)
    if named is None:
        return None
    return Holder(rung.slot or rung.key, change.people.resolved(change.tx, named), "named on the ladder")


def _above(change: Change, page: Page) -> tuple[LadderStep, ...]:
    alarm = Alarm(tuple(other.facts() for other in _siblings(change, page)))
    return alarm.above(change.facts, change.policy)


def _siblings(change: Change, page: Page) -> list[Page]:
    """Return the pages of one alarm, in the order in which they began."""
    mine = (page.cause, page.due_at, page.round)
    return [other for other in change.row.pages if (other.cause, other.due_at, other.round) == mine]


def _ringing(change: Change, page: Page) -> list[Page]:
    return [other for other in _siblings(change, page) if other.ended_at is None]


def _end_passed_on(change: Change, waiting: Sequence[Page]) -> None:
    """End the pages that were passed on. One that hasn't arrived yet is still owed to its person."""
    for page in waiting:
        if page.sends:
            _end(change, page, PASSED_ON)


def _running(change: Change, page_id: int | None) -> Page | None:
    return next((page for page in change.row.pages if page.id == page_id and page.ended_at is None), None)


def _put(change: Change, page: Page) -> None:
    """Store a page, and send it."""
    page.started_at, page.asked, page.sends, page.round = change.tx.now, 0, 0, page.round or 0
    change.row.pages.append(page)
    change.tx.session.flush()
    _send(change, page)


def _send(change: Change, page: Page) -> None:
    page.asked += 1
    change.do(NewEffect(EffectKind.PAGE, {"page": page.id, "send": page.asked}, lane=lane(page.id)))


def _end(change: Change, page: Page, why: str, by: str | None = None) -> None:
    page.ended_at, page.ended_why, page.acknowledged_by = change.tx.now, why, by
    if page.sends:
        _redraw(change, page)


def _redraw(change: Change, page: Page) -> None:
    change.do(NewEffect(EffectKind.REFRESH_PAGE, {"page": page.id}, lane=lane(page.id)))
