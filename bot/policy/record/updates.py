"""Posted updates, as facts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedUpdate:
    """An update as it stands. Without `customer_text` it was an internal one.

    `first_promised_at` is the next update as it was promised first, if an edit has changed it.
    """

    id: int
    by: str
    at: datetime
    note: str
    customer_text: str
    next_promised_at: datetime | None
    first_promised_at: datetime | None
    edited_by: str | None
    edited_at: datetime | None
    edits: int

    @property
    def is_for_customer(self) -> bool:
        """Return True if it has words for the customer, and so answered a promise to them."""
        return bool(self.customer_text)
