"""The sandbox's clock: used by the page, message timestamps and rate limits.

It follows the machine's clock until it is set or sped up. Time limits that involve real programs (the three seconds of
a `trigger_id`, signatures, acknowledgements) use the machine's clock instead.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import asdict, dataclass
from typing import Any

Stops = Callable[[float], AsyncGenerator[float, None]]
"""Yields the times to halt at on the way to a time; what is to be done there is done before the next is yielded."""


@dataclass(frozen=True)
class Passing:
    """A length of time that is being let pass, in Unix seconds."""

    since: float
    until: float


class Clock:
    """Returns the time in Unix seconds. `speed` is how many of its seconds pass in a real second; 0 stops it."""

    def __init__(self) -> None:
        self.stops: Stops | None = None
        self.passing: Passing | None = None
        self._is_halted = False
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

    def as_json(self) -> dict[str, Any]:
        """Return the time, the speed, and the length of time that is being let pass, if any."""
        return {"now": self.now(), "speed": self.speed, "passing": asdict(self.passing) if self.passing else None}

    async def forward(self, seconds: float, *, is_shown: bool = True) -> AsyncGenerator[float, None]:
        """Move the time on, and yield each time that is reached.

        A program that lives by this clock names its `stops`: so what is due on the way happens when it is due, and not
        late at the end. Calls queue, so two of an hour are two hours. `passing` says how far to go if it `is_shown`.
        """
        async with self._forwarding:
            since = self.now()
            until = since + seconds
            self.passing = Passing(since, until) if is_shown else None
            try:
                if self.stops is not None:
                    async with aclosing(self.stops(until)) as stops:
                        async for at in stops:
                            if self._is_halted:
                                return
                            self.set(now=min(max(at, self.now()), until))
                            yield self.now()
                if not self._is_halted:
                    self.set(now=max(until, self.now()))
                    yield self.now()
            finally:
                self.passing = None

    async def halt(self) -> None:
        """End what moves the time on at its next stop, and wait for that; later calls move nothing."""
        self._is_halted = True
        async with self._forwarding:
            pass

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
