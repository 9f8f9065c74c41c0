"""The measures of all escalations, brought up to date from the timeline: a table, so that a report is one read.

Nothing is written while somebody waits for a change. An escalation is measured again when its timeline has an entry
that its measure doesn't know, so whatever was missed is made up for, also what happened before there were measures.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Integer, Table, bindparam, func, or_, select

from bot.database import promise_queries
from bot.database.policies import Found, Policies
from bot.database.transaction import Database, Transaction
from bot.database.upserts import upsert
from bot.errors import UnreadableRecord
from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.measures import MeasureRow
from bot.models.timeline import TimelineEntry
from bot.policy.decide.measuring import EVENTS, measure
from bot.policy.record.escalation import FIX_OWNER
from bot.policy.record.measures import CaseLedger, LedgerEvent, Measure
from bot.policy.record.promises import PromiseGroup

# Those measured in one transaction: together they take about a tenth of a second.
_AT_ONCE: Final = 100
# Those compared with their timeline at once, and how many of the newest entries are looked at for what has changed.
_COMPARED: Final = 500
_NEWEST: Final = 20_000
# A pass over all escalations begins this long after the one before.
_PASS_EVERY: Final = timedelta(hours=6)
_TABLE: Final = cast("Table", MeasureRow.__table__)
# Asked every half minute and by each report, so they are built once.
_LAST_ENTRY: Final = select(func.max(TimelineEntry.id))
_STALE: Final = (
    select(TimelineEntry.escalation_id, func.max(TimelineEntry.id))
    .outerjoin(MeasureRow, MeasureRow.escalation_id == TimelineEntry.escalation_id)
    .where(
        TimelineEntry.id > bindparam("after", type_=Integer()),
        or_(MeasureRow.last_entry.is_(None), MeasureRow.last_entry < TimelineEntry.id),
    )
    .group_by(TimelineEntry.escalation_id)
    .order_by(TimelineEntry.escalation_id.desc())
    .limit(bindparam("most", type_=Integer()))
)


@dataclass
class Measures:
    """Bring the measures up to date."""

    database: Database
    policies: Policies
    # The last escalation of the pass that was compared, and when the next pass begins.
    _place: int = 0
    _next_pass_at: datetime | None = None
    # Escalations that can't be read, with the newest entry they had then: they are left out until they have another.
    _broken: dict[int, int] = field(default_factory=dict)

    def catch_up(self) -> bool:
        """Measure some of those with new entries; return True if there may be more. Several processes may do it."""
        with self.database.transaction() as tx:
            newest = tx.session.scalar(_LAST_ENTRY) or 0
            asked = {"after": newest - _NEWEST, "most": _AT_ONCE + len(self._broken)}
            found: dict[int, int] = dict(tx.session.execute(_STALE, asked).all())
            return self._measure(tx, found) >= _AT_ONCE

    def heal(self) -> bool:
        """Compare the next few with their timeline, and measure those that differ; return True if any did."""
        with self.database.transaction() as tx:
            if self._next_pass_at is not None and tx.real_now < self._next_pass_at:
                return False
            self._next_pass_at = None
            last = select(func.max(TimelineEntry.id)).where(TimelineEntry.escalation_id == Escalation.id)
            compared = (
                select(Escalation.id, MeasureRow.last_entry, last.correlate(Escalation).scalar_subquery())
                .outerjoin(MeasureRow, MeasureRow.escalation_id == Escalation.id)
                .where(Escalation.id > self._place)
                .order_by(Escalation.id)
                .limit(_COMPARED)
            )
            stale, place, seen = dict[int, int](), self._place, 0
            for number, known, entry in tx.session.execute(compared):
                if entry is not None and entry != known:
                    stale[number] = entry
                place, seen = number, seen + 1
                if len(stale) >= _AT_ONCE:
                    break
            measured = self._measure(tx, stale)
        if seen < _COMPARED and len(stale) < _AT_ONCE:
            self._place, self._next_pass_at = 0, tx.real_now + _PASS_EVERY
        else:
            self._place = place
        return measured > 0

    def _measure(self, tx: Transaction, entries: dict[int, int]) -> int:
        """Measure escalations, each as of an entry at least; return how many were."""
        wanted = [number for number, entry in entries.items() if self._broken.get(number) != entry][:_AT_ONCE]
        if not wanted:
            return 0
        rows = self.policies.snapshots(tx, wanted)
        events, promises = _events(tx, wanted), promise_queries.by_state(tx, wanted)
        found = []
        for number in wanted:
            row = rows.get(number)
            read = self._read(row) if row is not None else None
            if row is None or read is None:
                self._broken[number] = entries[number]
                continue
            self._broken.pop(number, None)
            found.append(_measured(row, read, events[number], promises.get(number, ()), entries[number]))
        _store(tx, found)
        return len(wanted)

    def _read(self, row: Escalation) -> Found | None:
        try:
            return self.policies.read(row)
        except UnreadableRecord:
            return None  # `doctor` names it


def _measured(
    row: Escalation, read: Found, events: Sequence[LedgerEvent], promises: Sequence[PromiseGroup], entry: int
) -> Measure:
    facts, policy = read
    return measure(
        CaseLedger(
            number=facts.number,
            kind=facts.kind,
            account=row.account_id,
            team=facts.team,
            region=row.region,
            level=facts.level,
            owner=facts.holder(FIX_OWNER),
            is_private=facts.is_private,
            declared_at=facts.declared_at,
            reported_at=facts.reported_at,
            response=facts.response,
            resolution=facts.resolution,
            calendars=policy.calendars,
            ranks={level.code: policy.rank(level.code) for level in policy.levels},
            events=events,
            promises=promises,
            last_entry=entry,
        )
    )


def _events(tx: Transaction, numbers: Sequence[int]) -> dict[int, list[LedgerEvent]]:
    """Return the entries of the timelines that something is measured by, in order. Unreadable ones are left out."""
    found: dict[int, list[LedgerEvent]] = defaultdict(list)
    mine = (TimelineEntry.escalation_id.in_(numbers), TimelineEntry.event.in_(EVENTS))
    for row in tx.session.scalars(select(TimelineEntry).where(*mine).order_by(TimelineEntry.id)):
        if reading.problem(row) is None:
            found[row.escalation_id].append(
                LedgerEvent(
                    at=row.at, event=row.event, before=row.before or {}, after=row.after or {}, reason=row.reason
                )
            )
    return found


def _store(tx: Transaction, measures: Sequence[Measure]) -> None:
    """Write measures down. One that another process made of a later entry meanwhile stays."""
    if not measures:
        return
    statement = upsert(tx.session, _TABLE)
    values = {name: statement.excluded[name] for name in Measure._fields if name != "escalation_id"}
    kept = statement.on_conflict_do_update(
        index_elements=["escalation_id"], set_=values, where=_TABLE.c.last_entry <= statement.excluded.last_entry
    )
    tx.session.connection().execute(kept, [one._asdict() for one in measures])
