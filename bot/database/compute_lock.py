"""A lock that lets one thread compute at a time.

Python computes in one thread at a time anyway. But with several that want to, the event loop, which acknowledges
requests, gets the interpreter only after all of them, again and again. So a thread takes this lock to compute, and
releases it while it waits for the database.
"""

import threading
from dataclasses import dataclass, field
from typing import Final

# The longest wait for the lock. It is nearly always held for less, and a thread that never releases it must not stop
# the others.
_WAIT_SECONDS: Final = 0.05


@dataclass(eq=False)
class ComputeState:
    """Whether a thread holds the lock, or waits for it."""

    is_held: bool = False
    is_awaited: bool = False


@dataclass(eq=False)
class ComputeLock:
    """The lock of all database threads of a process."""

    _lock: threading.Lock = field(default_factory=threading.Lock)

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
