"""Announcements about updates."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.policy.model.facts import HealthState


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """An update was posted. Without `customer_text` it was for us only; `without_plan` if there is no plan yet."""

    word: ClassVar[str] = "updated"

    by: str
    known: str
    internal_note: str | None = None
    customer_text: str | None = None
    next_at: datetime | None = None
    health: HealthState | None = None
    without_plan: bool = False
