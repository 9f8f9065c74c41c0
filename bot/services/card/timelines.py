"""The timeline of an escalation, for people who may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from bot.database import promise_queries, timeline
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.captures import CapturedMessage, RecordFile
from bot.models.timeline import TimelineEntry
from bot.policy.model.rules import Policy
from bot.policy.record.captures import CapturedWords
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.timeline import TimelineExcerpt, TimelineLine, is_shown

# How many entries a page shows.
PAGE: Final = 40


@dataclass(frozen=True)
class Timelines:
    """Read timelines."""

    records: Records

    def page(self, number: int, *, viewer: str, first: int = 0) -> tuple[EscalationFacts, Policy, TimelineExcerpt]:
        """Return a page of entries, newest first, after `first` newer ones, of an escalation, closed or not.

        Of a message that was taken off only that is shown. Raises NotFound.
        """
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            mine = TimelineEntry.escalation_id == number
            total = tx.session.scalars(select(func.count()).select_from(TimelineEntry).where(mine)).one()
            first = max(0, min(first, (total - 1) // PAGE * PAGE))
            newest = select(TimelineEntry).where(mine).order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())
            rows = [row for row in tx.session.scalars(newest.offset(first).limit(PAGE)) if not reading.problem(row)]
            captured = _captured(tx, rows)
            lines = tuple(line for row in rows if is_shown(line := _line(row, captured)))
            promises = promise_queries.to_customer(tx, number)
            return change.facts, change.policy, TimelineExcerpt(lines, first, PAGE, total, promises)


def _captured(tx: Transaction, rows: Sequence[TimelineEntry]) -> Mapping[tuple[str, int], CapturedWords]:
    """Return the messages and files that entries are about, as they are now, by word and id."""
    named = [(word, (row.after or {}).get(word)) for row in rows for word in ("captured", "file")]
    messages = [found for word, found in named if word == "captured" and isinstance(found, int)]
    files = [found for word, found in named if word == "file" and isinstance(found, int)]
    kept: dict[tuple[str, int], CapturedWords] = {}
    if messages:
        for message in tx.session.scalars(select(CapturedMessage).where(CapturedMessage.id.in_(messages))):
            text = message.text if message.deleted_at is None else None
            is_off = message.taken_off_at is not None
            kept["captured", message.id] = CapturedWords(text, message.edited_at is not None, is_taken_off=is_off)
    if files:
        for file in tx.session.scalars(select(RecordFile).where(RecordFile.id.in_(files))):
            kept["file", file.id] = CapturedWords(file.name, is_edited=False, link=file.link)
    return kept


def _line(row: TimelineEntry, captured: Mapping[tuple[str, int], CapturedWords]) -> TimelineLine:
    return TimelineLine(
        at=row.at,
        actor=None if row.actor == timeline.ITSELF else row.actor,
        event=row.event,
        before=row.before or {},
        after=row.after or {},
        reason=row.reason,
        captured=_found(row, captured),
    )


def _found(row: TimelineEntry, captured: Mapping[tuple[str, int], CapturedWords]) -> CapturedWords | None:
    after = row.after or {}
    keys = [(word, after[word]) for word in ("captured", "file") if isinstance(after.get(word), int)]
    return next((captured[key] for key in keys if key in captured), None)
