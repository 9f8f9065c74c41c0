"""An excerpt of a long list: what is shown, and how much more there is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Excerpt(Generic[T]):
    """Some of `total` entries, starting at offset `first` (from 0).

    `unreadable` are the numbers of entries within the excerpt that can't be read.
    """

    shown: tuple[T, ...] = ()
    total: int = 0
    first: int = 0
    unreadable: tuple[int, ...] = ()

    @property
    def before(self) -> int:
        """The number of entries before the excerpt."""
        return min(self.first, self.total)

    @property
    def after(self) -> int:
        """The number of entries after the excerpt."""
        return max(0, self.total - self.first - len(self.shown) - len(self.unreadable))

    def map(self, change: Callable[[T], U]) -> "Excerpt[U]":
        """Return the same excerpt with each entry converted."""
        return Excerpt(tuple(change(one) for one in self.shown), self.total, self.first, self.unreadable)
