"""The daily digest of each manager: planned as a timer, composed when it fires, sent once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import delete, false, or_, select

from bot import metrics
from bot.database import (
    action_item_queries,
    digest_hours,
    follow_up_queries,
    obligation_queries,
    outbox,
    personal_mails,
    promise_queries,
    submissions,
    timetable,
)
from bot.database.list_queries import IS_UNACKNOWLEDGED, due_between, is_late, is_watched, of_the_people_of
from bot.database.lists import Lists
from bot.database.outbox import NewEffect
from bot.database.people import People
from bot.database.policies import Found, Policies
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.digest_choice import DigestChoice
from bot.models.escalation import Escalation
from bot.models.work import EffectKind, Timer
from bot.policy.excerpts import Excerpt
from bot.policy.members import Admission
from bot.policy.plan import digest
from bot.policy.plan.digest import Digest, DigestCounts, DigestHours, DigestLine, DigestNews
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import MANAGER

# The managers planned for in one transaction.
_BATCH = 100
# The most lines in a digest, which fits on one screen, those of one customer, and the most watched escalations.
SHOWN: Final = 9
MOST_OF_A_CUSTOMER: Final = 3
WATCHED_SHOWN: Final = 12
# What the thread of mails is called.
_THREAD: Final = "digest"
_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
FOLLOW_UPS_SHOWN: Final = 3


@dataclass(frozen=True)
class Digests:
    """Compose and send digests."""

    records: Records
    policies: Policies
    people: People

    def plan(self, managers: Collection[str] | None = None) -> int:
        """Ensure that the next digest of managers is planned; return how many managers.

        By default those in the directory. Managers who are only on escalations are found by the audit. Each digest that
        fires plans the next.
        """
        with self.records.database.transaction() as tx:
            people = self.people.resolve(tx, self._named() if managers is None else managers)
            sends = self.records.service_settings.sends_mail
            reached = (who for who in people.values() if self.people.is_reached(tx, who, sends_mail=sends))
            known = sorted(reached)
        for first in range(0, len(known), _BATCH):
            with self.records.database.transaction() as tx:
                self._plan_next(tx, known[first : first + _BATCH])
        return len(known)

    def fire(self, key: str) -> tuple[str, ...]:
        """Compose and send the digest of a timer, and plan the next. A timer locked by another worker is skipped."""
        with self.records.database.transaction() as tx:
            timer = timetable.take_due(tx, key, TimerKind.DIGEST)
            if timer is None:
                return ()
            # One line shows whether there is anything to send; the counts know of the highest level.
            found = self._compose(tx, timer.data["manager"], 1)
            if found.on.isoformat() == timer.data["on"] and found.is_wanted:
                data = {"to": found.manager, "on": found.on.isoformat()}
                effect = NewEffect(EffectKind.DIGEST, data)
                outbox.put_all(tx, None, *personal_mails.in_place_of(tx, effect, _THREAD))
            self._plan_next(tx, [found.manager])
            return (TimerKind.DIGEST,)

    def compose(self, manager: str, *, limit: int | None = SHOWN) -> Digest:
        """Return a digest as of now, with at most `limit` lines; empty for a person who may not use Escalate."""
        with self.records.database.transaction() as tx:
            return self._compose(tx, self.people.resolved(tx, manager), limit)

    def _compose(self, tx: Transaction, manager: str, limit: int | None) -> Digest:
        own, reports = self.people.identities(tx, manager), self.people.everybody_below(tx, manager)
        zone = self._zone(tx, manager)
        policy = self.policies.current
        today = tx.now.astimezone(zone).date()
        lists = Lists(self.records)
        seen = lists.visible(tx, manager)
        theirs = (of_the_people_of(sorted(own), sorted(reports), is_open=True), seen)
        ever = (of_the_people_of(sorted(own), sorted(reports), is_open=False), seen)
        if self.people.admission(tx, manager) is Admission.REFUSED:
            # They may have left, or be a guest by now: a digest is for our own people.
            theirs = ever = (false(), false())
        may_see = theirs[1]
        late = is_late(tx.now)
        chosen, calendar = self._choices(tx, [manager]).get(manager), policy.calendar(policy.business_calendar)
        days = digest.days_of_news(today, chosen, calendar.is_working_day)
        since = tx.now - days * _DAY
        fresh = (Escalation.declared_at > since, Escalation.resolved_at > since)
        midnight = datetime.combine(today + _DAY, time(), zone).astimezone(UTC)
        ranked = lists.ranked(tx, *theirs, marks=(late, IS_UNACKNOWLEDGED, *fresh, due_between(tx.now, midnight)))
        marked = [group.marked for _, same in ranked for group in same]
        levels = {rank: sum(group.count for group in same) for rank, same in ranked}
        most = MOST_OF_A_CUSTOMER if limit is not None else None
        found = lists.by_customer(
            tx,
            *theirs,
            leads=or_(late, IS_UNACKNOWLEDGED),
            most=most,
            limit=limit,
            ranked=ranked,
            counts_customers=False,
        )
        lines, failed = _lines(found, tx.now, zone)
        of_theirs = or_(ever[0], follow_up_queries.is_of(own | reports))
        due = policy.business.local_day(tx.now)
        late_follow_ups = follow_up_queries.late(tx, of_theirs, theirs[1], today=due, limit=FOLLOW_UPS_SHOWN)
        items_of_theirs = or_(ever[0], action_item_queries.is_of(own | reports))
        late_items = action_item_queries.late(tx, items_of_theirs, theirs[1], today=due, limit=FOLLOW_UPS_SHOWN)
        return Digest(
            manager=manager,
            at=tx.now,
            on=today,
            zone=zone,
            lines=lines,
            own=frozenset(own),
            under=found.under,
            unreadable=(*found.unreadable, *failed),
            follow_ups=late_follow_ups,
            items=late_items,
            owed=obligation_queries.owed(tx, self.policies, own, may_see, limit=FOLLOW_UPS_SHOWN),
            owed_by_team=obligation_queries.overdue(
                tx, self.policies, reports - own, theirs[1], limit=FOLLOW_UPS_SHOWN
            ),
            news=DigestNews(
                days=days,
                declared=sum(marks[2] for marks in marked),
                resolved=sum(marks[3] for marks in marked),
                broken=promise_queries.missed_by(tx, own | reports, theirs[1], since=since),
            ),
            chosen=chosen,
            promises=promise_queries.of_owner(tx, own | reports),
            is_working_day=calendar.is_working_day(today),
            to_review=digest.to_review(policy, today),
            watched=lists.oldest(tx, WATCHED_SHOWN, is_watched(tx.now), *ever).map(lambda one: one[0]),
            counts=DigestCounts(
                total=found.total,
                late=sum(marks[0] for marks in marked),
                due_today=sum(marks[4] for marks in marked),
                unacknowledged=sum(marks[1] for marks in marked),
                levels=levels,
            ),
        )

    def is_manager(self, own: Collection[str]) -> bool:
        """Return True if somebody, by their identities, is a manager in the directory, who gets a digest."""
        return not self._named().isdisjoint(own)

    def hours(self, person: str) -> tuple[DigestHours, str]:
        """Return when somebody gets their digest now, and the name of their zone. Raises NotAMember."""
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, person)
            week = (digest.monday_of(tx.now.date()) + timedelta(days=number) for number in range(_WEEK))
            working = tuple(day.weekday() for day in week if self.policies.current.business.is_working_day(day))
            default = DigestHours(self.records.service_settings.digest_hour, working)
            return self._choices(tx, [person]).get(person, default), self._zone(tx, person).key

    def choose(self, person: str, hour: int, days: Sequence[int]) -> None:
        """Note when somebody wants their digest, and plan the next. Raises NotAMember."""
        with self.records.database.transaction() as tx:
            submissions.note(tx)
            self.people.must_be_ours(tx, person)
            digest_hours.keep(tx, DigestChoice, person, hour, days)
            self._plan_next(tx, [person])

    def _choices(self, tx: Transaction, people: Sequence[str]) -> Mapping[str, DigestHours]:
        rows = tx.session.scalars(select(DigestChoice).where(DigestChoice.person.in_(people)))
        return {row.person: row.facts() for row in rows if not reading.problem(row)}

    def _named(self) -> set[str]:
        """Return the managers in the directory."""
        directory = self.people.directory
        named = {entry.manager for entry in directory.people if entry.manager}
        return named | ({directory.fallback[MANAGER]} if MANAGER in directory.fallback else set())

    def _plan_next(self, tx: Transaction, managers: Sequence[str]) -> None:
        hour, default = self.records.service_settings.digest_hour, self.policies.current.zone
        zones, choices = self.people.zones(tx, managers), self._choices(tx, managers)
        wanted: dict[str, Planned] = {}
        candidates: list[str] = []
        for manager in managers:
            chosen = choices[manager].hour if manager in choices else hour
            day, at = digest.morning_after(tx.now, zones.get(manager, default), chosen)
            data: Mapping[str, Any] = {"manager": manager, "on": day.isoformat()}
            key = _key(manager, day)
            wanted[key] = Planned(key, TimerKind.DIGEST, at.astimezone(UTC), data)
            # In another zone, or at another hour, it was planned for a day nearby.
            candidates += [_key(manager, day + timedelta(days=days)) for days in (-2, -1, 0, 1, 2)]
        known: set[str] = set()
        stale: list[str] = []
        found = select(Timer.key, Timer.due_at, Timer.fired_at).where(Timer.key.in_(candidates))
        for key, due_at, fired_at in tx.session.execute(found):
            planned = wanted.get(key)
            # An overdue one is left alone: it is about to fire, or to be dropped as too late.
            if fired_at is None and due_at > tx.now and (planned is None or planned.due_at != due_at):
                stale.append(key)
            else:
                known.add(key)
        if stale:
            tx.session.execute(delete(Timer).where(Timer.key.in_(stale), Timer.fired_at.is_(None)))
        timetable.add(tx, None, [planned for key, planned in wanted.items() if key not in known])

    def _zone(self, tx: Transaction, person: str) -> ZoneInfo:
        return self.people.zone(tx, person) or self.policies.current.zone


def _lines(found: Excerpt[Found], now: datetime, zone: ZoneInfo) -> tuple[tuple[DigestLine, ...], list[int]]:
    """Return the lines of what was found, in its order, and the numbers of those of which no line can be made."""
    lines: list[DigestLine] = []
    failed: list[int] = []
    for facts, policy in found.shown:
        try:
            lines.append(digest.line(facts, policy, now, zone))
        except Exception as error:  # noqa: BLE001 - whatever a record holds, the digest has the others
            metrics.NOT_DRAWN.inc()
            structlog.get_logger().error("escalation not drawn", escalation=facts.key, exc_info=error)
            failed.append(facts.number)
    return tuple(lines), failed


def _key(manager: str, day: date) -> str:
    return f"{TimerKind.DIGEST}:{manager}:{day.isoformat()}"
