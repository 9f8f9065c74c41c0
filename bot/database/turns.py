"""Turns: threads that compute, one at a time.

Python computes in one thread at a time anyway. But with several that want to, the event loop, which acknowledges
requests, gets the interpreter only after all of them, again and again. So a thread takes a turn to compute, and leaves
it while it waits for the database.
"""

import threading
from dataclasses import dataclass, field
from typing import Final

# How long a thread waits for its turn. Nearly all turns are shorter, and one that never ends must not stop the others.
_TURN_SECONDS: Final = 0.05


@dataclass(eq=False)
class Turn:
    """A thread's turn: whether it has it, or waits for it."""

    is_taken: bool = False
    is_awaited: bool = False


@dataclass(eq=False)
class Turns:
    """The turns of all threads."""

    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, turn: Turn) -> None:
        """Wait until the thread may compute, but not for long; do nothing if it is its turn."""
        if not turn.is_taken:
            turn.is_awaited = True
            turn.is_taken = self._lock.acquire(timeout=_TURN_SECONDS)
            turn.is_awaited = False

    def leave(self, turn: Turn) -> None:
        """Give the turn up, so that another thread may compute."""
        if turn.is_taken:
            turn.is_taken = False
            self._lock.release()
