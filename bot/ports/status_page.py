"""The company's public status page, in the program's own terms."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PageState:
    """The state of a status page: its words for all of it, and the titles of its open incidents."""

    words: str
    incidents: tuple[str, ...] = ()


class StatusSource(Protocol):
    """A status page that can be read."""

    async def read(self) -> PageState:
        """Return its state. Raises OutsideError."""
        ...
