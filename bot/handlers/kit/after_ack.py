"""What takes longer than an acknowledgement may: done right after it, and never in silence.

Bolt's own lazy listeners copy the whole request deeply, which a shared connection pool does not survive and which
costs more than most of the work; these are handed the payload as it is.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.handlers.kit.errors import ErrorResponder

Body = Mapping[str, Any]
Work = Callable[[Body], Awaitable[None]]
Listener = Callable[[AsyncAck, dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class AfterAck:
    """Runs work after the acknowledgement, and answers for what goes wrong in it."""

    answers: ErrorResponder

    def __call__(self, work: Work) -> Listener:
        """Return a listener that acknowledges first and works then."""

        async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            self.start(work, body)

        return listener

    def start(self, work: Work, body: Body) -> None:
        """Begin work whose request has been acknowledged, or is about to be."""
        self.answers.background.start(self._guarded(work, body))

    @property
    def idle(self) -> bool:
        """Tell whether nothing is under way."""
        return self.answers.background.idle

    async def finish(self) -> None:
        """Wait until nothing is under way."""
        await self.answers.background.finish()

    async def _guarded(self, work: Work, body: Body) -> None:
        try:
            await work(body)
        except Exception as error:  # noqa: BLE001 - every kind gets an answer
            await self.answers.tell(error, body)


async def acknowledge(ack: AsyncAck) -> None:
    """Acknowledge, and that is all."""
    await ack()
