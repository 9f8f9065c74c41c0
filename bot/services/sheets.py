"""Sheets: messages of a channel that are kept as things stand. Posted once, edited from then on."""

from dataclasses import dataclass

from bot.models.intake import Sheet, SheetKind
from bot.models.work import EffectKind
from bot.ports.workspace import Posted
from bot.services.core import Transaction
from bot.services.outbox import NewEffect
from bot.services.records import Change, Records


def draw(change: Change, kind: SheetKind) -> None:
    """Have a sheet drawn as things will stand then; what is queued for it already does that too."""
    key = f"{change.row.key}:{kind}"
    change.do(NewEffect(EffectKind.SHEET, {"sheet": kind}, lane=key, coalesce=key), in_channel=True)


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
