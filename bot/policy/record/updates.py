"""Posted updates, as facts."""

from dataclasses import dataclass
from datetime import datetime

from bot.policy.record.customer_texts import CustomerTextFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedUpdate:
    """An update as it stands. `text` is what became of its words for the customer; None if it has none.

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
    text: CustomerTextFacts | None = None

    @property
    def is_for_customer(self) -> bool:
        """Return True if the customer has its words, so that it answered a promise to them."""
        return self.text is not None and self.text.is_told
