"""The bot with a faster business clock, `python -m tests.chaos.hurried 60`; SIGUSR1 slows it to the machine's pace."""

import asyncio
import signal
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot import logs, settings
from bot.app import build


@dataclass
class FastClock:
    """The machine's clock, running `speed` times faster from the moment it was made."""

    speed: float
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _started: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """Return the accelerated time."""
        return self.started_at + timedelta(seconds=(time.monotonic() - self._started) * self.speed)

    def slow_down(self) -> None:
        """Run as fast as the machine's clock from now on."""
        self.started_at, self._started, self.speed = self.now(), time.monotonic(), 1.0


async def _until_stopped(speed: float) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    loaded = settings.load()
    logs.configure(loaded.log_level, loaded.log_format)
    clock = FastClock(speed)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, clock.slow_down)
    program = await build(loaded, clock=clock)
    await program.start()
    await stop.wait()
    await program.stop()


if __name__ == "__main__":
    asyncio.run(_until_stopped(float(sys.argv[1])))
