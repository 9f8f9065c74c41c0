"""Clocks of an escalation: their targets, and the spans in which they ran."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class ClockKind(StrEnum):
    """The clocks of an escalation."""

    RESPONSE = "response"
    RESOLUTION = "resolution"
    TEAM = "team"


class SlaClock(Base):
    """The target a clock is measured against, with the duration and calendar in force while it ran."""

    __tablename__ = "sla_clock"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    kind: Mapped[ClockKind] = mapped_column(words(ClockKind, 20), primary_key=True)
    target: Mapped[str | None] = mapped_column(String(20))
    calendar: Mapped[str] = mapped_column(String(60))
    counted_from: Mapped[datetime | None]


class ClockSpan(Base):
    """One span in which a clock ran, from start to stop. Everything else is computed."""

    __tablename__ = "clock_span"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    kind: Mapped[ClockKind] = mapped_column(words(ClockKind, 20))
    started_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
