"""Transactions: one per request, in a small pool of threads, with the time read once.

Services are plain synchronous code. The asynchronous edge passes them to `Core.run`, so a transaction never waits for
the network and a session never crosses an `await`.
"""

import asyncio
import contextlib
import contextvars
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from types import FrameType
from typing import Final, ParamSpec, Protocol, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import Engine, event
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from bot.clock import Clock, SystemClock
from bot.database.bulk import HoldingSession
from bot.database.compute_lock import ComputeLock, ComputeState
from bot.database.engine import BEHIND, HEALTH, POOL
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts

P = ParamSpec("P")
T = TypeVar("T")

_HEALTH_SECONDS = 1.5
# How long background work lets requests go first.
_GIVE_WAY_SECONDS = 0.05
# The subject of a request: an escalation's number or its channel. Work on the same subject waits for the same row, so
# only one piece of it at a time takes a thread. A row that is locked for long can't take the threads of all others.
concerning: contextvars.ContextVar[str | None] = contextvars.ContextVar("concerning", default=None)
# Whether Slack waits for the acknowledgement of a request: the work of its threads comes before all other.
unacknowledged: contextvars.ContextVar[bool] = contextvars.ContextVar("unacknowledged", default=False)
# An option for updates of rows that nobody reads again in the same transaction: the session need not look for objects
# to change.
UNSYNCHRONISED: Final = {"synchronize_session": False}


@contextmanager
def about_nothing() -> Iterator[None]:
    """Run the work in this block without waiting for other work on the request's subject."""
    before = concerning.set(None)
    try:
        yield
    finally:
        concerning.reset(before)


def after_acknowledgement() -> contextvars.Context:
    """Return the context of a request for work that goes on after its acknowledgement."""
    context = contextvars.copy_context()
    context.run(lambda: unacknowledged.set(False))
    return context


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
    _reading: threading.local = field(default_factory=threading.local)
    _changing: threading.local = field(default_factory=threading.local)

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

    @cached_property
    def _reader(self) -> Engine:
        """The engine whose statements are committed one by one; on SQLite the same as any."""
        return self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Yield a transaction that only reads; within another one in this thread, that one.

        On PostgreSQL it has neither BEGIN nor COMMIT, which are round trips that somebody waits for. Without them each
        statement sees what is committed when it begins, as it does with them. Locks end with their statement, so what
        decides a change is read in `transaction`. A single statement may write.
        """
        outer: Transaction | None = getattr(self._reading, "transaction", None)
        if outer is not None:
            yield outer
            return
        with self._transaction(self._reader, None) as transaction:
            self._reading.transaction = transaction
            try:
                yield transaction
            finally:
                del self._reading.transaction

    @contextmanager
    def transaction(self, *, now: datetime | None = None) -> Iterator[Transaction]:
        """Begin, yield, commit; roll back on any error. Effects are woken only after the commit.

        `now` is passed for what was requested earlier and counts from then, on the business clock.
        """
        outer = self.is_changing
        self._changing.is_open = True
        try:
            with self._transaction(self.engine, now) as transaction:
                yield transaction
        finally:
            self._changing.is_open = outer

    @property
    def is_changing(self) -> bool:
        """Return True if this thread is in a `transaction`, in which it may hold locks."""
        return getattr(self._changing, "is_open", False)

    @contextmanager
    def _transaction(self, engine: Engine, now: datetime | None) -> Iterator[Transaction]:
        with HoldingSession(engine, expire_on_commit=False, autoflush=False) as session:
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
class _ThreadWork:
    """The work of a thread: `mark` identifies it; `statements` counts the statements it has begun."""

    mark: object = field(default_factory=object)
    statements: int = 0
    seen: int = -1
    compute: ComputeState = field(default_factory=ComputeState)
    is_urgent: bool = False


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
    _busy: dict[int, _ThreadWork] = field(default_factory=dict)
    _asked: asyncio.Future[str | None] | None = None
    _compute_lock: ComputeLock = field(default_factory=ComputeLock)
    # The number of requests being worked on, and whether there are none.
    _requests: int = 0
    _quiet: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        for name, listener in self._listeners():
            event.listen(self.database.engine, name, listener)
        size = 1 if self.database.is_sqlite else POOL
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="core")
        one = self.database.is_sqlite
        self._behind = self._threads if one else ThreadPoolExecutor(BEHIND, thread_name_prefix="behind")
        self._health = ThreadPoolExecutor(HEALTH, thread_name_prefix="health")
        self._background = asyncio.Semaphore(1 if one else BEHIND)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one synchronous piece of work, usually one transaction, and await it without blocking.

        It runs in the caller's context, which says from which form a request comes and what it is about (`concerning`).
        """
        subject = concerning.get()
        gate = contextlib.nullcontext() if subject is None else self._gates.setdefault(subject, asyncio.Lock())
        with self.first():
            async with gate:
                return await self._run_in(self._threads, lambda: work(*args, **kwargs), is_urgent=unacknowledged.get())

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        """Do what `first` does. In PostgreSQL's threads, this work also interrupts other work where that only reads."""
        before = unacknowledged.set(True)
        try:
            with self.first():
                yield
        finally:
            unacknowledged.reset(before)

    @contextmanager
    def first(self) -> Iterator[None]:
        """Hold background work back while the context is open, because somebody waits for what is done in it."""
        self._requests += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._requests -= 1
            if not self._requests:
                self._quiet.set()

    async def give_way(self) -> None:
        """Wait until nobody waits for a request, for 50 ms at most."""
        if self._requests:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GIVE_WAY_SECONDS):
                    await self._quiet.wait()

    async def run_in_background(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run background work. So little of it is queued that a request waits for one piece at most.

        So whatever is due, delivered or recovered must be cut into pieces of one transaction each. A piece begins when
        no request is being worked on, but doesn't wait long for that.
        """
        async with self._background:
            await self.give_way()
            return await self._run_in(self._behind, lambda: work(*args, **kwargs))

    async def health(self, problem: Callable[[Database], str | None]) -> str | None:
        """Return what is wrong with the database, within two seconds even if it doesn't answer.

        It has a thread and a connection of its own, on SQLite too.
        """
        if self._asked is None or self._asked.done():
            self._asked = asyncio.get_running_loop().run_in_executor(self._health, problem, self.database)
        # The next caller asks again as soon as this answer is there, which may be before it is looked at here.
        asked = self._asked
        done, _ = await asyncio.wait({asked}, timeout=_HEALTH_SECONDS)
        return asked.result() if done else f"no answer within {_HEALTH_SECONDS} s"

    def busy(self) -> Mapping[int, object]:
        """Return what each thread (by ident) is computing; None for one that waits for the database.

        Waiting is bounded by time limits. A thread counts as waiting if it is within the driver and has begun no
        statement since the last call, so an endless loop of statements doesn't count.
        """
        frames = sys._current_frames()  # noqa: SLF001 - the documented way to see another thread's stack
        at: dict[int, object] = {}
        for thread, work in self._busy.copy().items():
            is_waiting = work.compute.is_awaited or (work.seen == work.statements and _is_in_driver(frames.get(thread)))
            work.seen = work.statements
            at[thread] = None if is_waiting else work.mark
        return at

    async def _run_in(self, threads: ThreadPoolExecutor, work: Callable[[], T], *, is_urgent: bool = False) -> T:
        context = contextvars.copy_context()
        watched = partial(self._watched, work, is_urgent=is_urgent)
        return await asyncio.get_running_loop().run_in_executor(threads, lambda: context.run(watched))

    def _watched(self, work: Callable[[], T], *, is_urgent: bool = False) -> T:
        thread, mine = threading.get_ident(), _ThreadWork(is_urgent=is_urgent)
        self._busy[thread] = mine
        try:
            with self._compute_lock.urgent() if is_urgent else contextlib.nullcontext():
                self._compute(mine)
                return work()
        finally:
            self._compute_lock.release(mine.compute)
            del self._busy[thread]

    def _listeners(self) -> Sequence[tuple[str, Callable[..., None]]]:
        return (
            ("before_cursor_execute", self._wait_for_database),
            ("commit", self._wait_for_database),
            ("after_cursor_execute", self._go_on),
            ("handle_error", self._go_on),
        )

    def _wait_for_database(self, *_: object) -> None:
        if (work := self._busy.get(threading.get_ident())) is not None:
            work.statements += 1
            self._compute_lock.release(work.compute)

    def _go_on(self, *_: object) -> None:
        if (work := self._busy.get(threading.get_ident())) is not None:
            self._compute(work)

    def _compute(self, work: _ThreadWork) -> None:
        if not (work.is_urgent or self.database.is_changing):
            self._compute_lock.give_way(work.compute)
        self._compute_lock.acquire(work.compute)

    def close(self) -> None:
        """Wait for running work, then close the connections."""
        self._threads.shutdown(wait=True)
        self._behind.shutdown(wait=True)
        self._health.shutdown(wait=False, cancel_futures=True)
        for name, listener in self._listeners():
            event.remove(self.database.engine, name, listener)
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
