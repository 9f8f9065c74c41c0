"""The daily digest of each manager: planned as a timer, composed when it fires, sent once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.models import queries
from bot.models.escalation import Escalation, Slot
from bot.models.work import EffectKind, Timer
from bot.policy import digest
from bot.policy.digest import Digest
from bot.policy.escalation import MANAGER, EscalationFacts
from bot.policy.rules import Policy
from bot.policy.timers import Planned, TimerKind
from bot.policy.visibility import may_see
from bot.services import outbox, timetable
from bot.services.core import Transaction
from bot.services.outbox import NewEffect
from bot.services.people import People, is_slack_id
from bot.services.policies import Policies
from bot.services.records import Records


@dataclass(frozen=True)
class Digests:
    """Composes and sends digests."""

    records: Records
    policies: Policies
    people: People

    def plan(self) -> int:
        """Make sure every manager's next digest is a timer; returns how many managers there are."""
        with self.records.database.transaction() as tx:
            managers = self._managers(tx)
            for manager in managers:
                self._plan_next(tx, manager)
            return len(managers)

    def fire(self, key: str) -> tuple[str, ...]:
        """Compose and send the digest of a timer, and plan the next. One that another worker has is left to it."""
        with self.records.database.transaction() as tx:
            mine = select(Timer).where(Timer.key == key, Timer.fired_at.is_(None))
            timer = tx.session.scalars(mine.with_for_update(skip_locked=True)).one_or_none()
            if timer is None or timer.kind != TimerKind.DIGEST:
                return ()
            timer.fired_at = tx.now
            tx.session.flush()
            found = self._compose(tx, timer.data["manager"])
            if found.on.isoformat() == timer.data["on"] and found.is_wanted:
                data = {"to": found.manager, "on": found.on.isoformat()}
                outbox.put(tx, None, NewEffect(EffectKind.DIGEST, data))
            self._plan_next(tx, found.manager)
            return (TimerKind.DIGEST,)

    def compose(self, manager: str) -> Digest:
        """Return somebody's digest as it would be sent now."""
        with self.records.database.transaction() as tx:
            return self._compose(tx, self.people.resolved(tx, manager))

    def _compose(self, tx: Transaction, manager: str) -> Digest:
        own, reports = self.people.identities(tx, manager), self.people.reports_of(tx, manager)
        zone = self._zone(tx, manager)
        policy = self.policies.current
        today = tx.now.astimezone(zone).date()

        def theirs(rows: Sequence[Escalation]) -> list[tuple[EscalationFacts, Policy]]:
            found = [(row.facts(), self.policies.of(row.policy)) for row in rows]
            return [
                (facts, rules)
                for facts, rules in found
                if digest.concerns(facts, own, reports) and may_see(facts, rules, own)
            ]

        return Digest(
            manager=manager,
            on=today,
            zone=zone,
            lines=digest.lines(theirs(queries.live(tx.session)), now=tx.now, zone=zone),
            is_working_day=policy.calendar(policy.business_calendar).is_working_day(today),
            to_review=digest.to_review(policy, today),
            watched=tuple(facts for facts, _ in theirs(queries.watched(tx.session, tx.now))),
        )

    def _managers(self, tx: Transaction) -> Sequence[str]:
        """Return by Slack id whoever manages: by the directory, or on an escalation that is not closed."""
        directory = self.people.directory
        named = {entry.manager for entry in directory.people if entry.manager}
        named |= {directory.fallback[MANAGER]} if MANAGER in directory.fallback else set()
        live = select(Escalation.id).where(Escalation.status.in_(queries.LIVE))
        held = select(Slot.person).where(Slot.role == MANAGER, Slot.escalation_id.in_(live)).distinct()
        named |= set(tx.session.scalars(held))
        return sorted(who for who in self.people.resolve(tx, named).values() if is_slack_id(who))

    def _plan_next(self, tx: Transaction, manager: str) -> None:
        hour, zone = self.records.house.digest_hour, self._zone(tx, manager)
        day, at = digest.morning_after(tx.now, zone, hour)
        planned = tx.session.scalars(
            select(Timer).where(
                Timer.kind == TimerKind.DIGEST,
                Timer.fired_at.is_(None),
                Timer.key.startswith(f"{TimerKind.DIGEST}:{manager}:"),
            )
        ).all()
        for timer in planned:
            # One that is overdue is left alone: it is about to fire, or to be found too late.
            if timer.due_at > tx.now and timer.due_at != at:
                tx.session.delete(timer)
        tx.session.flush()
        data: Mapping[str, Any] = {"manager": manager, "on": day.isoformat()}
        key = f"{TimerKind.DIGEST}:{manager}:{day.isoformat()}"
        timetable.add(tx, None, [Planned(key, TimerKind.DIGEST, at.astimezone(UTC), data)])

    def _zone(self, tx: Transaction, person: str) -> ZoneInfo:
        return self.people.zone(tx, person) or self.policies.current.zone
