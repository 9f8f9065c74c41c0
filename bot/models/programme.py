"""Account programmes (S2): the proposal and its answer, and who has agreed to the end."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json, words
from bot.policy.programmes import Consent


class Proposal(Base):
    """Who asked for an account programme and why, and what was answered."""

    __tablename__ = "proposal"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    source: Mapped[str]
    criteria: Mapped[list[str]] = mapped_column(Json, default=list)
    success_criteria: Mapped[str] = mapped_column(Text, default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    # When it is accepted by itself, if nobody answers before.
    accept_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    # None, beside a time, says that nobody answered.
    answered_by: Mapped[str | None] = mapped_column(String(40))
    accepted: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(Text)


class ConsentGiven(Base):
    """That the customer or the stakeholders agree to the end, or that the success criteria are met."""

    __tablename__ = "consent"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    consent: Mapped[Consent] = mapped_column(words(Consent, 40), primary_key=True)
    by: Mapped[str]
    recorded_by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
