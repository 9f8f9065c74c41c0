"""The account directory: its names in memory, search, and adding a name that isn't there."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select, update

from bot.database import queries
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.transaction import UNSYNCHRONISED, Database, Transaction
from bot.database.upserts import upsert
from bot.errors import NotFound, UnreadableRecord
from bot.models.account import Account, NamedBy
from bot.models.base import UtcDateTime
from bot.models.escalation import Escalation
from bot.policy.account_names import same_key
from bot.policy.model.facts import AccountFacts
from bot.services.accounts.account_index import AccountIndex, IndexBuilder, IndexedAccount

# So many names are read into memory at a time: about a tenth of a second, for which a request may have to wait.
_NAMES = 5_000
# Updating more accounts than this one by one takes longer than reading all of them.
_MOST_CHANGED = 2000
_OVERLAP = timedelta(minutes=2)
_LATEST = 10
# The most matching accounts, among those named only in confidence, that are checked for one viewer.
_MOST_HIDDEN = 100
# At most this much of what was typed is quoted.
_ECHOED = 100
# The most accounts suggested if it is uncertain which one is meant.
_MOST_ALIKE = 5


@dataclass(frozen=True, slots=True)
class _AccountsVersion:
    """A version of the accounts, to detect changes. Each part is read from an index, however many accounts there are.

    It consists of the newest change, the account added last, and the number of recent changes: a change committed late
    is neither the newest nor the last.
    """

    newest: datetime | None = None
    last: int | None = None
    lately: int = 0


@dataclass
class _NamesReading:
    """A reading of all names that isn't finished: what was collected up to an account, and the version it began at."""

    version: _AccountsVersion
    collected: IndexBuilder = field(default_factory=IndexBuilder)
    last: int = 0


@dataclass
class Accounts:
    """Accounts in the database, and their names in memory.

    Names are read in the background after a start. A request that needs them before `is_loaded` reads what is missing.
    """

    database: Database
    people: People
    policies: Policies
    index: AccountIndex = field(default_factory=AccountIndex)
    is_loaded: bool = False
    _seen: _AccountsVersion = field(default_factory=_AccountsVersion)
    _reading: _NamesReading | None = None
    # Taken within a transaction, never before one. On PostgreSQL several threads may need the names.
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self) -> None:
        """Bring the index in memory in line with the database if accounts have changed."""
        while self.refresh_some():
            pass

    def refresh_some(self) -> bool:
        """Do a part of `refresh`, in one transaction; return True if there is more to do.

        Only changed accounts are read, unless there are many. Look-ups of people in Slack change nothing here: their
        names are added when an account is offered. While nothing changes, no account is read or counted.
        """
        with self.database.transaction() as tx, self._lock:
            if self._reading is not None or not self.is_loaded:
                self._read_names(tx)
                return True
            since = self._seen.newest
            if _version(tx, since) == self._seen:
                return False
            newest = _newest(tx)
            count = tx.session.scalars(select(func.count()).where(_OFFERED)).one()
            if since is not None:
                # A change may be committed after one that began later.
                changed = Account.updated_at >= since - _OVERLAP
                if _changed(tx, since) <= _MOST_CHANGED:
                    hidden = tx.session.scalars(select(Account.id).where(changed, ~_OFFERED)).all()
                    self.index.update(_known(tx, changed & _OFFERED), hidden)
                    since = newest
            if since is None or since != newest or len(self.index) != count:
                self._read_names(tx)
                return True
            self._seen = _version(tx, newest)
            return False

    def names(self, tx: Transaction) -> AccountIndex:
        """Return the index; if it isn't loaded yet, read the names that are missing first."""
        while not self.is_loaded:
            with self._lock:
                if not self.is_loaded:
                    self._read_names(tx)
        return self.index

    def load_names(self) -> None:
        """Read the names that are missing, in a transaction of its own."""
        with self.database.transaction() as tx:
            self.names(tx)

    def _read_names(self, tx: Transaction) -> None:
        """Read the next names. The index is replaced after the last; until then the present one is in use."""
        if self._reading is None:
            self._reading = _NamesReading(_version(tx, _newest(tx)))
        reading = self._reading
        statement = select(*_READ).where(_OFFERED, Account.id > reading.last).order_by(Account.id).limit(_NAMES)
        rows = tx.session.execute(statement).all()
        reading.collected.add(_readable(rows))
        if len(rows) == _NAMES:
            reading.last = rows[-1].id
            return
        self.index.replace(reading.collected)
        # What has changed since the reading began is newer than this version.
        self._seen, self._reading, self.is_loaded = reading.version, None, True

    def search(self, query: str, limit: int = 20, *, viewer: str) -> list[tuple[IndexedAccount, int]]:
        """Return matching accounts, each with the number of its escalations that aren't closed. Raises NotAMember.

        The CSM is given by name once Slack has been asked.
        """
        with self.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            hidden = _index(_hidden(tx)).search(query, _MOST_HIDDEN)
            found = [*self._shared(tx, hidden, viewer), *self.names(tx).search(query, limit)][:limit]
            counts = queries.live_counts(tx.session, [account.id for account in found])
            names = self.people.names(tx, [account.csm for account in found if account.csm])
        named = [replace(account, csm=names.get(account.csm or "", account.csm)) for account in found]
        return [(account, counts.get(account.id, 0)) for account in named]

    def meant(self, tx: Transaction, name: str, *, viewer: str) -> IndexedAccount | None:
        """Return the account that typed words mean to a viewer: the one of that name, else the only one with that part.

        The menus of forms find the same.
        """
        account = self._of_name(tx, name, viewer)
        if account is not None:
            return account
        hidden = self._hidden(tx, viewer, lambda one: one.containing(name))
        found = [*hidden.containing(name), *self.names(tx).containing(name)]
        return found[0] if len(found) == 1 else None

    def must_be_meant(self, tx: Transaction, name: str, *, viewer: str, unknown: str = "") -> IndexedAccount:
        """Do the same as `meant`. Raises NotFound, with the accounts that it may be, or else with `unknown`."""
        account = self.meant(tx, name, viewer=viewer)
        if account is None:
            alike = [f"“{each.name}”" for each in self.alike(tx, name, viewer=viewer)]
            if alike:
                raise NotFound(f"Did you mean {' or '.join(alike)}? Type the full name.")
            raise NotFound(unknown or f"No account is called “{name[:_ECHOED]}”.")
        return account

    def _of_name(self, tx: Transaction, name: str, viewer: str) -> IndexedAccount | None:
        """Return the account of a name: first among those confidential to the viewer, then among all."""
        return self._hidden(tx, viewer, lambda one: one.named(name)).named(name) or self.names(tx).named(name)

    def alike(self, tx: Transaction, name: str, *, viewer: str) -> list[IndexedAccount]:
        """Return the accounts a name may mean to a viewer, if it doesn't mean exactly one."""
        hidden = self._hidden(tx, viewer, lambda one: one.alike(name))
        return [*hidden.alike(name), *self.names(tx).alike(name)][:_MOST_ALIKE]

    def meant_or_alike(
        self, words: str, *, viewer: str, by_part: bool = True
    ) -> tuple[IndexedAccount | None, list[IndexedAccount]]:
        """Do the same as `meant` and, without an account, as `alike`, in a transaction of its own.

        Without `by_part`, only the whole name means an account.
        """
        with self.database.reading() as tx:
            account = self.meant(tx, words, viewer=viewer) if by_part else self._of_name(tx, words, viewer)
            return account, [] if account else self.alike(tx, words, viewer=viewer)

    def begins(self, text: str, *, viewer: str) -> tuple[IndexedAccount | None, str, list[IndexedAccount]]:
        """Split a text into the account it begins with and the rest.

        If it begins with none, the account may be the only one it names elsewhere, with the whole text as the rest;
        without an account, add possible ones.
        """
        with self.database.reading() as tx:
            ways = (self._hidden(tx, viewer, lambda one: one.split(text)[0]), self.names(tx))
            # The longest name wins: it leaves the shortest rest.
            found = min(((*index.split(text),) for index in ways), key=lambda each: (each[0] is None, len(each[1])))
            if found[0] is not None:
                return (*found, [])
            named = self._mentioned(tx, text, viewer)
            if len(named) == 1:
                return named[0], found[1], []
            return (*found, named[:_MOST_ALIKE] or self.alike(tx, text, viewer=viewer))

    def mentioned(self, text: str, *, viewer: str) -> list[IndexedAccount]:
        """Return the accounts that a text names anywhere, as far as the viewer may know them."""
        with self.database.reading() as tx:
            return self._mentioned(tx, text, viewer)[:_MOST_ALIKE]

    def _mentioned(self, tx: Transaction, text: str, viewer: str) -> list[IndexedAccount]:
        hidden = self._hidden(tx, viewer, lambda one: one.mentioned(text))
        return [*hidden.mentioned(text), *self.names(tx).mentioned(text)]

    def called(self, name: str, *, viewer: str) -> IndexedAccount | None:
        """Return the account of a name, as far as the viewer may know it; a part of the name isn't enough."""
        with self.database.reading() as tx:
            return self._of_name(tx, name, viewer)

    def get(self, account_id: int, *, viewer: str) -> IndexedAccount | None:
        """Return an account; None for one named only in confidence to others."""
        with self.database.reading() as tx:
            row = self.open_to(tx, account_id, viewer)
            return next(_known(tx, Account.id == row.id), None) if row is not None else None

    def open_to(self, tx: Transaction, account_id: int, viewer: str) -> Account | None:
        """Return the row of an account; None for one named only in confidence to others."""
        row = tx.session.get(Account, account_id)
        if row is None or row.named_by is not NamedBy.CONFIDENCE:
            return row
        return (
            row if any(self._may_see(tx, each, viewer) for each in queries.of_accounts(tx.session, [row.id])) else None
        )

    def _hidden(self, tx: Transaction, viewer: str, fits: Callable[[AccountIndex], object]) -> AccountIndex:
        """Return an index of the accounts named in confidence that match the text and that the viewer may see.

        Each is matched on its own: the result must not depend on accounts the viewer may not see.
        """
        fitting = [one for one in _hidden(tx) if fits(_index([one]))]
        return _index(self._shared(tx, fitting, viewer))

    def _shared(self, tx: Transaction, accounts: Sequence[IndexedAccount], viewer: str) -> list[IndexedAccount]:
        """Return those accounts with an escalation that the viewer may see."""
        rows = queries.of_accounts(tx.session, [account.id for account in accounts]) if accounts else []
        seen = {row.account_id for row in rows if self._may_see(tx, row, viewer)}
        return [account for account in accounts if account.id in seen]

    def _may_see(self, tx: Transaction, row: Escalation, viewer: str) -> bool:
        try:
            return self.people.may_see(tx, *self.policies.read(row), viewer)
        except UnreadableRecord:
            return False

    def facts(self, account_id: int | None, name: str, *, viewer: str) -> AccountFacts:
        """Return the directory's facts of an account; for an unknown name, facts with the name only."""
        with self.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            row = self.open_to(tx, account_id, viewer) if account_id is not None else None
            return row.facts() if row else AccountFacts(name=name)

    @staticmethod
    def named(tx: Transaction, name: str) -> Account:
        """Return the account with that name, adding it if it is missing; concurrent callers add one.

        An added account is treated as named in confidence until `name_openly` is called.
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
        tx.session.execute(upsert(tx.session, Account).values(values).on_conflict_do_nothing())
        found = queries.account_named(tx.session, same_key(name))
        if found is None:
            raise LookupError(name)
        return found

    @staticmethod
    def name_openly(tx: Transaction, account: Account, name: str | None) -> None:
        """Offer an account to everybody from now on, because something that everybody may read names it.

        It gets the spelling used now, so that the one used in confidence isn't disclosed.
        """
        if account.named_by is NamedBy.CONFIDENCE:
            account.name = " ".join(name.split()) if name else account.name
            _name(tx, account, NamedBy.DECLARATION)

    @staticmethod
    def name_in_confidence(tx: Transaction, account_id: int) -> None:
        """Stop offering an account to others if only confidential escalations name it now."""
        tx.session.flush()
        account = tx.session.get(Account, account_id)
        is_open = exists().where(Escalation.account_id == account_id, Escalation.is_private.is_(False))
        if account is None or account.named_by is not NamedBy.DECLARATION or tx.session.scalar(select(is_open)):
            return
        _name(tx, account, NamedBy.CONFIDENCE)


# The accounts offered to everybody.
_OFFERED = Account.named_by != NamedBy.CONFIDENCE
_READ = (
    Account.id,
    Account.name,
    Account.domain,
    Account.tier,
    Account.health,
    Account.csm,
    Account.area,
    Account.aliases,
)
# Accounts named in confidence, queried with every letter typed. The statement is built once, and the value is a
# literal, because only then can a partial index serve it.
_HIDDEN = select(*_READ).where(Account.named_by == bindparam(None, NamedBy.CONFIDENCE, literal_execute=True))


def _name(tx: Transaction, account: Account, named_by: NamedBy) -> None:
    """Set what names an account; `updated_at` tells every replica of the change."""
    account.named_by = named_by
    if account.created_at != tx.now:
        account.updated_at = max(tx.now, account.updated_at + timedelta.resolution)
        mark_changed(tx, [account.id])


def _index(accounts: Iterable[IndexedAccount]) -> AccountIndex:
    index = AccountIndex()
    index.load(accounts)
    return index


def _known(tx: Transaction, condition: ColumnElement[bool]) -> Iterator[IndexedAccount]:
    return _read(tx, select(*_READ).where(condition))


def _hidden(tx: Transaction) -> Iterator[IndexedAccount]:
    return _read(tx, _HIDDEN)


def _read(tx: Transaction, statement: Select[*tuple[Any, ...]]) -> Iterator[IndexedAccount]:
    return _readable(tx.session.execute(statement))


def _readable(rows: Iterable[Any]) -> Iterator[IndexedAccount]:
    return (
        IndexedAccount(*row) for row in rows if _is_text(row.name) and _is_text(row.domain) and _is_text(row.aliases)
    )


# Asked every few seconds, so they are built once.
_LAST = select(func.max(Account.id))
_NEWEST = select(Account.updated_at).order_by(Account.updated_at.desc()).limit(_LATEST)
_CHANGED = select(func.count()).select_from(
    select(Account.id)
    .where(Account.updated_at >= bindparam("since", type_=UtcDateTime()))
    .limit(_MOST_CHANGED + 1)
    .subquery()
)


def _version(tx: Transaction, since: datetime | None) -> _AccountsVersion:
    """Return the present version; `since` is the newest change seen so far."""
    last = tx.session.scalar(_LAST)
    return _AccountsVersion(_newest(tx), last, _changed(tx, since) if since is not None else 0)


def _newest(tx: Transaction) -> datetime | None:
    """Return when an account last changed: the newest time that can be read."""
    times: Sequence[Any] = tx.session.scalars(_NEWEST).all()
    return next((moment for moment in times if isinstance(moment, datetime)), None)


def _changed(tx: Transaction, since: datetime) -> int:
    """Return how many accounts changed since then, or shortly before; at most `_MOST_CHANGED` + 1."""
    return tx.session.scalars(_CHANGED, {"since": since - _OVERLAP}).one()


def _is_text(value: Any) -> bool:
    """Return True if a name is text: SQLite accepts anything in a column. `doctor` reports what is left out."""
    return value is None or isinstance(value, str)


def mark_changed(tx: Transaction, changed: Sequence[int]) -> None:
    """Mark accounts so that their open escalations are evaluated with the new data."""
    if changed:
        tx.session.flush()
        live = exists().where(Escalation.account_id == Account.id, Escalation.status.in_(queries.LIVE))
        marked = update(Account).where(Account.id.in_(changed), live).values(unweighed_since=tx.now)
        tx.session.execute(marked, execution_options=UNSYNCHRONISED)
