"""The timeline as it is shown to people: what happened, by whom and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """One entry. `actor` is None for what no person did."""

    at: datetime
    actor: str | None
    event: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str | None


@dataclass(frozen=True, slots=True)
class TimelineExcerpt:
    """The newest entries, newest first, and how many older ones there are."""

    lines: tuple[TimelineLine, ...]
    older: int
