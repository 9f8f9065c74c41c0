"""The account directory: loading it, finding in it, adding a name that is not there."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.database import queries
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.models.account import Account, NamedBy
from bot.models.escalation import Escalation
from bot.policy import account_names
from bot.policy.account_names import same_key
from bot.policy.model.facts import Account as AccountFacts
from bot.services.accounts.account_file import Rejected, Row, read
from bot.services.accounts.account_index import AccountIndex, Known

_ROWS = 1000
# Changing so many accounts one by one takes longer than reading all of them.
_MOST_CHANGED = 2000
_OVERLAP = timedelta(minutes=2)
_LATEST = 10
_ALIKE_SHOWN = 20
# Of accounts that are named in confidence, so many that match are looked at for whoever may see them.
_MOST_HIDDEN = 100
# So many accounts are named where none is meant for certain.
_MOST_ALIKE = 5
# Comparisons of spelling take about a millionth of a second each.
_MOST_COMPARED = 5_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import went."""

    imported: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    # What whoever imports should know: how the file was read, columns that mean nothing, names that look alike.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Version:
    """By what it shows that accounts have changed. Each is found by an index, however many accounts there are.

    The newest change, the account that was added last, and how many have changed of late: one that is committed late
    is neither the newest nor the last.
    """

    newest: datetime | None = None
    last: int | None = None
    lately: int = 0


@dataclass
class Accounts:
    """Accounts in the database, and their names in memory."""

    database: Database
    people: People
    policies: Policies
    index: AccountIndex = field(default_factory=AccountIndex)
    _seen: _Version = field(default_factory=_Version)

    def load(self, content: bytes, source: str) -> Imported:
        """Import a CSV file: good rows are taken, bad ones told. Twice changes nothing.

        Every thousand rows are a transaction: nobody who declares meanwhile waits for a hundred thousand.
        """
        file = read(content, source)
        rows, counts, bad, names = file.rows(), Counter[str](), list[Rejected](), list[str]()
        while some := list(islice(rows, _ROWS)):
            bad += [row for row in some if isinstance(row, Rejected)]
            good = [row for row in some if isinstance(row, Row)]
            try:
                counts += self._take(good)
            except IntegrityError:
                # Somebody added an account of one of these names at the same moment; it is there now.
                counts += self._take(good)
            names += [row.name for row in good]
        notes = (*file.notes, *self._alike(names))
        return Imported(counts["imported"], counts["updated"], counts["unchanged"], tuple(bad), notes)

    def refresh(self) -> None:
        """Bring the names in memory in line with the database, if anything has changed there.

        Only what has changed is read, unless that is much. Whoever is looked up in Slack changes nothing here: people
        are named when an account is offered. As long as nothing changes, no account is read and none is counted.
        """
        with self.database.transaction() as tx:
            since = self._seen.newest
            if _version(tx, since) == self._seen:
                return
            newest = _newest(tx)
            count = tx.session.scalars(select(func.count()).where(_OFFERED)).one()
            if since is not None:
                # A change may be committed after one that was begun later.
                changed = Account.updated_at >= since - _OVERLAP
                if _changed(tx, since) <= _MOST_CHANGED:
                    hidden = tx.session.scalars(select(Account.id).where(changed, ~_OFFERED)).all()
                    self.index.update(_known(tx, changed & _OFFERED), hidden)
                    since = newest
            if since is None or since != newest or len(self.index) != count:
                self.index.load(_known(tx, _OFFERED))
            self._seen = _version(tx, newest)

    def search(self, query: str, limit: int = 20, *, viewer: str) -> list[tuple[Known, int]]:
        """Return accounts that match, each with the number of its escalations that are not closed. Raises NotOurs.

        The CSM is named as people know them, once Slack has been asked.
        """
        with self.database.transaction() as tx:
            self.people.must_be_ours(tx, viewer)
            hidden = _index(_hidden(tx)).search(query, _MOST_HIDDEN)
            found = [*self._shared(tx, hidden, viewer), *self.index.search(query, limit)][:limit]
            counts = queries.live_counts(tx.session, [account.id for account in found])
            names = self.people.names(tx, [account.csm for account in found if account.csm])
        named = [replace(account, csm=names.get(account.csm or "", account.csm)) for account in found]
        return [(account, counts.get(account.id, 0)) for account in named]

    def meant(self, tx: Transaction, name: str, *, viewer: str) -> Known | None:
        """Return the account that a name means to somebody: of those named to them in confidence, else of all."""
        return self._hidden(tx, viewer, lambda one: one.named(name)).named(name) or self.index.named(name)

    def alike(self, tx: Transaction, name: str, *, viewer: str) -> list[Known]:
        """Return the accounts that a name may mean to somebody, where it means none for certain."""
        hidden = self._hidden(tx, viewer, lambda one: one.alike(name))
        return [*hidden.alike(name), *self.index.alike(name)][:_MOST_ALIKE]

    def begins(self, text: str, *, viewer: str) -> tuple[Known | None, str, list[Known]]:
        """Split a text into the account it begins with, for somebody, and the rest; without one, what it may mean."""
        with self.database.transaction() as tx:
            ways = (self._hidden(tx, viewer, lambda one: one.split(text)[0]), self.index)
            # The longest name is meant: the one that leaves least.
            found = min(((*index.split(text),) for index in ways), key=lambda each: (each[0] is None, len(each[1])))
            alike = [] if found[0] else self.alike(tx, text, viewer=viewer)
            return (*found, alike)

    def called(self, name: str, *, viewer: str) -> Known | None:
        """Return the same as `meant`, in a transaction of its own."""
        with self.database.transaction() as tx:
            return self.meant(tx, name, viewer=viewer)

    def get(self, account_id: int, *, viewer: str) -> Known | None:
        """Return an account; none that is named in confidence to others only."""
        with self.database.transaction() as tx:
            row = self.open_to(tx, account_id, viewer)
            return next(_known(tx, Account.id == row.id), None) if row is not None else None

    def open_to(self, tx: Transaction, account_id: int, viewer: str) -> Account | None:
        """Return the row of an account; none that is named in confidence to others only."""
        row = tx.session.get(Account, account_id)
        if row is None or row.named_by is not NamedBy.CONFIDENCE:
            return row
        return (
            row if any(self._may_see(tx, each, viewer) for each in queries.of_accounts(tx.session, [row.id])) else None
        )

    def _hidden(self, tx: Transaction, viewer: str, fits: Callable[[AccountIndex], object]) -> AccountIndex:
        """Return those of the accounts named in confidence that fit what was typed, and that somebody may know of.

        Each is tried by itself: which of several is meant must not hang on those that they may not know of.
        """
        fitting = [one for one in _hidden(tx) if fits(_index([one]))]
        return _index(self._shared(tx, fitting, viewer))

    def _shared(self, tx: Transaction, accounts: Sequence[Known], viewer: str) -> list[Known]:
        """Return those of some accounts of which somebody may see an escalation."""
        rows = queries.of_accounts(tx.session, [account.id for account in accounts]) if accounts else []
        seen = {row.account_id for row in rows if self._may_see(tx, row, viewer)}
        return [account for account in accounts if account.id in seen]

    def _may_see(self, tx: Transaction, row: Escalation, viewer: str) -> bool:
        return any(self.people.may_see(tx, *found, viewer) for found in self.policies.readable([row]))

    def facts(self, account_id: int | None, name: str, *, viewer: str) -> AccountFacts:
        """Return what the directory knows of an account; of a name that is not in it, the name."""
        with self.database.transaction() as tx:
            row = self.open_to(tx, account_id, viewer) if account_id is not None else None
            return row.facts() if row else AccountFacts(name=name)

    @staticmethod
    def named(tx: Transaction, name: str) -> Account:
        """Return the account of that name, adding it when it is not there; two at once add one.

        One that is added is named in confidence until `name_openly` tells otherwise.
        """
        values = {
            "name": " ".join(name.split()),
            "name_key": same_key(name),
            "vip": False,
            "dedicated_csm": False,
            "contacts": [],
            "extra": {},
            "named_by": NamedBy.CONFIDENCE,
            "created_at": tx.now,
            "updated_at": tx.now,
        }
        dialect = sqlite if tx.session.get_bind().dialect.name == "sqlite" else postgresql
        tx.session.execute(dialect.insert(Account).values(values).on_conflict_do_nothing())
        found = queries.account_named(tx.session, same_key(name))
        if found is None:
            raise LookupError(name)
        return found

    @staticmethod
    def name_openly(tx: Transaction, account: Account, name: str | None) -> None:
        """Offer an account to everybody from now on: something names it that everybody may read.

        It is written as it is named now, so that nobody learns how it was written in confidence.
        """
        if account.named_by is NamedBy.CONFIDENCE:
            account.name = " ".join(name.split()) if name else account.name
            _name(tx, account, NamedBy.DECLARATION)

    @staticmethod
    def name_in_confidence(tx: Transaction, account_id: int) -> None:
        """Offer an account to nobody else any more, if nothing names it now but what is confidential."""
        tx.session.flush()
        account = tx.session.get(Account, account_id)
        is_open = exists().where(Escalation.account_id == account_id, Escalation.is_private.is_(False))
        if account is None or account.named_by is not NamedBy.DECLARATION or tx.session.scalar(select(is_open)):
            return
        _name(tx, account, NamedBy.CONFIDENCE)

    def _alike(self, names: Sequence[str]) -> Iterator[str]:
        """Name the accounts of a file that look like another one. They are kept apart: nobody merges by guess."""
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
        """Return pairs of names that are spelt nearly alike; of very many names none, it would take too long."""
        if len(names) * len(known) > _MOST_COMPARED:
            return []
        by_core = {" ".join(account_names.core(account_names.words(name))): name for name in known}
        pairs = {frozenset((name, near)) for name in names if (near := account_names.nearly(name, by_core))}
        return sorted(tuple(sorted(pair)) for pair in pairs)

    def _take(self, rows: Sequence[Row]) -> Counter[str]:
        """Write rows whose names are all different; returns how many were new, changed and as they are known."""
        with self.database.transaction() as tx:
            names = [same_key(row.name) for row in rows]
            found = tx.session.scalars(select(Account).where(Account.name_key.in_(names)))
            known = {account.name_key: account for account in found}
            fresh = [_new(tx, row) for row in rows if same_key(row.name) not in known]
            if fresh:
                tx.session.execute(insert(Account), fresh)
            told = [(known[same_key(row.name)], row) for row in rows if same_key(row.name) in known]
            changed = [account.id for account, row in told if _update(tx, account, row)]
            _mark(tx, changed)
        return Counter(imported=len(fresh), updated=len(changed), unchanged=len(told) - len(changed))


# Those that everybody is offered.
_OFFERED = Account.named_by != NamedBy.CONFIDENCE
_READ = (Account.id, Account.name, Account.domain, Account.tier, Account.health, Account.csm, Account.area)
# Those that are named in confidence, asked for with every letter that is typed: made once, and with the word in the
# statement itself, because a partial index serves only what is known to lie within it.
_HIDDEN = select(*_READ).where(Account.named_by == bindparam(None, NamedBy.CONFIDENCE, literal_execute=True))


def _name(tx: Transaction, account: Account, named_by: NamedBy) -> None:
    """Note what names an account now; by when it changed, every replica learns of it."""
    account.named_by = named_by
    if account.created_at != tx.now:
        account.updated_at = max(tx.now, account.updated_at + timedelta.resolution)
        _mark(tx, [account.id])


def _index(accounts: Iterable[Known]) -> AccountIndex:
    index = AccountIndex()
    index.load(accounts)
    return index


def _known(tx: Transaction, condition: ColumnElement[bool]) -> Iterator[Known]:
    return _read(tx, select(*_READ).where(condition))


def _hidden(tx: Transaction) -> Iterator[Known]:
    return _read(tx, _HIDDEN)


def _read(tx: Transaction, statement: Select[*tuple[Any, ...]]) -> Iterator[Known]:
    rows = tx.session.execute(statement)
    return (Known(*row) for row in rows if _is_text(row.name) and _is_text(row.domain))


def _version(tx: Transaction, since: datetime | None) -> _Version:
    """Return what there is now; `since` is the newest change that has been seen."""
    last = tx.session.scalar(select(func.max(Account.id)))
    return _Version(_newest(tx), last, _changed(tx, since) if since is not None else 0)


def _newest(tx: Transaction) -> datetime | None:
    """Return when an account has changed last: of times that cannot be read, the first that can."""
    latest = select(Account.updated_at).order_by(Account.updated_at.desc()).limit(_LATEST)
    times: Sequence[Any] = tx.session.scalars(latest).all()
    return next((moment for moment in times if isinstance(moment, datetime)), None)


def _changed(tx: Transaction, since: datetime) -> int:
    """Return how many accounts have changed since then, or shortly before; `_MOST_CHANGED` and one at most."""
    changed = select(Account.id).where(Account.updated_at >= since - _OVERLAP).limit(_MOST_CHANGED + 1)
    return tx.session.scalars(select(func.count()).select_from(changed.subquery())).one()


def _is_text(value: Any) -> bool:
    """Tell whether a name can be read: SQLite lets anything stand in a column. `doctor` names what is left out."""
    return value is None or isinstance(value, str)


def _new(tx: Transaction, row: Row) -> dict[str, Any]:
    """Return the columns of an account that is not known yet."""
    defaults = {"vip": False, "dedicated_csm": False, "contacts": [], "created_at": tx.now, "updated_at": tx.now}
    defaults["named_by"] = NamedBy.DIRECTORY
    return {**defaults, **row.fields, "name": row.name, "name_key": same_key(row.name), "extra": _merged({}, row)}


def _mark(tx: Transaction, changed: Sequence[int]) -> None:
    """Have the open escalations of accounts weighed by the new data."""
    if changed:
        tx.session.flush()
        live = exists().where(Escalation.account_id == Account.id, Escalation.status.in_(queries.LIVE))
        marked = update(Account).where(Account.id.in_(changed), live).values(unweighed_since=tx.now)
        tx.session.execute(marked, execution_options={"synchronize_session": False})


def _update(tx: Transaction, account: Account, row: Row) -> bool:
    """Bring an account in line with a row; tells whether that changed anything."""
    told = {**row.fields, "name": row.name, "named_by": NamedBy.DIRECTORY, "extra": _merged(account.extra, row)}
    changed = {column: value for column, value in told.items() if getattr(account, column) != value}
    for column, value in changed.items():
        setattr(account, column, value)
    if changed:
        # It is the version of the data too, by which others see that they changed: it rises with every change.
        account.updated_at = max(tx.now, account.updated_at + timedelta.resolution)
    return bool(changed)


def _merged(extra: dict[str, Any], row: Row) -> dict[str, Any]:
    """Return the extra facts with those of a row: what has no column is kept, an empty cell takes a fact away."""
    return {column: cell for column, cell in {**extra, **row.extra}.items() if cell}
