"""Posts scheduled messages when they are due by the sandbox's clock."""

import asyncio
from dataclasses import replace

from sandbox.state import posting
from sandbox.state.changes import Change
from sandbox.state.scheduled import Scheduled
from sandbox.state.workspace import Workspace


class MessageScheduler:
    """Keeps a sleeping task for each scheduled message."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, change: Change) -> None:
        """Handle a change."""
        if change.kind == "message_scheduled":
            self.take(change.data["waiting"])

    def take(self, waiting: Scheduled) -> None:
        """Post a message when it is due."""
        task = asyncio.get_running_loop().create_task(self._post(waiting))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Stop waiting; the messages stay scheduled."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _post(self, waiting: Scheduled) -> None:
        await self._workspace.clock.sleep(waiting.post_at - self._workspace.now())
        if self._workspace.scheduled.pop(waiting.id, None) is None:
            return  # deleted meanwhile
        channel = self._workspace.channels.get(waiting.channel)
        if channel is not None and not channel.is_archived:
            posting.post(self._workspace, channel, replace(waiting.message, ts=self._workspace.new_ts(channel)))
