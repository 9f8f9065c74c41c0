"""The account directory: loading it, finding in it, adding a name that is not there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.models import queries
from bot.models.account import Account, Person, name_key
from bot.services.account_file import Rejected, Row, read
from bot.services.account_index import AccountIndex, Known
from bot.services.core import Database, Transaction


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import went."""

    imported: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...]


@dataclass
class Accounts:
    """Accounts in the database, and their names in memory."""

    database: Database
    index: AccountIndex = field(default_factory=AccountIndex)
    _seen: tuple[int, datetime | None, datetime | None] = (0, None, None)

    def load(self, content: bytes, source: str) -> Imported:
        """Import a CSV file in one transaction: good rows are taken, bad ones told. Twice changes nothing."""
        rows = list(read(content, source))
        good = [row for row in rows if isinstance(row, Row)]
        bad = tuple(row for row in rows if isinstance(row, Rejected))
        counts = {"imported": 0, "updated": 0, "unchanged": 0}
        with self.database.transaction() as tx:
            known = {account.name_key: account for account in tx.session.scalars(select(Account))}
            for row in good:
                counts[self._take(tx, known.get(name_key(row.name)), row)] += 1
        return Imported(**counts, rejected=bad)

    def refresh(self) -> None:
        """Bring the names in memory in line with the database, if anything has changed there."""
        with self.database.transaction() as tx:
            count, updated_at = tx.session.execute(select(func.count(), func.max(Account.updated_at))).one()
            state = (count, updated_at, tx.session.scalars(select(func.max(Person.checked_at))).one())
            if state == self._seen:
                return
            people = tx.session.scalars(select(Person).where(Person.name.is_not(None))).all()
            names = {who: person.name for person in people for who in (person.slack_id, person.email) if who}
            facts = (Account.id, Account.name, Account.domain, Account.tier, Account.health, Account.csm, Account.area)
            self.index.load(
                Known(number, name, domain, tier, health, names.get(csm or "", csm), area)
                for number, name, domain, tier, health, csm, area in tx.session.execute(select(*facts))
            )
            self._seen = state

    def search(self, query: str, limit: int = 20) -> list[tuple[Known, int]]:
        """Return accounts that match, each with the number of its escalations that are not closed."""
        found = self.index.search(query, limit)
        with self.database.transaction() as tx:
            counts = queries.live_counts(tx.session, [account.id for account in found])
        return [(account, counts.get(account.id, 0)) for account in found]

    @staticmethod
    def named(tx: Transaction, name: str) -> Account:
        """Return the account of that name, adding it when it is not there; two at once add one."""
        values = {
            "name": " ".join(name.split()),
            "name_key": name_key(name),
            "vip": False,
            "dedicated_csm": False,
            "contacts": [],
            "extra": {},
            "created_at": tx.now,
            "updated_at": tx.now,
        }
        insert = sqlite.insert if tx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
        tx.session.execute(insert(Account).values(values).on_conflict_do_nothing())
        found = queries.account_named(tx.session, name_key(name))
        if found is None:
            raise LookupError(name)
        return found

    def _take(self, tx: Transaction, account: Account | None, row: Row) -> str:
        if account is None:
            tx.session.add(
                Account(
                    **_defaults() | dict(row.fields),
                    name=row.name,
                    name_key=name_key(row.name),
                    extra=_merged({}, row),
                    created_at=tx.now,
                    updated_at=tx.now,
                )
            )
            return "imported"
        changed = False
        for column, value in (*row.fields.items(), ("name", row.name), ("extra", _merged(account.extra, row))):
            if getattr(account, column) != value:
                setattr(account, column, value)
                changed = True
        if not changed:
            return "unchanged"
        account.updated_at = tx.now
        return "updated"


def _defaults() -> dict[str, Any]:
    return {"vip": False, "dedicated_csm": False, "contacts": []}


def _merged(extra: dict[str, Any], row: Row) -> dict[str, Any]:
    """Return the extra facts with those of a row: what has no column is kept, an empty cell takes a fact away."""
    return {column: cell for column, cell in {**extra, **row.extra}.items() if cell}
