"""The sandbox's own time: what the page draws, what messages are stamped with and what rate limits refill by.

It runs with the machine's clock until somebody sets it or hurries it. What protects real programs from one another
(the three seconds of a `trigger_id`, signatures, acknowledgements) is measured by the machine's clock instead.
"""

import asyncio
import time


class Clock:
    """Tells the time as Unix seconds. `speed` is how many of its seconds pass in one real second; 0 stands still."""

    def __init__(self) -> None:
        self._moved = asyncio.Event()
        self.reset()

    def reset(self) -> None:
        """Go back to the machine's time, at its speed."""
        self.speed = 1.0
        self._at = time.time()
        self._since = time.monotonic()
        self._wake()

    def now(self) -> float:
        """Return the present time."""
        return self._at + (time.monotonic() - self._since) * self.speed

    def set(self, *, now: float | None = None, speed: float | None = None) -> None:
        """Move the clock, change its speed, or both. Whoever sleeps on it looks again at what is due."""
        self._at = self.now() if now is None else now
        self._since = time.monotonic()
        if speed is not None:
            self.speed = speed
        self._wake()

    async def sleep(self, seconds: float) -> None:
        """Wait until `seconds` have passed here, however fast, or by whatever leap, they pass."""
        due = self.now() + seconds
        while (left := due - self.now()) > 0:
            timeout = left / self.speed if self.speed > 0 else None
            try:
                await asyncio.wait_for(self._moved.wait(), timeout)
            except TimeoutError:
                continue

    def _wake(self) -> None:
        """Let the sleepers compute anew: each event is used once, by those who wait on it at this moment."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
