"""The latest of something that goes on for ever: numbered texts, of which the oldest are forgotten first."""

from collections import deque
from itertools import takewhile

ROOM = 16_000_000
"""Characters that are kept, however few entries they make: what runs for days must not fill the machine."""


class Recent:
    """Keeps the latest `most` texts, or fewer where they are long. Numbers have to grow."""

    def __init__(self, most: int, room: int = ROOM) -> None:
        self._most = most
        self._room = room
        self._length = 0
        self._kept: deque[tuple[int, str]] = deque()

    @property
    def oldest(self) -> int | None:
        """Return the number of the oldest text that is still there."""
        return self._kept[0][0] if self._kept else None

    def add(self, number: int, text: str) -> None:
        """Keep a text; the newest is kept however long it is."""
        self._kept.append((number, text))
        self._length += len(text)
        while len(self._kept) > self._most or (self._length > self._room and len(self._kept) > 1):
            self._length -= len(self._kept.popleft()[1])

    def after(self, number: int) -> list[tuple[int, str]]:
        """Return what has a higher number, oldest first."""
        newest = takewhile(lambda kept: kept[0] > number, reversed(self._kept))
        return list(newest)[::-1]
