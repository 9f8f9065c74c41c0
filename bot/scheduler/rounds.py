"""The rounds in which the deliverer looks for effects."""

import asyncio
from dataclasses import dataclass, field


@dataclass
class Rounds:
    """Rounds of looking for effects: how many have begun, and the last one that found nothing to do."""

    _begun: int = 0
    _idle: int = 0
    _event: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self) -> None:
        """Note that a round begins."""
        self._begun += 1

    def end(self, *, is_idle: bool) -> None:
        """Note that the round is over, and whether it found nothing while nothing was running."""
        if is_idle:
            self._idle = self._begun
            self._event.set()

    async def idle(self) -> None:
        """Wait for the end of a round that begins from now on and finds nothing to do."""
        asked = self._begun
        while self._idle <= asked:
            self._event.clear()
            await self._event.wait()
