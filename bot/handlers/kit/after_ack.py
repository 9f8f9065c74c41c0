"""Work that takes longer than an acknowledgement may: done right after it, with errors reported to the person.

Bolt's lazy listeners deep-copy the whole request, which fails with a shared connection pool and costs more than most of
the work; these listeners get the payload itself.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.handlers.kit.errors import ErrorResponder
from bot.handlers.kit.routes import Listener

# What Slack sends: the payload of one request.
Body = Mapping[str, Any]
Work = Callable[[Body], Awaitable[None]]


@dataclass(frozen=True)
class AfterAck:
    """Runs work after the acknowledgement and reports its errors."""

    answers: ErrorResponder

    def __call__(self, work: Work) -> Listener:
        """Return a listener that acknowledges first and then works."""

        async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            self.start(work, body)

        return listener

    def start(self, work: Work, body: Body) -> None:
        """Start work whose request was acknowledged or is about to be."""
        self.answers.background.start(self._guarded(work, body))

    @property
    def idle(self) -> bool:
        """Return True if no work is running."""
        return self.answers.background.idle

    async def finish(self) -> None:
        """Wait until no work is running."""
        await self.answers.background.finish()

    async def _guarded(self, work: Work, body: Body) -> None:
        try:
            await work(body)
        except Exception as error:  # noqa: BLE001 - every kind gets an answer
            await self.answers.tell(error, body)


async def acknowledge(ack: AsyncAck, _body: Body) -> None:
    """Acknowledge only."""
    await ack()
