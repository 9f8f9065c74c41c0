"""The latest items of an endless sequence: numbered texts, oldest dropped first."""

from collections import deque
from itertools import takewhile

ROOM = 16_000_000
"""The most characters kept, so that long runs don't exhaust memory."""


class Recent:
    """Keeps the latest `most` texts, or fewer if they are long. Numbers must grow."""

    def __init__(self, most: int, room: int = ROOM) -> None:
        self._most = most
        self._room = room
        self._length = 0
        self._kept: deque[tuple[int, str]] = deque()

    @property
    def oldest(self) -> int | None:
        """Return the number of the oldest text still kept."""
        return self._kept[0][0] if self._kept else None

    def add(self, number: int, text: str) -> None:
        """Add a text; the newest is kept whatever its length."""
        self._kept.append((number, text))
        self._length += len(text)
        while len(self._kept) > self._most or (self._length > self._room and len(self._kept) > 1):
            self._length -= len(self._kept.popleft()[1])

    def after(self, number: int) -> list[tuple[int, str]]:
        """Return the texts with a higher number, oldest first."""
        newest = takewhile(lambda kept: kept[0] > number, reversed(self._kept))
        return list(newest)[::-1]
