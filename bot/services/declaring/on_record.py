"""Load what a declaration needs from the record in one statement, because somebody waits for each."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Integer, bindparam, literal, select

from bot.database import queries, standings
from bot.database.instances import table_of
from bot.database.standings import Standing
from bot.database.transaction import Transaction
from bot.models.account import Person
from bot.models.escalation import Escalation

_PROGRAMME: Final = (
    queries.live_programme(bindparam("account", type_=Integer()))
    .where(Escalation.accepted.is_(True))
    .with_only_columns(Escalation.id)
)
_KNOWN: Final = select(Escalation.id).where(Escalation.request_key == bindparam("request")).scalar_subquery()
# There is one row, whether or not the person is known.
_STATEMENT: Final = select(*standings.COLUMNS, _KNOWN, _PROGRAMME.scalar_subquery()).select_from(
    select(literal(1).label("one")).subquery().outerjoin(table_of(Person), standings.IS_THEIRS)
)


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The declarer's standing, what the same request has declared, and the account's accepted programme."""

    standing: Standing
    declared: int | None
    programme: int | None


def read(tx: Transaction, *, by: str, request: str, account: int | None) -> OnRecord:
    """Return what is on record; no account has the number None."""
    row = tx.session.execute(_STATEMENT, {"who": by, "request": request, "account": account or 0}).one()
    *standing, declared, programme = row
    return OnRecord(Standing(*standing), declared, programme)


def programme_of(tx: Transaction, account: int) -> int | None:
    """Return an account's accepted programme."""
    found: int | None = tx.session.scalar(_PROGRAMME, {"account": account})
    return found
