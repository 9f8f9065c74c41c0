"""When it began: when the customer reported it, and when we detected it ourselves."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """Both times, as far as they are known. Aware and in UTC."""

    reported_at: datetime | None = None
    detected_at: datetime | None = None
