"""An excerpt of a long list: what is shown, and how much more there is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Listed:
    """The customer an entry is listed under: the account's id, and how many entries of the whole list are theirs."""

    account: int
    count: int


@dataclass(frozen=True, slots=True)
class Excerpt(Generic[T]):
    """Some of `total` entries, starting at offset `first` (from 0).

    `unreadable` are the numbers of entries within the excerpt that can't be read. `under` has the customer of each
    entry, by number, if those of a customer stand together.
    """

    shown: tuple[T, ...] = ()
    total: int = 0
    first: int = 0
    unreadable: tuple[int, ...] = ()
    under: Mapping[int, Listed] = field(default_factory=dict)
    # How many customers all entries are of; 0 if that isn't counted.
    customers: int = 0

    @property
    def is_of_fewer_customers(self) -> bool:
        """Return True if it is worth saying of how many customers the entries are."""
        return 1 < self.customers < self.total

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
        return Excerpt(
            tuple(change(one) for one in self.shown),
            self.total,
            self.first,
            self.unreadable,
            self.under,
            self.customers,
        )
