"""Files of the record: shared in the channel, or added in a form, of which a copy goes to the channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, or_, select

from bot.database import outbox, timeline
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.captures import RecordFile
from bot.models.work import EffectKind
from bot.policy.model.verification import masked, value_in
from bot.policy.record.captures import FileOfForm, KeptFile, SharedFile

_LONGEST_NAME: Final = 300
_LONGEST_LINK: Final = 500
# The newest files that a form shows.
_SHOWN: Final = 5


@dataclass(frozen=True)
class RecordFiles:
    """Read the files that are copied into the channel, and record what became of them."""

    records: Records

    def waiting(self, number: int, files: Sequence[int]) -> Sequence[FileOfForm]:
        """Return the files of a form that still have to be posted."""
        with self.records.database.reading() as tx:
            mine = (RecordFile.escalation_id == number, RecordFile.id.in_(files), RecordFile.deleted_at.is_(None))
            found = select(RecordFile).where(*mine, RecordFile.link.is_(None)).order_by(RecordFile.id)
            rows = tx.session.scalars(found)
            return [FileOfForm(row.id, row.file, row.name, row.copied_as) for row in rows]

    def copying(self, file: int, copy: str) -> None:
        """Note the id of a copy before it is posted, so that its message in the channel adds no second file."""
        with self.records.database.transaction() as tx:
            tx.session.get_one(RecordFile, file).copied_as = copy

    def copied(self, file: int, link: str | None) -> None:
        """Note where the copy of a file is."""
        with self.records.database.transaction() as tx:
            tx.session.get_one(RecordFile, file).link = _kept_link(link)

    def not_copied(self, tx: Transaction, number: int, words: str, *, by: str) -> None:
        """Notify the person who added files that they aren't in the channel."""
        change = self.records.within(tx, number)
        change.record("files not posted", by=by)
        payload = {"person": by, "channel": change.row.channel_id, "text": words}
        outbox.put(tx, None, NewEffect(EffectKind.REPLY, payload, lane=f"reply:{change.row.channel_id}:{by}"))


def newest(tx: Transaction, number: int) -> tuple[Sequence[KeptFile], int]:
    """Return the newest files of an escalation, and how many there are in all."""
    columns = (RecordFile.name, RecordFile.link, func.count().over())
    mine = select(*columns).where(RecordFile.escalation_id == number, RecordFile.deleted_at.is_(None))
    rows = tx.session.execute(mine.order_by(RecordFile.id.desc()).limit(_SHOWN)).all()
    return [KeptFile(name, link) for name, link, _ in rows], rows[0][2] if rows else 0


def add(change: Change, files: Sequence[SharedFile], *, by: str) -> None:
    """Add the files of a form, and queue their way into the channel: elsewhere only their owner can open them."""
    kept = [note(change, SharedFile(file.id, file.name, file.kind, None), by=by) for file in files]
    new = [row.id for row in kept if row is not None]
    if new:
        effect = NewEffect(EffectKind.FILES, {"files": new, "by": by}, lane=f"{change.row.key}:talk")
        change.do(effect, in_channel=True)


def note(
    change: Change, file: SharedFile, *, by: str | None, place: tuple[str, str] | None = None
) -> RecordFile | None:
    """Note a file; return None if it is known. The message of a copy says where the file is, and nothing more."""
    is_it = or_(RecordFile.file == file.id, RecordFile.copied_as == file.id)
    mine = select(RecordFile).where(RecordFile.escalation_id == change.row.id, is_it)
    known = change.tx.session.scalars(mine).first()
    if known is not None:
        if known.channel is None and place is not None:
            known.channel, known.ts = place
        return None
    row = RecordFile(
        escalation_id=change.row.id,
        file=file.id,
        name=_kept_name(file.name),
        kind=file.kind[:100] if file.kind else None,
        by=by,
        at=change.tx.now,
        link=_kept_link(file.link),
        channel=place[0] if place else None,
        ts=place[1] if place else None,
    )
    change.tx.session.add(row)
    change.tx.session.flush()
    change.record("file added", by=by or timeline.ITSELF, after={"file": row.id})
    return row


def _kept_link(link: str | None) -> str | None:
    return link if link is not None and len(link) <= _LONGEST_LINK else None


def _kept_name(name: str) -> str:
    kept = name[:_LONGEST_NAME]
    return (masked(kept) if value_in(kept) else kept)[:_LONGEST_NAME]
