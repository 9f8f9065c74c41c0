"""Background tasks: started after a request was answered, and finished before the program stops."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.database.transaction import after_acknowledgement


@dataclass(frozen=True)
class Background:
    """Holds references to running tasks, so that none is collected or cancelled halfway."""

    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a task. It handles its own errors."""
        task = asyncio.create_task(work, context=after_acknowledgement())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    @property
    def idle(self) -> bool:
        """Return True if no task is running."""
        return not self._running

    async def finish(self) -> None:
        """Wait until no task is running."""
        while self._running:
            await asyncio.wait(self._running)
