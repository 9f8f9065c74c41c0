"""Announcements about updates."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.policy.model.facts import HealthState
from bot.policy.record.payloads import stored_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """An update was posted. Without `customer_text` it was for us only; `without_plan` if there is no plan yet."""

    word: ClassVar[str] = "updated"

    by: str
    note: str = field(metadata=stored_as("known"))
    # A second note, which earlier versions had.
    older_note: str | None = field(default=None, metadata=stored_as("internal_note"))
    customer_text: str | None = None
    next_at: datetime | None = None
    health: HealthState | None = None
    without_plan: bool = False
