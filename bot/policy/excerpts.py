"""A part of a long list: what is shown of it, and how much more there is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Excerpt(Generic[T]):
    """What is shown of `total` entries, from the place `first` on; the list begins at 0.

    `unreadable` are the numbers of those that stand among what is shown and can't be read.
    """

    shown: tuple[T, ...] = ()
    total: int = 0
    first: int = 0
    unreadable: tuple[int, ...] = ()

    @property
    def before(self) -> int:
        """Return how many entries come before what is shown."""
        return min(self.first, self.total)

    @property
    def after(self) -> int:
        """Return how many entries come after what is shown."""
        return max(0, self.total - self.first - len(self.shown) - len(self.unreadable))

    def map(self, change: Callable[[T], U]) -> "Excerpt[U]":
        """Return the same excerpt with each entry changed."""
        return Excerpt(tuple(change(one) for one in self.shown), self.total, self.first, self.unreadable)
