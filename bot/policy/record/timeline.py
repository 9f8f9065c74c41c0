"""The timeline as it is shown to people: what happened, by whom and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.policy.record.captures import CapturedWords
from bot.policy.record.promises import PromiseTally

_NO_PROMISES: Final = PromiseTally()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """One entry. `actor` is None for what no person did."""

    at: datetime
    actor: str | None
    event: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str | None
    # The captured message, or the file, that it is about.
    captured: CapturedWords | None = None


def is_shown(line: TimelineLine) -> bool:
    """Return False for an entry about a message that was taken off; that it was taken off stays."""
    return line.captured is None or not line.captured.is_taken_off or line.event == "message taken off"


@dataclass(frozen=True, slots=True)
class TimelineExcerpt:
    """A page of entries, newest first, and how the promises to the customer stand.

    `first` newer entries come before it, `size` fit on a page, `total` exist.
    """

    lines: tuple[TimelineLine, ...]
    first: int
    size: int
    total: int
    promises: PromiseTally = _NO_PROMISES


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the whole timeline, newest first.

    `first` newer entries come before it, `size` fit on a page, `total` exist.
    """

    lines: tuple[TimelineLine, ...]
    first: int
    size: int
    total: int
