"""Where transactions happen: one per request, in a small pool of threads, with the time asked once.

Services are plain synchronous code. The asynchronous edge hands them to `Core.run`, so a transaction never waits for
the network and a session never crosses an `await`.
"""

import asyncio
import contextlib
import contextvars
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from bot.clock import Clock, SystemClock
from bot.models.base import read_json
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts

P = ParamSpec("P")
T = TypeVar("T")

POOL = 4
# Threads for what nobody waits for, which requests cannot take, and one that only says whether the database answers.
_BEHIND = 2
_HEALTH = 1
_HEALTH_SECONDS = 1.5
_CONNECT_SECONDS = 5
# What a request is about: an escalation's number or its channel. Work about the same waits for the same row, so only
# one piece of it at a time takes a thread, and a row that is locked for long cannot take the threads of all others.
concerning: contextvars.ContextVar[str | None] = contextvars.ContextVar("concerning", default=None)
# A process that is frozen within a transaction must not hold the others up: whoever waits for its lock gives up soon,
# and PostgreSQL ends its session. In milliseconds, as PostgreSQL takes them.
_LIMITS = {"lock_timeout": 3_000, "statement_timeout": 20_000, "idle_in_transaction_session_timeout": 15_000}
# As `bot.models.postgresql` reads moments and days, whatever the server's own style is.
_STYLE = "-c datestyle=ISO"
# A server or a network that is gone without a word is noticed within half a minute.
_KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
SQLITE_WAIT_MS = 10_000


@contextmanager
def about_nothing() -> Iterator[None]:
    """Have what is run meanwhile wait for no other work, whatever the request is about."""
    before = concerning.set(None)
    try:
        yield
    finally:
        concerning.reset(before)


@dataclass
class Transaction:
    """One unit of work: a session, the time it was begun at on both clocks, and what to do once it is committed."""

    session: Session
    now: datetime
    real_now: datetime
    left_effects: bool = False
    after_commit: list[Callable[[], object]] = field(default_factory=list)


@dataclass
class Database:
    """The engine and the two clocks. `wake` is called after each commit that left effects to deliver.

    `begin` is called within a transaction with the effect that people wait for: whoever delivers in this process may
    claim it there and then.
    """

    engine: Engine
    clock: Clock
    real_clock: Clock = field(default_factory=SystemClock)
    wake: Callable[[], None] = lambda: None
    begin: Callable[[Transaction, int, EscalationFacts, Policy], None] = lambda *_: None

    @property
    def is_sqlite(self) -> bool:
        """Tell whether there is a single writer and no row locks."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self, *, now: datetime | None = None) -> Iterator[Transaction]:
        """Begin, hand out, commit; roll back on any error. Effects are woken only once they are committed.

        `now` is given for what was asked for earlier and counts from then, on the business clock.
        """
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            transaction = Transaction(session, now or self.clock.now(), self.real_clock.now())
            try:
                session.begin()
                yield transaction
                session.commit()
            except BaseException:
                # What went wrong first is what is told. A connection that cannot be rolled back, because it is lost or
                # in the middle of a statement, is not used again, and the database rolls back by itself.
                with contextlib.suppress(DBAPIError):
                    session.rollback()
                raise
            for work in transaction.after_commit:
                work()
            if transaction.left_effects:
                self.wake()


@dataclass(eq=False)
class _Work:
    """What a thread is at: `mark` is this piece of work and no other; `statements` counts those that it has begun."""

    mark: object = field(default_factory=object)
    statements: int = 0
    seen: int = -1


@dataclass
class Core:
    """The threads in which services run: one on SQLite, which has one writer; on PostgreSQL a few for each purpose.

    Requests, what runs in the background and the question whether the database answers never wait for each other there.
    `busy` says what they are at.
    """

    database: Database
    _threads: ThreadPoolExecutor = field(init=False)
    _behind: ThreadPoolExecutor = field(init=False)
    _health: ThreadPoolExecutor = field(init=False)
    _background: asyncio.Semaphore = field(init=False)
    _gates: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _busy: dict[int, _Work] = field(default_factory=dict)
    _asked: asyncio.Future[str | None] | None = None

    def __post_init__(self) -> None:
        event.listen(self.database.engine, "before_cursor_execute", self._count)
        size = 1 if self.database.is_sqlite else POOL
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="core")
        one = self.database.is_sqlite
        self._behind = self._threads if one else ThreadPoolExecutor(_BEHIND, thread_name_prefix="behind")
        self._health = ThreadPoolExecutor(_HEALTH, thread_name_prefix="health")
        self._background = asyncio.Semaphore(1 if one else _BEHIND)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one synchronous piece of work, usually one transaction, and wait for it without blocking anybody.

        It runs in the context of whoever asked for it, which says from which form a request comes, and what it is about
        (`concerning`).
        """
        subject = concerning.get()
        gate = contextlib.nullcontext() if subject is None else self._gates.setdefault(subject, asyncio.Lock())
        async with gate:
            return await self._run_in(self._threads, lambda: work(*args, **kwargs))

    async def run_in_background(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what nobody waits for. Only as much of it stands in the queue that a request waits for one piece at most.

        So whatever is due, delivered or healed, it has to be cut into pieces of one transaction each.
        """
        async with self._background:
            return await self._run_in(self._behind, lambda: work(*args, **kwargs))

    async def health(self, problem: Callable[[Database], str | None]) -> str | None:
        """Return what is wrong with the database, within two seconds also when it does not answer.

        It has a thread and a connection of its own, on SQLite too.
        """
        if self._asked is None or self._asked.done():
            self._asked = asyncio.get_running_loop().run_in_executor(self._health, problem, self.database)
        done, _ = await asyncio.wait({self._asked}, timeout=_HEALTH_SECONDS)
        return self._asked.result() if done else f"no answer within {_HEALTH_SECONDS} s"

    def busy(self) -> Mapping[int, object]:
        """Return what each thread (by ident) computes at; None for one that waits for the database.

        Waiting ends by itself: there are time limits for it. A thread waits if it is within the driver and has begun no
        statement since this was asked last, so an endless loop of statements is none that waits.
        """
        frames = sys._current_frames()  # noqa: SLF001 - the documented way to see another thread's stack
        at: dict[int, object] = {}
        for thread, work in self._busy.copy().items():
            is_waiting = work.seen == work.statements and _is_in_driver(frames.get(thread))
            work.seen = work.statements
            at[thread] = None if is_waiting else work.mark
        return at

    async def _run_in(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(threads, lambda: context.run(self._watched, work))

    def _watched(self, work: Callable[[], T]) -> T:
        thread = threading.get_ident()
        self._busy[thread] = _Work()
        try:
            return work()
        finally:
            del self._busy[thread]

    def _count(self, *_: object) -> None:
        if (work := self._busy.get(threading.get_ident())) is not None:
            work.statements += 1

    def close(self) -> None:
        """Let what runs end, then give the connections back."""
        self._threads.shutdown(wait=True)
        self._behind.shutdown(wait=True)
        self._health.shutdown(wait=False, cancel_futures=True)
        event.remove(self.database.engine, "before_cursor_execute", self._count)
        self.database.engine.dispose()


def _is_in_driver(frame: FrameType | None) -> bool:
    """Tell whether the innermost Python of a thread is the driver's, or calls into it."""
    module = frame.f_globals.get("__name__", "") if frame is not None else ""
    return module.partition(".")[0] == "psycopg" or module == "sqlalchemy.engine.default"


def is_away(error: BaseException) -> bool:
    """Tell whether an error means that the database does not answer: gone, locked, full, or too busy."""
    return isinstance(error, OperationalError | InterfaceError | InternalError | PoolTimeoutError)


def is_out_of_range(error: BaseException) -> bool:
    """Tell whether an error means that a value is none that the database can keep, such as an endless number."""
    return isinstance(error, DataError | OverflowError)


def open_engine(url: str, *, pool: int = POOL, read_only: bool = False) -> Engine:
    """Open a database. SQLite gets write-ahead logging, foreign keys and a lock from the first statement.

    One that is opened `read_only` can't be changed, and whoever reads in it waits for nobody who writes, and holds up
    nobody either.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            _keep_private(Path(parsed.database))
        engine = create_engine(parsed, connect_args={"check_same_thread": False}, json_deserializer=read_json)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_reading if read_only else _begin_immediate)
        return engine
    if parsed.drivername in {"postgres", "postgresql"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    given = parsed.query.get("options", "")
    set_ = {**_LIMITS, "default_transaction_read_only": "on"} if read_only else _LIMITS
    limits = " ".join(f"-c {name}={value}" for name, value in set_.items())
    engine = create_engine(
        parsed.difference_update_query(["options"]),
        # What the address says itself about limits comes after ours, and counts.
        connect_args={"connect_timeout": _CONNECT_SECONDS, **_KEEPALIVE, "options": f"{limits} {given} {_STYLE}"},
        pool_size=pool + _BEHIND + _HEALTH,
        max_overflow=2,
        pool_pre_ping=True,
        pool_recycle=1800,
        json_deserializer=read_json,
    )
    from bot.models import postgresql  # noqa: PLC0415 - imports the driver, which SQLite alone doesn't need

    event.listen(engine, "connect", postgresql.prepare)
    return engine


def _keep_private(path: Path) -> None:
    """Make a database file that is not there yet for its owner alone: it holds what customers said."""
    with contextlib.suppress(OSError):  # opening it says what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must leave transactions alone: `_begin_immediate` opens them.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={SQLITE_WAIT_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    # Taking the write lock first makes two processes wait for each other instead of failing halfway.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Any) -> None:
    connection.exec_driver_sql("PRAGMA query_only=ON")
    connection.exec_driver_sql("BEGIN")
