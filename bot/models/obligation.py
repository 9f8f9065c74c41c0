"""What people owe on escalations, by person: a copy of what policy decides (`bot.policy.plan.obligations`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, BigId, Json, words
from bot.policy.record.obligations import ObligationFacts, ObligationKind


class Obligation(Base):
    """Something that somebody owes. The rows of an escalation are replaced together."""

    __tablename__ = "obligation"
    # A list of what somebody owes reads only theirs.
    __table_args__ = (Index("ix_obligation_person", "person", "kind", "since"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    kind: Mapped[ObligationKind] = mapped_column(words(ObligationKind))
    person: Mapped[str] = mapped_column(String(320))
    since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    about: Mapped[str] = mapped_column(String(200), default="")
    by: Mapped[str | None] = mapped_column(String(320))

    def facts(self) -> ObligationFacts:
        """Return the facts for policy and views."""
        return ObligationFacts(
            kind=self.kind, person=self.person, since=self.since, due_at=self.due_at, about=self.about, by=self.by
        )


class ObligationColumns:
    """A column of an escalation: what is owed on it, a copy of its rows, so that they are read only when it changes."""

    obligations: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default=text("'[]'"))
