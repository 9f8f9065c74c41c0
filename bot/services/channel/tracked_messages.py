"""Sheets: messages of a channel that are kept as things stand. Posted once, edited from then on."""

from dataclasses import dataclass

from bot.database.change import Records
from bot.database.transaction import Transaction
from bot.models.tracked_message import Sheet, SheetKind
from bot.ports.workspace import Posted


@dataclass(frozen=True)
class Sheets:
    """Knows where the sheets of escalations stand."""

    records: Records

    def where(self, number: int, kind: SheetKind) -> Posted | None:
        """Return where a sheet stands, if it has been posted. Reopening may have left that channel behind."""
        with self.records.database.transaction() as tx:
            found = tx.session.get(Sheet, (number, kind))
            return Posted(found.channel, found.ts) if found else None

    def posted(self, tx: Transaction, number: int, kind: SheetKind, at: Posted) -> None:
        """Note where a sheet stands now."""
        tx.session.merge(Sheet(escalation_id=number, kind=kind, channel=at.channel, ts=at.ts))
