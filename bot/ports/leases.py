"""The lease under which an effect is performed, checked before every outgoing call.

A process may freeze at any line. When it wakes, another may have taken its work over and sent its messages. So each
outgoing call checks the lease right before it is made.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class LeaseLostError(Exception):
    """The lease has expired: another process may have the work, so nothing more may be done under it."""


class Lease(Protocol):
    """The right to perform one effect, for as long as it is renewed."""

    def is_held(self) -> bool:
        """Return True if a call may still be made under the lease."""
        ...


_current: ContextVar[Lease | None] = ContextVar("lease", default=None)


@contextmanager
def working_under(lease: Lease) -> Iterator[None]:
    """Bind all calls made in this block, and in tasks started in it, to a lease."""
    token = _current.set(lease)
    try:
        yield
    finally:
        _current.reset(token)


def require_lease() -> None:
    """Raise LeaseLostError if the current lease has expired; work without a lease passes."""
    lease = _current.get()
    if lease is not None and not lease.is_held():
        raise LeaseLostError
