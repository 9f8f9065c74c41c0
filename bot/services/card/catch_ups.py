"""Catch-ups for people who join late."""

from dataclasses import dataclass

from sqlalchemy import select

from bot.database.records import Records
from bot.models import reading
from bot.models.updates import Update
from bot.policy.record.captures import CatchUp


@dataclass(frozen=True)
class CatchUps:
    """Read what the catch-up says besides the facts."""

    records: Records

    def of(self, number: int) -> CatchUp:
        """Return what the customer was told last, and the last note for us."""
        with self.records.database.reading() as tx:
            mine = select(Update).where(Update.escalation_id == number).order_by(Update.id.desc())
            texts = mine.where(Update.customer_text != "").limit(1)
            notes = mine.where(Update.note != "").limit(1)
            told, note = (tx.session.scalars(one).one_or_none() for one in (texts, notes))
            told = told if told is not None and not reading.problem(told) else None
            note = note if note is not None and not reading.problem(note) else None
            return CatchUp(
                told=told.customer_text if told is not None else None,
                note=note.note if note is not None else None,
                note_by=note.by if note is not None else None,
                note_at=note.at if note is not None else None,
            )
