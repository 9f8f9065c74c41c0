"""Texts for the customer, and what became of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json, words
from bot.policy.record.customer_texts import Arrival, CustomerTextFacts, OpenText, Recipient, TextRoute, TextState


class CustomerText(Base):
    """The state of the text for the customer in an update. The words are the update's."""

    __tablename__ = "customer_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    update_id: Mapped[int] = mapped_column(ForeignKey("posted_update.id"), unique=True)
    state: Mapped[TextState] = mapped_column(words(TextState, 20))
    # None for a draft, and for what an earlier version recorded as told.
    route: Mapped[TextRoute | None] = mapped_column(words(TextRoute, 20))
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    # The next update that its words promise.
    next_at: Mapped[datetime | None]
    asked_of: Mapped[str | None] = mapped_column(String(320))
    expires_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(40))
    # Who sent or said it, and when the customer had it.
    told_by: Mapped[str | None] = mapped_column(String(40))
    told_at: Mapped[datetime | None]
    # When the customer's update was due and the last one came, before this one: for a mail that comes back.
    due_before: Mapped[datetime | None]
    last_before: Mapped[datetime | None]
    recipients: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default=text("'[]'"))
    why: Mapped[str | None]

    def facts(self, said: str) -> CustomerTextFacts:
        """Return it as facts; `said` are its words."""
        return CustomerTextFacts(
            id=self.id,
            update=self.update_id,
            words=said,
            state=self.state,
            route=self.route,
            by=self.by,
            at=self.at,
            next_at=self.next_at,
            asked_of=self.asked_of,
            expires_at=self.expires_at,
            approved_by=self.approved_by,
            told_by=self.told_by,
            told_at=self.told_at,
            recipients=tuple(map(_recipient, self.recipients)),
            why=self.why,
        )

    def keep(self, recipients: list[Recipient]) -> None:
        """Store what became of it at each address."""
        self.recipients = [
            {"to": one.to, "state": one.state.value, "at": one.at.isoformat() if one.at else None, "why": one.why}
            for one in recipients
        ]


def _recipient(stored: Mapping[str, Any]) -> Recipient:
    at = stored["at"]
    return Recipient(
        to=stored["to"],
        state=Arrival(stored["state"]),
        at=datetime.fromisoformat(at) if at else None,
        why=stored["why"],
    )


class TellingColumns:
    """Columns of an escalation: the newest text that hasn't reached the customer, for card and timers."""

    open_text: Mapped[dict[str, Any] | None] = mapped_column(Json)

    def open_text_facts(self) -> OpenText | None:
        """Return that text; None if every text has reached them."""
        kept = self.open_text
        if kept is None:
            return None
        expires_at = kept["expires_at"]
        return OpenText(
            id=kept["id"],
            update=kept["update"],
            state=TextState(kept["state"]),
            route=TextRoute(kept["route"]) if kept["route"] else None,
            by=kept["by"],
            at=datetime.fromisoformat(kept["at"]),
            asked_of=kept["asked_of"],
            expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
            why=kept["why"],
        )
