"""When people want their digests: a row for each person and kind of digest, chosen again as often as they like."""

from collections.abc import Sequence

from bot.database.transaction import Transaction
from bot.database.upserts import upsert
from bot.models.digest_choice import DigestChoice
from bot.models.sponsor_choice import SponsorChoice


def keep(
    tx: Transaction, kind: type[DigestChoice] | type[SponsorChoice], person: str, hour: int, days: Sequence[int]
) -> None:
    """Note a choice, also when somebody sends it from two windows at once: the later one holds."""
    chosen = {"hour": hour, "days": list(days)}
    put = upsert(tx.session, kind).values(person=person, **chosen)
    tx.session.execute(put.on_conflict_do_update(index_elements=["person"], set_=chosen))
    tx.session.expire_all()
