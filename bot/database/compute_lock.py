"""A lock that lets one thread compute at a time, first what somebody waits for.

Python computes in one thread at a time anyway. But with several that want to, the event loop, which acknowledges
requests, gets the interpreter only after all of them, again and again. So a thread takes this lock to compute, and
releases it while it waits for the database.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

# The longest wait for the lock. It is nearly always held for less, and a thread that never releases it must not stop
# the others.
_WAIT_SECONDS: Final = 0.05
# How long the work of a thread gives way to requests, in all.
_GIVE_WAY_SECONDS = 0.05


@dataclass(eq=False)
class ComputeState:
    """Whether a thread holds the lock, or waits for it. `patience` is for how many seconds it still gives way."""

    is_held: bool = False
    is_awaited: bool = False
    patience: float = field(default_factory=lambda: _GIVE_WAY_SECONDS)


@dataclass(eq=False)
class ComputeLock:
    """The lock of all database threads of a process."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    # The number of threads whose work somebody waits for, and whether there are none.
    _urgent: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)
    _calm: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._calm.set()

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Make other threads give way to this one while the context is open, because somebody waits for its work."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def give_way(self, state: ComputeState) -> None:
        """Wait until no thread is urgent, or the patience is used up. Call it without the lock, or locks of rows."""
        if state.patience <= 0 or self._calm.is_set():
            return
        began, state.is_awaited = time.monotonic(), True
        self._calm.wait(state.patience)
        state.is_awaited = False
        state.patience -= time.monotonic() - began

    def acquire(self, state: ComputeState) -> None:
        """Wait for the lock, for 50 ms at most; do nothing if the thread holds it. After that it computes without."""
        if not state.is_held:
            state.is_awaited = True
            state.is_held = self._lock.acquire(timeout=_WAIT_SECONDS)
            state.is_awaited = False

    def release(self, state: ComputeState) -> None:
        """Release the lock if the thread holds it."""
        if state.is_held:
            state.is_held = False
            self._lock.release()

    def _count(self, change: int) -> None:
        with self._counting:
            self._urgent += change
            if self._urgent:
                self._calm.clear()
            else:
                self._calm.set()
