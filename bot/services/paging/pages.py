"""Pages: sent to a person, repeated, passed to the next rung, ended when all reasons for them end.

An escalation has one alarm at a time (docs/policy.md#one-page): every reason joins it, and a person has one page. A
page counts as sent once its message has arrived. While it is in flight (an outage) nobody is skipped, and earlier pages
go on repeating. A page that never arrived ends only by an answer or the end of its reasons.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.database.change import Change
from bot.errors import NotFound
from bot.models.pages import Page
from bot.policy.decide import ladder
from bot.policy.decide.routing import NOBODY_NAMED
from bot.policy.model.reaching import SLACK
from bot.policy.model.slots import Rung
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.promised import CUSTOMER, INTERNAL, PAGE_ANSWERED
from bot.policy.record.announcements.paging import PageHeldUp, PageUndeliverable, RungEmpty
from bot.policy.record.escalation import (
    FIX_OWNER,
    MANAGER,
    PAGE_ACKNOWLEDGED,
    PAGE_DECLINED,
    PAGE_ENDED,
    PAGE_PASSED_ON,
    Holder,
    PageCause,
)
from bot.services.paging import alarms, climbing, rings


def start(change: Change, cause: PageCause, role: str, *, due_at: datetime, page_at: datetime | None = None) -> None:
    """Page the holder of a role, or the declarer if it is empty, and those the ladder adds at once.

    If an alarm runs, the reason joins it: those it rings for are rung again, and only somebody it hasn't reached in
    this round gets a page of their own. A reason that is known already changes nothing. `due_at` is when the reason
    arose, and `page_at` when somebody is paged for it, if that is later.
    """
    person = change.on_duty(role)
    is_known = any(reason.cause is cause for reason in change.facts.page_reasons)
    running = alarms.live(change)
    if is_known and running:
        return
    alarms.add_reason(change, cause, due_at)
    due_at = page_at or due_at
    if not running:
        alarm = max((page.alarm for page in change.row.pages), default=-1) + 1
        climbing.begin(change, Page(cause=cause, role=role, person=person, due_at=due_at, alarm=alarm))
        return
    paused = next((page for page in running if page.exhausted_at is not None), None)
    if paused is not None:
        _wake(change, paused)
    else:
        for page in running:
            rings.ring(change, page)
    _page_beside(change, cause, role, due_at=due_at)


def _wake(change: Change, paused: Page) -> None:
    """Restart a paused ladder for a new reason, unless everybody has been rung often enough: then the page says it."""
    earliest = ladder.alarm_of(change.facts, paused.facts()).may_restart_at(change.facts)
    if earliest is None or earliest <= change.tx.now:
        restart_ladder(change, paused.id)
    else:
        rings.redraw(change, paused)
        change.redraw_notices(NoticeSubject.LADDER)


def _page_beside(change: Change, cause: PageCause, role: str, *, due_at: datetime) -> None:
    """Page the holder of a role beside the ladder, unless this round has reached them."""
    person, last = change.on_duty(role), alarms.live(change)[-1]
    if all(page.person != person for page in alarms.siblings(change, last)):
        beside = Page(cause=cause, role=role, person=person, due_at=due_at, alarm=last.alarm, round=last.round)
        rings.put(change, beside)


def start_all(
    change: Change, cause: PageCause, roles: Sequence[str], *, due_at: datetime, page_at: datetime | None = None
) -> None:
    """Page the holders of several roles at once, each person once.

    A role that only the declarer holds, because nobody is named for it, is left out, unless it is the fix owner's:
    nobody is paged as somebody else.
    """
    named = [role for role in dict.fromkeys(roles) if role == FIX_OWNER or _is_named(change, role)]
    if not named:
        return
    is_known = bool(alarms.live(change)) and any(reason.cause is cause for reason in change.facts.page_reasons)
    start(change, cause, named[0], due_at=due_at, page_at=page_at)
    for role in () if is_known else named[1:]:
        _page_beside(change, cause, role, due_at=page_at or due_at)


def _is_named(change: Change, role: str) -> bool:
    holder = change.facts.holders.get(role)
    return holder is not None and holder.how != NOBODY_NAMED


def update_missed(change: Change, audiences: Collection[str], *, due_at: datetime, page_at: datetime) -> None:
    """Page the manager because an update was missed."""
    kind = CUSTOMER if CUSTOMER in audiences else INTERNAL
    change.record("update missed", after={"audience": kind, "due": due_at.isoformat()})
    start(change, PageCause.MISSED_UPDATE, MANAGER, due_at=due_at, page_at=page_at)


def reached(change: Change) -> frozenset[str]:
    """Return the people to whom the running alarm has sent a page, also those whose page was passed on."""
    running = {page.alarm for page in alarms.live(change)}
    return frozenset(page.person for page in change.row.pages if page.alarm in running)


def repeat(change: Change, page_id: int) -> None:
    """Send a page again, unless it has ended."""
    page = alarms.running(change, page_id)
    if page is not None and page.asked == page.sends:
        rings.send(change, page)


def arrived(change: Change, page: Page, send: int, route: str) -> None:
    """Record that a message of a page arrived by a route: its `send`-th, which counts once.

    When its first message arrives, earlier unanswered pages of the alarm are passed on.
    """
    is_first = page.sent_at is None
    page.unreached_at = None
    if send <= page.sends:
        return
    page.sends = send
    page.asked = max(page.asked, page.sends)
    page.sent_at, page.last_sent_at = page.sent_at or change.tx.now, change.tx.now
    if is_first:
        after = {"person": page.person, "role": page.role, "cause": page.cause, "route": route}
        change.record("paged", after=after)
        change.end_notices((page.person,))
        change.redraw_notices_of_pages()
    if page.ended_at is not None:
        rings.redraw(change, page)
    elif is_first and page.asked_by is None and page.rung is not None:
        before = [other for other in alarms.ringing(change, page) if other.started_at < page.started_at]
        alarms.end_passed_on(change, before)
        if before:
            change.refresh_card()  # it names who is paged now


def next_rung(change: Change, page_id: int) -> None:
    """Pass an unanswered page to the next rung; at the end of the ladder, say so in the channel."""
    page = alarms.running(change, page_id)
    if page is not None:
        climbing.page_next_stage(change, page)


def restart_ladder(change: Change, page_id: int) -> None:
    """Restart the ladder from its foot: it ended unanswered, and its reasons aren't over."""
    page = alarms.running(change, page_id)
    if page is None:
        return
    foot = alarms.siblings(change, page)[0]
    person = change.on_duty(foot.role) if foot.role in change.facts.holders else foot.person
    heard = alarms.latest_delivered(change, page)
    fresh = Page(cause=page.cause, role=foot.role, person=person, due_at=page.due_at, alarm=page.alarm)
    fresh.round, fresh.followed = page.round + 1, heard.person if heard is not None else None
    change.record("ladder climbed again", after={"person": person, "role": foot.role, "round": fresh.round + 1})
    alarms.end_passed_on(change, alarms.ringing(change, page))
    climbing.begin(change, fresh)


def undeliverable(change: Change, page_id: int | None, why: str) -> None:
    """Pass a page that can't be delivered to the next rung at once, and say so in the channel.

    If the ladder pages others, those people have the page already, and the next rung comes in its time.
    """
    page = alarms.running(change, page_id)
    if page is None:
        return
    rings.end(change, page, PAGE_PASSED_ON)
    others = [other.person for other in alarms.ringing(change, page) if other.started_at >= page.started_at]
    change.announce(PageUndeliverable(person=page.person, role=page.role, why=why, others=tuple(others)))
    climbing.keep_climbing(change, page)
    change.redraw_notices_of_pages()


def unreached(change: Change, page: Page) -> Sequence[str]:
    """Page others, because a page fails by every route for now; it stays owed to its person. Return whom.

    Those are the next person on the ladder, and the manager. If Slack is down, people who have no other route are
    passed over: a page would reach them no sooner.
    """
    is_down = any(one.route == SLACK and not one.for_good for one in page.facts().routes)
    before = {other.person for other in alarms.siblings(change, page)}
    for stage in ladder.stages(alarms.above(change, page)):
        if climbing.page_people(change, page, stage, beyond_slack=is_down):
            break
    page_manager_too(change, page, beyond_slack=is_down)
    return [other.person for other in alarms.siblings(change, page) if other.person not in before]


def page_manager_too(change: Change, page: Page, *, beyond_slack: bool = False) -> None:
    """Page the manager beside the ladder, unless this round has reached them."""
    person = change.facts.holder(MANAGER)
    reached = {other.person for other in alarms.siblings(change, page)}
    if person is None or person in reached or not _is_named(change, MANAGER):
        return
    if beyond_slack and not rings.goes_beyond_slack(change, person):
        return
    fresh = Page(cause=page.cause, role=MANAGER, person=person, due_at=page.due_at, alarm=page.alarm, round=page.round)
    rings.put(change, fresh)


def held_up(change: Change, page_id: int | None, why: str) -> None:
    """Announce in the channel that a page can't be delivered for now, for a reason other than its person."""
    page = alarms.running(change, page_id)
    if page is not None:
        change.announce(PageHeldUp(person=page.person, role=page.role, why=why))


def page_rung(change: Change, page_id: int, rung: str, *, by: str) -> None:
    """Page a rung that is paged only on request. Raises NotFound for an unknown page.

    Does nothing if the ladder has moved beyond it: the button was pressed twice.
    """
    page = alarms.found(change, page_id)
    if page is None:
        raise NotFound("There is no such page.")
    step = ladder.on_request(alarms.above(change, page))
    if step is not None and step.rung.key == rung:
        ringing = alarms.ringing(change, page)
        change.record("page taken further", by=by, after={"rung": step.rung.key})
        if not climbing.page_people(change, page, (step,), asked_by=by):
            change.announce(RungEmpty(title=step.rung.title))
        for other in ringing:
            rings.redraw(change, other)


def ask_for(change: Change, rung: Rung, holder: Holder, *, by: str) -> None:
    """Page who is on a rung because somebody asks for them. They join the running alarm, or begin one."""
    alarms.add_reason(change, PageCause.ASKED, change.tx.now)
    running = alarms.live(change)
    alarm = running[-1].alarm if running else max((page.alarm for page in change.row.pages), default=-1) + 1
    page = Page(cause=PageCause.ASKED, role=holder.role, person=holder.person, due_at=change.tx.now, alarm=alarm)
    page.round, page.asked_by = (running[-1].round if running else 0), by
    page.rung, page.rung_at = (rung.key, change.tx.now) if rung.in_turn else (None, None)
    rings.put(change, page)


def found_on(change: Change, rung: Rung) -> Holder | None:
    """Return who is on a rung; None if nobody is named."""
    holder = climbing.found(change, rung, climbing.team_on(change, rung))
    return None if holder is None or holder.how == NOBODY_NAMED else holder


def decline(change: Change, page_id: int, *, by: str) -> None:
    """Pass a page on at once, because its person can't take it. Does nothing if it doesn't ring any more."""
    page = alarms.running(change, page_id)
    if page is None or page.exhausted_at is not None:
        return
    change.record("page declined", by=by, after={"person": page.person})
    rings.end(change, page, PAGE_DECLINED, by)
    climbing.keep_climbing(change, page)


def hand_on(change: Change, role: str, person: str) -> None:
    """Page the new holder of a role for what its unreachable holder was paged for, unless it is settled."""
    last = max(((page.alarm, page.round) for page in change.row.pages), default=None)
    round_of = [page for page in change.row.pages if (page.alarm, page.round) == last and change.facts.page_reasons]
    for page in [page for page in round_of if page.role == role and page.person == person]:
        if page.ended_at is None:
            rings.end(change, page, PAGE_PASSED_ON)
        if page.ended_why == PAGE_PASSED_ON:
            climbing.page_holder(change, page, role)
            climbing.keep_climbing(change, page)


def hand_over(change: Change, role: str, *, by: str) -> None:
    """Pass the pages of a role to its new holder. Who takes the fix over has answered the alarm.

    Another role taken over answers nothing: nobody has acknowledged with that, so its pages go on.
    """
    for page in [page for page in alarms.live(change) if page.role == role]:
        if role == FIX_OWNER and change.facts.holder(role) == by:
            acknowledge(change, by=by)
            return
        rings.end(change, page, PAGE_PASSED_ON)
        climbing.page_holder(change, page, role)
        climbing.keep_climbing(change, page)


def follow_duty(change: Change) -> list[tuple[str, str, str]]:
    """Pass the pages that ring to who is on call now, or stands in; return role, person before and person now.

    The holder keeps the role.
    """
    moved = []
    for page in [
        page for page in alarms.live(change) if page.role in change.facts.holders and page.exhausted_at is None
    ]:
        person, before = change.on_duty(page.role), page.person
        if person == before:
            continue
        change.invite(person)
        rings.end(change, page, PAGE_PASSED_ON)
        climbing.page_holder(change, page, page.role)
        climbing.keep_climbing(change, page)
        moved.append((page.role, before, person))
    return [*moved, *_wake_who_came_on(change)]


def _wake_who_came_on(change: Change) -> list[tuple[str, str, str]]:
    """Page who came on call for the foot of a ladder that has moved on or pauses; return it as above.

    They haven't been rung in this round, and would wait until the next one.
    """
    live = alarms.live(change)
    round_of = alarms.siblings(change, live[-1]) if live else []
    foot = next((page for page in round_of if page.role in change.facts.holders), None)
    if foot is None:
        return []
    person, paused = change.on_duty(foot.role), next((page for page in live if page.exhausted_at is not None), None)
    if any(page.person == person for page in round_of):
        return []
    change.invite(person)
    if paused is not None:
        climbing.page_holder(change, paused, foot.role)
    else:
        _page_beside(change, foot.cause, foot.role, due_at=foot.due_at)
    return [(foot.role, foot.person, person)]


def end(change: Change, causes: Collection[PageCause], *, by: str | None = None) -> None:
    """End some reasons, because these are over. Pages without any other reason end with them."""
    kept = [reason for reason in change.row.page_reasons if reason["cause"] not in causes]
    if not set(PageCause) - set(causes):
        resolve_outside(change)
    if len(kept) == len(change.row.page_reasons):
        return
    change.row.page_reasons = kept
    if not kept:
        alarms.end_all(change, PAGE_ENDED, by)
        return
    redraw(change)


def redraw(change: Change) -> None:
    """Redraw what the running alarm has sent, because its reasons or the acknowledgement have changed."""
    alarms.redraw(change, {page.alarm for page in alarms.live(change)})
    change.redraw_notices(NoticeSubject.LADDER)


def acknowledge(change: Change, *, by: str) -> bool:
    """Answer the running alarm, whatever its reasons: its pages end. Return False if none runs."""
    if not alarms.live(change):
        return False
    causes = [reason["cause"] for reason in change.row.page_reasons]
    change.row.page_reasons = []
    change.row.reminded = {**change.row.reminded, PAGE_ANSWERED: change.tx.now.isoformat()}
    alarms.end_all(change, PAGE_ACKNOWLEDGED, by)
    change.redraw_notices_of_pages()
    change.record("page acknowledged", by=by, after={"causes": causes})
    return True


def resolve_outside(change: Change) -> None:
    """Resolve outside Slack what was acknowledged: until then it waits there, and would ring again."""
    for page in change.row.pages:
        if page.ended_at is not None:
            rings.stop_outside(change, page, rings.RESOLVE)
