"""Announcements about updates."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from bot.policy.model.facts import HealthState
from bot.policy.record.customer_texts import CustomerTextFacts
from bot.policy.record.payloads import IF_GIVEN, WHEN_SHOWN, stored_as


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
    # The id of the update, from which it is drawn as it stands then; None in rows of an earlier version.
    update: int | None = field(default=None, metadata=IF_GIVEN)
    edited_by: str | None = field(default=None, metadata=WHEN_SHOWN)
    edited_at: datetime | None = field(default=None, metadata=WHEN_SHOWN)
    # The promise before an edit moved it.
    promised_before: datetime | None = field(default=None, metadata=WHEN_SHOWN)
    can_be_edited: bool = field(default=False, metadata=WHEN_SHOWN)
    # The customer's next update is overdue by now.
    is_overdue: bool = field(default=False, metadata=WHEN_SHOWN)
    # What became of the text for the customer; None in rows of an earlier version, where it counts as told.
    text: CustomerTextFacts | None = field(default=None, metadata=WHEN_SHOWN)
