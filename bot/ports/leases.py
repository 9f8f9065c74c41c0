"""The lease under which an effect is carried out: whoever makes a call outside asks first whether it still holds.

A process may be frozen at any line. When it wakes, another may have taken its work over; what it was about to say has
been said. So each outgoing call asks, right before it is made.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class LeaseLostError(Exception):
    """The work may be another process's by now: nothing more may be done under this lease."""


class Lease(Protocol):
    """The right to carry out one effect, for as long as it is renewed."""

    def is_held(self) -> bool:
        """Tell whether a call may still be made under it."""
        ...


_current: ContextVar[Lease | None] = ContextVar("lease", default=None)


@contextmanager
def working_under(lease: Lease) -> Iterator[None]:
    """Hold all calls made meanwhile, and those of tasks begun meanwhile, to a lease."""
    token = _current.set(lease)
    try:
        yield
    finally:
        _current.reset(token)


def require_lease() -> None:
    """Raise LeaseLostError when the lease of the present work is over; work under no lease is free."""
    lease = _current.get()
    if lease is not None and not lease.is_held():
        raise LeaseLostError
