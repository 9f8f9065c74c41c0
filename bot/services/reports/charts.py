"""Charts as pictures, for those who ask for one: drawn and sent by an effect."""

from dataclasses import dataclass
from hashlib import sha256

from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.database.people import People
from bot.database.records import Records
from bot.models.work import EffectKind


@dataclass(frozen=True)
class Charts:
    """Queue pictures of reports."""

    records: Records
    people: People

    def send(self, words: str, *, to: str) -> None:
        """Queue the picture of the report that the words ask for; once if asked twice at once. Raises NotAMember."""
        with self.records.database.transaction() as tx:
            self.people.must_be_ours(tx, to)
            key = f"chart:{to}:{sha256(words.encode()).hexdigest()[:16]}"
            outbox.put_all(tx, None, NewEffect(EffectKind.CHART, {"to": to, "words": words}, coalesce=key))
