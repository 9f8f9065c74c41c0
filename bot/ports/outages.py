"""Whether the workspace answers, so that an outage is noticed, and what piled up in it is told once."""

from datetime import datetime
from typing import Protocol


class Reach(Protocol):
    """The workspace as far as this process can reach it, from the calls that are made anyway."""

    @property
    def away_since(self) -> datetime | None:
        """Return since when it hasn't answered, on the real clock; None while it does, or did until a moment ago.

        It stays so until `returned` is called, so that nothing is sent before what piled up is put together.
        """
        ...

    @property
    def refused(self) -> str | None:
        """Return the code with which it refuses our token for good; None while it doesn't. It's known at once."""
        ...

    async def answers(self) -> bool:
        """Return True if it answers again: the last call succeeded, or one made for that now does."""
        ...

    def returned(self) -> None:
        """Note that the outage is over."""
        ...


class AlwaysThere:
    """A workspace that never goes away."""

    away_since: datetime | None = None
    refused: str | None = None

    async def answers(self) -> bool:
        """Return True."""
        return True

    def returned(self) -> None:
        """Do nothing."""
