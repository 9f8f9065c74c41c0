"""The sandbox's clock: used by the page, message timestamps and rate limits.

It follows the machine's clock until it is set or sped up. Time limits that involve real programs (the three seconds of
a `trigger_id`, signatures, acknowledgements) use the machine's clock instead.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

Stops = Callable[[float], AsyncIterator[float]]
"""Yields the times to halt at on the way to a time; what is to be done there is done before the next is yielded."""


class Clock:
    """Returns the time in Unix seconds. `speed` is how many of its seconds pass in a real second; 0 stops it."""

    def __init__(self) -> None:
        self.stops: Stops | None = None
        self._moved = asyncio.Event()
        self._forwarding = asyncio.Lock()
        self.reset()

    def reset(self) -> None:
        """Return to the machine's time and speed."""
        self.speed = 1.0
        self._at = time.time()
        self._since = time.monotonic()
        self._wake()

    def now(self) -> float:
        """Return the present time."""
        return self._at + (time.monotonic() - self._since) * self.speed

    def set(self, *, now: float | None = None, speed: float | None = None) -> None:
        """Set the time, the speed, or both. Sleepers check again what is due."""
        self._at = self.now() if now is None else now
        self._since = time.monotonic()
        if speed is not None:
            self.speed = speed
        self._wake()

    async def forward(self, seconds: float) -> AsyncIterator[float]:
        """Move the time on, and yield each time that is reached.

        A program that lives by this clock names its `stops`: so what is due on the way happens when it is due, and not
        late at the end. Calls queue, so two of an hour are two hours.
        """
        async with self._forwarding:
            until = self.now() + seconds
            if self.stops is not None:
                async for at in self.stops(until):
                    self.set(now=min(max(at, self.now()), until))
                    yield self.now()
            self.set(now=max(until, self.now()))
            yield self.now()

    async def sleep(self, seconds: float) -> None:
        """Wait until `seconds` have passed on this clock, whether it is sped up or set forward."""
        due = self.now() + seconds
        while (left := due - self.now()) > 0:
            timeout = left / self.speed if self.speed > 0 else None
            try:
                await asyncio.wait_for(self._moved.wait(), timeout)
            except TimeoutError:
                continue

    def _wake(self) -> None:
        """Make the sleepers recompute their wait: each event is used once, by those waiting on it now."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
