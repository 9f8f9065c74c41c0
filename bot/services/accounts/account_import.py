"""The import of accounts from a CSV file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.database.transaction import Database, Transaction
from bot.models.account import Account, NamedBy
from bot.models.renewals import Renewal
from bot.policy import account_names
from bot.policy.account_names import same_key
from bot.policy.decide.renewals import is_renewal
from bot.services.accounts.account_file import AccountRow, read
from bot.services.accounts.accounts import mark_changed
from bot.services.accounts.csv_file import Imported, Rejected

_ROWS = 1000
_ALIKE_SHOWN = 20
# One comparison of spellings takes about a microsecond.
_MOST_COMPARED = 5_000_000


@dataclass(frozen=True)
class AccountImport:
    """Stores the accounts of a file, and reports names that look alike."""

    database: Database

    def load(self, content: bytes, source: str) -> Imported:
        """Import a CSV file: valid rows are stored, invalid ones reported. Idempotent.

        Every thousand rows are a transaction, so nobody who declares meanwhile waits for a hundred thousand.
        """
        file = read(content, source)
        rows, counts, bad, names = file.rows(), Counter[str](), list[Rejected](), list[str]()
        while some := list(islice(rows, _ROWS)):
            bad += [row for row in some if isinstance(row, Rejected)]
            good = [row for row in some if isinstance(row, AccountRow)]
            try:
                counts += self._take(good)
            except IntegrityError:
                # Somebody added an account with one of these names at the same moment; it is there now.
                counts += self._take(good)
            names += [row.name for row in good]
        notes = (*file.notes, *self._alike(names))
        return Imported(counts["imported"], counts["updated"], counts["unchanged"], tuple(bad), notes)

    def _alike(self, names: Sequence[str]) -> Iterator[str]:
        """Report accounts in a file whose names look like another's. They are never merged."""
        mine = {same_key(name) for name in names}
        with self.database.transaction() as tx:
            known = tx.session.scalars(select(Account.name)).all()
        groups = [group for group in account_names.alike(known) if mine & {same_key(name) for name in group}]
        groups += self._nearly(names, known)
        for group in groups[:_ALIKE_SHOWN]:
            listed = " and ".join(f"“{name}”" for name in sorted(group))
            yield f"{listed} look alike and are kept apart; if they are one customer, give them one name"
        if len(groups) > _ALIKE_SHOWN:
            yield f"{len(groups) - _ALIKE_SHOWN} more names look alike"

    @staticmethod
    def _nearly(names: Sequence[str], known: Sequence[str]) -> list[tuple[str, ...]]:
        """Return pairs of similar names; none for very many names, because it would take too long."""
        if len(names) * len(known) > _MOST_COMPARED:
            return []
        by_core = {" ".join(account_names.core(account_names.words(name))): name for name in known}
        pairs = {frozenset((name, near)) for name in names if (near := account_names.nearly(name, by_core))}
        return sorted(tuple(sorted(pair)) for pair in pairs)

    def _take(self, rows: Sequence[AccountRow]) -> Counter[str]:
        """Store rows with distinct names; return how many were new, changed and unchanged."""
        with self.database.transaction() as tx:
            names = [same_key(row.name) for row in rows]
            found = tx.session.scalars(select(Account).where(Account.name_key.in_(names)))
            known = {account.name_key: account for account in found}
            fresh = [_new(tx, row) for row in rows if same_key(row.name) not in known]
            if fresh:
                tx.session.execute(insert(Account), fresh)
            told = [(known[same_key(row.name)], row) for row in rows if same_key(row.name) in known]
            changed = [account.id for account, row in told if _update(tx, account, row)]
            mark_changed(tx, changed)
        return Counter(imported=len(fresh), updated=len(changed), unchanged=len(told) - len(changed))


def _new(tx: Transaction, row: AccountRow) -> dict[str, Any]:
    """Return the columns of a new account."""
    defaults = {"vip": False, "dedicated_csm": False, "contacts": [], "created_at": tx.now, "updated_at": tx.now}
    defaults["named_by"] = NamedBy.DIRECTORY
    return {**defaults, **row.fields, "name": row.name, "name_key": same_key(row.name), "extra": _merged({}, row)}


def _update(tx: Transaction, account: Account, row: AccountRow) -> bool:
    """Update an account from a row; return True if anything changed."""
    told = {**row.fields, "name": row.name, "named_by": NamedBy.DIRECTORY, "extra": _merged(account.extra, row)}
    changed = {column: value for column, value in told.items() if getattr(account, column) != value}
    _note_renewal(tx, account, changed.get("renewal_on"))
    for column, value in changed.items():
        setattr(account, column, value)
    if changed:
        # It is also the version of the data, by which others detect changes, so it increases with every change.
        account.updated_at = max(tx.now, account.updated_at + timedelta.resolution)
    return bool(changed)


def _note_renewal(tx: Transaction, account: Account, following: date | None) -> None:
    """Note that a customer renewed, if their renewal date moves on. One that moves back takes back what it said."""
    due_on = account.renewal_on
    if due_on is None or following is None:
        return
    if is_renewal(due_on, following, tx.now.date()):
        tx.session.merge(Renewal(account_id=account.id, due_on=due_on, noted_at=tx.now))
    elif following < due_on:
        mine = (Renewal.account_id == account.id, Renewal.due_on >= following)
        tx.session.execute(delete(Renewal).where(*mine))


def _merged(extra: dict[str, Any], row: AccountRow) -> dict[str, Any]:
    """Merge a row's extra facts: facts without a column are kept, an empty cell removes one."""
    return {column: cell for column, cell in {**extra, **row.extra}.items() if cell}
