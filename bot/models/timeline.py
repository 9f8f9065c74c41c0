"""The timeline: every event of an escalation, append-only."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json, UtcDateTime


class TimelineEntry(Base):
    """One event: who did what, and what it changed. Entries are never removed."""

    __tablename__ = "timeline"
    __table_args__ = (Index("ix_timeline_escalation", "escalation_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(320))
    event: Mapped[str] = mapped_column(String(60))
    before: Mapped[Mapping[str, Any] | None] = mapped_column(Json)
    after: Mapped[Mapping[str, Any] | None] = mapped_column(Json)
    reason: Mapped[str | None] = mapped_column(Text)
