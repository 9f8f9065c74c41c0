"""Transactions: one per request, in a small pool of threads, with the time read once.

Services are plain synchronous code. The asynchronous edge passes them to `Core.run`, so a transaction never waits for
the network and a session never crosses an `await`.
"""

import asyncio
import contextlib
import contextvars
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, ParamSpec, Protocol, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    InterfaceError,
    InternalError,
    InvalidatePoolError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from bot.clock import Clock, SystemClock
from bot.models.base import read_json
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts

P = ParamSpec("P")
T = TypeVar("T")

POOL = 4
# Threads for background work, which requests can't take, and one that only checks the database.
_BEHIND = 2
_HEALTH = 1
_HEALTH_SECONDS = 1.5
_CONNECT_SECONDS = 5
# A connection used within so many seconds is taken to be alive.
_FRESH_SECONDS = 1.0
# The subject of a request: an escalation's number or its channel. Work on the same subject waits for the same row, so
# only one piece of it at a time takes a thread. A row that is locked for long can't take the threads of all others.
concerning: contextvars.ContextVar[str | None] = contextvars.ContextVar("concerning", default=None)
# A process that freezes within a transaction must not hold the others up: those waiting for its lock give up soon, and
# PostgreSQL ends its session. In milliseconds.
_LIMITS = {"lock_timeout": 3_000, "statement_timeout": 20_000, "idle_in_transaction_session_timeout": 15_000}
# `bot.models.postgresql` reads dates and times in this style, whatever the server's default is.
_STYLE = "-c datestyle=ISO"
# A lost server or network is noticed within half a minute.
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
    """Run the work in this block without waiting for other work on the request's subject."""
    before = concerning.set(None)
    try:
        yield
    finally:
        concerning.reset(before)


@dataclass
class Transaction:
    """One unit of work: a session, its start on both clocks, and callbacks for after the commit."""

    session: Session
    now: datetime
    real_now: datetime
    left_effects: bool = False
    after_commit: list[Callable[[], object]] = field(default_factory=list)


class EffectListener(Protocol):
    """Learns of the effects that this process queues. Both methods are called from any thread."""

    def wake(self) -> None:
        """Take note, after a commit, that there may be effects to deliver."""
        ...

    def begin(self, tx: Transaction, effect_id: int, facts: EscalationFacts, policy: Policy) -> None:
        """Claim an effect, if possible, in the transaction that queues it, because people wait for it."""
        ...


@dataclass
class Database:
    """The engine, the two clocks, and those who deliver the effects that transactions queue."""

    engine: Engine
    clock: Clock
    real_clock: Clock = field(default_factory=SystemClock)
    _listeners: list[EffectListener] = field(default_factory=list)

    def listen(self, listener: EffectListener) -> None:
        """Add a listener. It is built on this database, so it can't be passed at construction."""
        self._listeners.append(listener)

    def begin(self, tx: Transaction, effect_id: int, facts: EscalationFacts, policy: Policy) -> None:
        """Offer an effect that people wait for to the listeners; without one it is claimed after the commit."""
        for listener in self._listeners:
            listener.begin(tx, effect_id, facts, policy)

    @property
    def is_sqlite(self) -> bool:
        """Return True if there is a single writer and no row locks."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self, *, now: datetime | None = None) -> Iterator[Transaction]:
        """Begin, yield, commit; roll back on any error. Effects are woken only after the commit.

        `now` is passed for what was requested earlier and counts from then, on the business clock.
        """
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            transaction = Transaction(session, now or self.clock.now(), self.real_clock.now())
            try:
                session.begin()
                yield transaction
                session.commit()
            except BaseException:
                # The first error is the one to report. A connection that can't be rolled back, because it is lost or in
                # the middle of a statement, isn't used again, and the database rolls back on its own.
                with contextlib.suppress(DBAPIError):
                    session.rollback()
                raise
            for work in transaction.after_commit:
                work()
            if transaction.left_effects:
                for listener in self._listeners:
                    listener.wake()


@dataclass(eq=False)
class _Work:
    """The work of a thread: `mark` identifies it; `statements` counts the statements it has begun."""

    mark: object = field(default_factory=object)
    statements: int = 0
    seen: int = -1


@dataclass
class Core:
    """The threads in which services run: one on SQLite, which has one writer; on PostgreSQL a few per purpose.

    There, requests, background work and health checks never wait for each other. `busy` returns what the threads are
    doing.
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
        """Run one synchronous piece of work, usually one transaction, and await it without blocking.

        It runs in the caller's context, which says from which form a request comes and what it is about (`concerning`).
        """
        subject = concerning.get()
        gate = contextlib.nullcontext() if subject is None else self._gates.setdefault(subject, asyncio.Lock())
        async with gate:
            return await self._run_in(self._threads, lambda: work(*args, **kwargs))

    async def run_in_background(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run background work. So little of it is queued that a request waits for one piece at most.

        So whatever is due, delivered or recovered must be cut into pieces of one transaction each.
        """
        async with self._background:
            return await self._run_in(self._behind, lambda: work(*args, **kwargs))

    async def health(self, problem: Callable[[Database], str | None]) -> str | None:
        """Return what is wrong with the database, within two seconds even if it doesn't answer.

        It has a thread and a connection of its own, on SQLite too.
        """
        if self._asked is None or self._asked.done():
            self._asked = asyncio.get_running_loop().run_in_executor(self._health, problem, self.database)
        done, _ = await asyncio.wait({self._asked}, timeout=_HEALTH_SECONDS)
        return self._asked.result() if done else f"no answer within {_HEALTH_SECONDS} s"

    def busy(self) -> Mapping[int, object]:
        """Return what each thread (by ident) is computing; None for one that waits for the database.

        Waiting is bounded by time limits. A thread counts as waiting if it is within the driver and has begun no
        statement since the last call, so an endless loop of statements doesn't count.
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
        """Wait for running work, then close the connections."""
        self._threads.shutdown(wait=True)
        self._behind.shutdown(wait=True)
        self._health.shutdown(wait=False, cancel_futures=True)
        event.remove(self.database.engine, "before_cursor_execute", self._count)
        self.database.engine.dispose()


def _is_in_driver(frame: FrameType | None) -> bool:
    """Return True if the innermost Python frame of a thread is the driver's, or calls into it."""
    module = frame.f_globals.get("__name__", "") if frame is not None else ""
    return module.partition(".")[0] == "psycopg" or module == "sqlalchemy.engine.default"


def is_away(error: BaseException) -> bool:
    """Return True if an error means that the database doesn't answer: gone, locked, full, or too busy."""
    return isinstance(error, OperationalError | InterfaceError | InternalError | PoolTimeoutError)


def is_out_of_range(error: BaseException) -> bool:
    """Return True if an error means that the database can't store a value, such as infinity."""
    return isinstance(error, DataError | OverflowError)


def open_engine(url: str, *, pool: int = POOL, read_only: bool = False) -> Engine:
    """Open a database. SQLite gets write-ahead logging, foreign keys and a lock from the first statement.

    Opened `read_only` it can't be changed; readers neither wait for writers nor hold them up.
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
        # Limits in the database address come after ours and win.
        connect_args={"connect_timeout": _CONNECT_SECONDS, **_KEEPALIVE, "options": f"{limits} {given} {_STYLE}"},
        pool_size=pool + _BEHIND + _HEALTH,
        max_overflow=2,
        pool_recycle=1800,
        json_deserializer=read_json,
    )
    from bot.models import postgresql  # noqa: PLC0415 - imports the driver, which SQLite alone doesn't need

    event.listen(engine, "connect", postgresql.prepare)
    _check_idle_connections(engine)
    return engine


def _check_idle_connections(engine: Engine) -> None:
    """Check a connection before use, as the pool's own `pre_ping` does, unless it has just been used.

    The check is a round trip to the server, and somebody waits for it.
    """

    def back(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["used_at"] = time.monotonic()

    def out(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        used_at: float | None = record.info.get("used_at")
        if used_at is None or time.monotonic() - used_at < _FRESH_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # The server is gone, and so is every connection that was opened before now.
            raise InvalidatePoolError from error

    event.listen(engine, "checkin", back)
    event.listen(engine, "checkout", out)


def _keep_private(path: Path) -> None:
    """Create a missing database file readable by its owner only: it holds what customers said."""
    with contextlib.suppress(OSError):  # opening it reports what is wrong
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
