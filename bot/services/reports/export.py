"""The export of every escalation, read a batch at a time, so that it holds neither much memory nor a lock.

Each batch is a transaction of its own, so a slow reader keeps no writer waiting. What is declared meanwhile is read at
the end; what changes meanwhile is read before or after the change, never halfway.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import or_, select

from bot.database import queries
from bot.database.policies import Found, Policies
from bot.database.transaction import Database, Transaction
from bot.errors import UnreadableRecord
from bot.models.account import Person
from bot.models.escalation import Escalation
from bot.models.timeline import TimelineEntry
from bot.models.updates import Update
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.services.reports import export_confidential, export_tables
from bot.services.reports.export_tables import ExportRow

BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedUpdate:
    """An update: the note for us, the text for the customer, and the promised next update.

    `known` is the note. Earlier versions had a second one, the `internal_note`. If it was edited: by whom and when
    last, and the next update as it was promised first, if that was changed.
    """

    at: datetime
    by: str
    known: str
    internal_note: str
    customer_text: str
    answered_due_at: datetime | None
    next_promised_at: datetime | None
    first_promised_at: datetime | None
    edited_by: str | None
    edited_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEntry:
    """An entry of the timeline."""

    at: datetime
    actor: str
    event: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEscalation:
    """A whole escalation. `now` is when it was read; `names` are those of its people that Slack has given."""

    facts: EscalationFacts
    policy: Policy
    now: datetime
    names: Mapping[str, str]
    updates: Sequence[ExportedUpdate]
    timeline: Sequence[ExportedEntry]
    tables: Mapping[str, Sequence[ExportRow]]


@dataclass(frozen=True, slots=True)
class ExportBatch:
    """Some escalations in order, and how many more are confidential and therefore only counted.

    `broken` lists what is left out because it can't be read, and why: whole escalations, or related rows.
    """

    records: Sequence[ExportedEscalation]
    withheld: int
    broken: Sequence[str] = ()


@dataclass(frozen=True)
class Export:
    """Read escalations for the export."""

    database: Database
    policies: Policies

    def batches(self, since: date | None = None) -> Iterator[ExportBatch]:
        """Yield every escalation by number; with `since` those declared on or after that day in UTC."""
        last: int | None = 0
        while last is not None:
            with self.database.transaction() as tx:
                numbers = _numbers(tx, last, since)
                batch = self._batch(tx, numbers)
            yield batch
            last = numbers[-1] if len(numbers) == BATCH else None

    def incidents(self, since: date | None = None) -> Iterator[tuple[Sequence[ExportRow], Sequence[str]]]:
        """Yield every major incident by id, and what can't be read; with `since` those on or after that day in UTC."""
        last: int | None = 0
        while last is not None:
            broken: list[str] = []
            with self.database.transaction() as tx:
                found = export_tables.of_incidents(tx, last, BATCH, since, broken)
            yield [row for _, row in found if row is not None], broken
            last = found[-1][0] if len(found) == BATCH else None

    def settings(self, since: date | None = None) -> tuple[Sequence[ExportRow], Sequence[str]]:
        """Return every change of directory and policy, and what can't be read; with `since` from that day in UTC on."""
        broken: list[str] = []
        with self.database.transaction() as tx:
            return export_tables.of_settings(tx, since, broken), broken

    def _batch(self, tx: Transaction, numbers: Sequence[int]) -> ExportBatch:
        found = queries.escalations(tx.session, numbers)
        public = [found[number] for number in numbers if not found[number].is_private]
        broken: list[str] = []
        read = {row.id: pair for row in public if (pair := self._read(row, broken)) is not None}
        shown = [row for row in public if row.id in read]
        keys = [row.id for row in shown]
        updates, timelines, names = _updates(tx, keys, broken), _timelines(tx, keys, broken), _names(tx, shown)
        tables, hidden = export_tables.of_escalations(tx, keys, broken), _hidden(tx, shown, timelines)
        endings = export_confidential.told_endings(tx, (entry.after for row in keys for entry in timelines[row]))
        records = [
            ExportedEscalation(
                facts=export_confidential.without(read[row.id][0], hidden),
                policy=read[row.id][1],
                now=tx.now,
                names={person: names[person] for person in _people(row) if person in names},
                updates=updates[row.id],
                timeline=[_without(entry, hidden, endings) for entry in timelines[row.id]],
                tables=tables[row.id],
            )
            for row in shown
        ]
        return ExportBatch(records, withheld=len(numbers) - len(public), broken=broken)

    def _read(self, row: Escalation, broken: list[str]) -> Found | None:
        try:
            return self.policies.read(row)
        except UnreadableRecord as error:
            broken.append(f"{error.what}: {error.why}")
            return None


def _numbers(tx: Transaction, after: int, since: date | None) -> Sequence[int]:
    statement = select(Escalation.id).where(Escalation.id > after).order_by(Escalation.id).limit(BATCH)
    if since is not None:
        statement = statement.where(Escalation.declared_at >= datetime.combine(since, time(), UTC))
    return tx.session.scalars(statement).all()


def _updates(tx: Transaction, numbers: Sequence[int], broken: list[str]) -> Mapping[int, Sequence[ExportedUpdate]]:
    grouped: dict[int, list[ExportedUpdate]] = defaultdict(list)
    mine = select(Update).where(Update.escalation_id.in_(numbers)).order_by(Update.id)
    for row in export_tables.unbroken(tx.session.scalars(mine), broken):
        grouped[row.escalation_id].append(
            ExportedUpdate(
                at=row.at,
                by=row.by,
                known=row.note,
                internal_note=row.older_note,
                customer_text=row.customer_text,
                answered_due_at=row.answered_due_at,
                next_promised_at=row.next_promised_at,
                first_promised_at=row.first_promised_at,
                edited_by=row.edited_by,
                edited_at=row.edited_at,
            )
        )
    return grouped


def _timelines(tx: Transaction, numbers: Sequence[int], broken: list[str]) -> Mapping[int, Sequence[ExportedEntry]]:
    grouped: dict[int, list[ExportedEntry]] = defaultdict(list)
    mine = select(TimelineEntry).where(TimelineEntry.escalation_id.in_(numbers)).order_by(TimelineEntry.id)
    for row in export_tables.unbroken(tx.session.scalars(mine), broken):
        grouped[row.escalation_id].append(
            ExportedEntry(
                at=row.at, actor=row.actor, event=row.event, before=row.before, after=row.after, reason=row.reason
            )
        )
    return grouped


def _hidden(
    tx: Transaction, rows: Sequence[Escalation], timelines: Mapping[int, Sequence[ExportedEntry]]
) -> frozenset[int]:
    """Return the confidential escalations among all that some escalations refer to."""
    named = (
        export_confidential.named_by(
            row.facts(), (said for entry in timelines[row.id] for said in (entry.before, entry.after))
        )
        for row in rows
    )
    return export_confidential.confidential(tx, frozenset[int]().union(*named))


def _without(entry: ExportedEntry, hidden: frozenset[int], endings: Mapping[int, str]) -> ExportedEntry:
    before, after = (export_confidential.said_without(said, hidden) for said in (entry.before, entry.after))
    reason = export_confidential.reason_without(after, entry.reason, endings)
    return replace(entry, before=before, after=after, reason=reason)


def _people(row: Escalation) -> frozenset[str]:
    """Return every identity an escalation names."""
    named = {row.declared_by, row.acknowledged_by, row.closed_by, row.confirmation_recorded_by, row.waived_by}
    named |= {slot.person for slot in row.slots} | {participant.person for participant in row.participants}
    return frozenset(person for person in named if person)


def _names(tx: Transaction, rows: Sequence[Escalation]) -> Mapping[str, str]:
    wanted = frozenset[str]().union(*map(_people, rows))
    known = select(Person).where(or_(Person.slack_id.in_(wanted), Person.email.in_(wanted)), Person.name.is_not(None))
    people = tx.session.scalars(known).all()
    return {who: person.name for person in people for who in (person.slack_id, person.email) if who and person.name}
