"""The audit repairs inconsistent records, from the start and continuously. A lost timer is restored.

It goes over everything open in small slices, earliest due first, and starts again at the end. The next due time is
stored in the record (`next_due_at`) besides the timers, so the audit finds lost timers without reading records with
nothing left to do.
"""

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import Integer, bindparam, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased

from bot.database import queries, timetable
from bot.database.due_columns import are_noted, is_weighed
from bot.database.people import People
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import UnreadableRecord
from bot.models.account import Account
from bot.models.base import UtcDateTime
from bot.models.escalation import Escalation
from bot.models.work import Effect, EffectState
from bot.policy.model.facts import ACCOUNT
from bot.policy.plan.schedule import plan
from bot.policy.plan.timers import Planned
from bot.policy.record.escalation import MANAGER, Status
from bot.services.programmes import rollup

# The records in one transaction: together they take a tenth of a second.
_RECORDS = 25
_ACCOUNTS = 500
_EFFECTS = 500
_FIRST = datetime.min.replace(tzinfo=UTC)
# Asked again and again while the program runs, so they are built once.
_ORDER = (Escalation.next_due_at, Escalation.id)
_PLACE = tuple_(bindparam("due_at", type_=UtcDateTime()), bindparam("number", type_=Integer()))
_AHEAD = (
    select(*_ORDER)
    .where(Escalation.next_due_at.is_not(None), tuple_(*_ORDER) > _PLACE)
    .order_by(*_ORDER)
    .limit(_RECORDS)
)
_IDLE = (
    select(Escalation.id)
    .where(
        Escalation.next_due_at.is_(None),
        Escalation.status != Status.CLOSED,
        Escalation.id > bindparam("number", type_=Integer()),
    )
    .order_by(Escalation.id)
    .limit(_RECORDS)
)
_NAMING = (
    select(Account.id, Account.csm, Account.manager, Account.executive_sponsor)
    .where(Account.id > bindparam("account", type_=Integer()))
    .order_by(Account.id)
    .limit(_ACCOUNTS)
)
_BEFORE = aliased(Effect)
_FORGOTTEN = (
    select(Effect.id)
    .join(_BEFORE, _BEFORE.id == Effect.after_id)
    .where(Effect.state == EffectState.WAITING, _BEFORE.state == EffectState.DONE)
    .order_by(Effect.after_id)
    .limit(_EFFECTS)
)


@dataclass(frozen=True, slots=True)
class Healed:
    """The numbers of what was repaired."""

    timers: int
    effects: int
    asked_about: int


@dataclass(frozen=True, slots=True)
class AuditCursor:
    """The position of a pass: through records with a due time, those without, and the accounts."""

    due_at: datetime | None = _FIRST
    number: int | None = 0
    account: int = 0


@dataclass(frozen=True, slots=True)
class AuditSlice:
    """The result of a slice: records to repair, managers found, the number of look-ups queued, the next position.

    `then` is None at the end of a pass.
    """

    wrong: Sequence[int] = ()
    managers: frozenset[str] = frozenset()
    asked_about: int = 0
    then: AuditCursor | None = None


@dataclass(frozen=True)
class Audit:
    """Repair records that are inconsistent."""

    records: Records
    people: People

    def run(self) -> Healed:
        """Run a whole pass at once; a program with other work takes it slice by slice."""
        timers = asked = 0
        place: AuditCursor | None = AuditCursor()
        while place is not None:
            found = self.look(place)
            timers += sum(self.heal(number) for number in found.wrong)
            asked += found.asked_about
            place = found.then
        return Healed(timers, self.free(), asked)

    def look(self, place: AuditCursor) -> AuditSlice:
        """Check the next few records or accounts. The only change it makes is to queue look-ups in Slack."""
        with self.records.database.transaction() as tx:
            if place.due_at is not None:
                return self._due_some_time(tx, place, place.due_at)
            if place.number is not None:
                return self._due_at_no_time(tx, place.number)
            return self._accounts(tx, place.account)

    def heal(self, number: int) -> int:
        """Bring the timers of one escalation in line; return how many were wrong. Broken records are only logged."""
        try:
            return self._heal(number)
        except UnreadableRecord:
            # Logged where it was read, and reported by `doctor`.
            return 0
        except SQLAlchemyError:
            raise
        except Exception:  # noqa: BLE001 - one escalation must not stop the others
            structlog.get_logger().exception("audit of escalation failed", escalation=number)
            return 0

    def _heal(self, number: int) -> int:
        with self.records.database.transaction() as tx:
            row = queries.unless_locked(tx.session, number)
            if row is None:
                return 0
            change = self.records.of(tx, row)
            rollup.adopt(change)
            wrong = change.bring_timers_in_line()
            if row.weigh_at is not None and row.weighed_version != row.account.updated_at:
                row.weigh_at = min(row.weigh_at, tx.now)
            return wrong

    def _due_some_time(self, tx: Transaction, place: AuditCursor, due_at: datetime) -> AuditSlice:
        rows = tx.session.execute(_AHEAD, {"due_at": due_at, "number": place.number}).all()
        # A record that moves from ahead of this position to behind it has just been brought in line by its change.
        is_last = len(rows) < _RECORDS
        then = AuditCursor(due_at=None) if is_last else AuditCursor(rows[-1].next_due_at, rows[-1].id)
        return self._looked_at(tx, [row.id for row in rows], then)

    def _due_at_no_time(self, tx: Transaction, number: int) -> AuditSlice:
        rows = tx.session.scalars(_IDLE, {"number": number}).all()
        is_last = len(rows) < _RECORDS
        return self._looked_at(tx, rows, AuditCursor(due_at=None, number=None if is_last else rows[-1]))

    def _accounts(self, tx: Transaction, account: int) -> AuditSlice:
        """Queue look-ups in Slack of the people accounts name, who are shown by name where an account is chosen."""
        rows = tx.session.execute(_NAMING, {"account": account}).all()
        is_last = len(rows) < _ACCOUNTS
        named = {who for row in rows for who in row[1:] if who}
        asked = self._ask(tx, named | self.people.directory.everybody() if is_last else named)
        return AuditSlice(asked_about=asked, then=None if is_last else AuditCursor(None, None, rows[-1].id))

    def _looked_at(self, tx: Transaction, numbers: Sequence[int], then: AuditCursor) -> AuditSlice:
        try:
            rows = queries.escalations(tx.session, numbers)
            wanted: dict[int, Sequence[Planned]] = {}
            noted: dict[int, bool] = {}
            for number, row in rows.items():
                with contextlib.suppress(UnreadableRecord):  # logged where it is read, and reported by `doctor`
                    wanted[number], noted[number] = self._wanted(row)
            rows = {number: rows[number] for number in wanted}
            existing = timetable.existing_timers(tx, wanted) if wanted else {}
            wrong = [
                number
                for number, row in rows.items()
                if not noted[number] or not _is_right(tx, row, wanted[number], existing[number])
            ]
        except Exception:  # noqa: BLE001 - a row that cannot be read must not keep the others from being looked at
            structlog.get_logger().warning(
                "audit batch failed, continuing one by one", escalations=list(numbers), exc_info=True
            )
            return AuditSlice(wrong=numbers, then=then)
        slots = [slot for row in rows.values() for slot in row.slots]
        named = {slot.person for slot in slots}
        named |= {who for row in rows.values() for who in _named_by(row.account) if who}
        managers = frozenset(slot.person for slot in slots if slot.role == MANAGER)
        return AuditSlice(wrong, managers, self._ask(tx, named), then)

    def _wanted(self, row: Escalation) -> tuple[Sequence[Planned], bool]:
        facts, policy = self.records.policies.read(row)
        planned = plan(facts, policy, archive_after=self.records.service_settings.archive_after)
        return planned, are_noted(row, facts, policy)

    def _ask(self, tx: Transaction, named: Collection[str]) -> int:
        return self.people.look_up(tx, named) if named else 0

    def free(self) -> int:
        """Release what waits for effects that are done; return how much."""
        with self.records.database.transaction() as tx:
            numbers = tx.session.scalars(_FORGOTTEN).all()
            if numbers:
                freed = update(Effect).where(Effect.id.in_(numbers), Effect.state == EffectState.WAITING)
                tx.session.execute(freed.values(state=EffectState.READY))
                tx.left_effects = True
        return len(numbers)


def _named_by(account: Account) -> tuple[str | None, ...]:
    return account.csm, account.manager, account.executive_sponsor


def _is_right(tx: Transaction, row: Escalation, wanted: Sequence[Planned], existing: timetable.ExistingTimers) -> bool:
    if row.kind == ACCOUNT:
        return False  # issues of its account may have to be adopted
    is_stale = row.weigh_at is not None and row.weigh_at > tx.now and row.weighed_version != row.account.updated_at
    if is_stale or is_weighed(row) != (row.weigh_at is not None):
        return False
    return timetable.is_in_line(wanted, existing, row.next_due_at)
