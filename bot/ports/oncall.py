"""Who is on call for a product area."""

from datetime import datetime
from typing import Protocol


class OnCall(Protocol):
    """Look up who is on call, from memory, so that a transaction never waits for the network."""

    def on_call(self, area: str, at: datetime) -> str | None:
        """Return who is on call (an e-mail or Slack id); None if an area has no rota or none that has begun."""
        ...
