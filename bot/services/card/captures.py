"""Messages and files of the channel that belong to the record, followed while they are edited and deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from bot.database import outbox, queries
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import NotFound
from bot.models.captures import CapturedMessage, RecordFile
from bot.models.work import EffectKind
from bot.policy.model.verification import masked, value_in
from bot.policy.record.captures import SaidMessage, SharedFile
from bot.services.intake import record_files

# Longer than what Slack lets people type into one message that is worth keeping.
_LONGEST: Final = 4000


@dataclass(frozen=True)
class Captures:
    """Add messages and files to the record of the escalation whose channel they are in."""

    records: Records

    def ask(self, channel: str, ts: str, *, by: str) -> bool:
        """Queue a reading of a message that somebody wants in the timeline. Return False if it is elsewhere.

        Raises NotAMember, NotKnownYet, and NotFound for a person who may not see the escalation.
        """
        with self.records.database.transaction() as tx:
            number = queries.of_channel(tx.session, channel)
            if number is None:
                return False
            self.records.seen(tx, number, by=by)
            payload = {"channel": channel, "ts": ts, "by": by}
            key = f"ESC-{number}:capture:{channel}:{ts}"
            outbox.put_all(tx, number, NewEffect(EffectKind.CAPTURE, payload, coalesce=key))
            return True

    def add(self, said: SaidMessage, *, by: str) -> int:
        """Add a message to the timeline at once; return the escalation. Raises NotFound outside a channel of one."""
        with self.records.database.transaction() as tx:
            number = queries.of_channel(tx.session, said.channel)
            if number is None:
                raise NotFound("This channel belongs to no escalation. Use it in the escalation's channel.")
            change = self.records.seen(tx, number, by=by)
            if _keep(change, said, by):
                change.finish()
            return number

    def keep(self, tx: Transaction, number: int, said: SaidMessage | None, *, by: str) -> None:
        """Record what was read; a message that is gone meanwhile, or in the record already, changes nothing."""
        if said is not None and _keep(change := self.records.within(tx, number), said, by):
            change.finish()

    def take_off(self, channel: str, ts: str, *, by: str) -> None:
        """Take a message off the timeline that is shown, if this person had added it. The audit keeps every entry.

        Raises NotAMember, NotKnownYet, and NotFound for a person who may not see the escalation any more.
        """
        with self.records.database.transaction() as tx:
            for row in _captured(tx, channel, ts):
                if row.taken_off_at is None and row.captured_by == by:
                    change = self.records.seen(tx, row.escalation_id, by=by)
                    row.taken_off_at = tx.now
                    change.record("message taken off", by=by, after={"captured": row.id})

    def edited(self, channel: str, ts: str, text: str) -> None:
        """Follow an edit of a captured message."""
        with self.records.database.transaction() as tx:
            for row in _captured(tx, channel, ts):
                words = _words(text)
                if row.deleted_at is None and row.text != words:
                    row.text, row.edited_at = words, tx.now
                    change = self.records.within(tx, row.escalation_id)
                    change.record("message edited", by=row.author or row.captured_by, after={"captured": row.id})

    def deleted(self, channel: str, ts: str) -> None:
        """Follow a deletion: the words of the message are removed, and the link to its files."""
        with self.records.database.transaction() as tx:
            for row in _captured(tx, channel, ts):
                if row.deleted_at is None:
                    row.text, row.deleted_at = "", tx.now
                    change = self.records.within(tx, row.escalation_id)
                    change.record("message deleted", after={"captured": row.id})
            mine = (RecordFile.channel == channel, RecordFile.ts == ts, RecordFile.deleted_at.is_(None))
            for file in tx.session.scalars(select(RecordFile).where(*mine)).all():
                file.link, file.deleted_at = None, tx.now
                change = self.records.within(tx, file.escalation_id)
                change.record("file deleted", after={"file": file.id})

    def shared(self, said: SaidMessage, files: Sequence[SharedFile]) -> None:
        """Note the files of a message in an escalation's channel. One that was noted before is left as it is."""
        with self.records.database.transaction() as tx:
            number = queries.of_channel(tx.session, said.channel)
            if number is None:
                return
            change = self.records.within(tx, number)
            for file in files:
                record_files.note(change, file, by=said.author, place=(said.channel, said.ts))


def _keep(change: Change, said: SaidMessage, by: str) -> bool:
    """Store a message, once; return whether it is new."""
    rows = _captured(change.tx, said.channel, said.ts)
    known = next((row for row in rows if row.escalation_id == change.row.id), None)
    if known is not None:
        return _put_back(change, known, by)
    row = CapturedMessage(
        escalation_id=change.row.id,
        channel=said.channel,
        ts=said.ts,
        author=said.author,
        text=_words(said.text),
        said_at=said.at,
        captured_by=by,
        captured_at=change.tx.now,
    )
    change.tx.session.add(row)
    change.tx.session.flush()
    change.record("message added", by=by, after={"captured": row.id, "person": said.author})
    return True


def _put_back(change: Change, row: CapturedMessage, by: str) -> bool:
    """Add a message again that was taken off; return False if it wasn't."""
    if row.taken_off_at is None:
        return False
    row.taken_off_at, row.captured_by = None, by
    change.record("message added", by=by, after={"captured": row.id, "person": row.author})
    return True


def _captured(tx: Transaction, channel: str, ts: str) -> Sequence[CapturedMessage]:
    mine = (CapturedMessage.channel == channel, CapturedMessage.ts == ts)
    return tx.session.scalars(select(CapturedMessage).where(*mine)).all()


def _words(text: str) -> str:
    """Return a text as it is kept: card numbers and the like are masked, as everywhere."""
    kept = text[:_LONGEST]
    return masked(kept) if value_in(kept) else kept
