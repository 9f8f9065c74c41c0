"""What was asked of a manager, and the answer, with names."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class RequestKind(StrEnum):
    """What is asked for."""

    OVERRIDE = "override"  # somebody wants another level
    FALL = "fall"  # better account data speaks for a lighter level, or later due times


class LevelRequest(Base):
    """A change of level that waits for the manager's answer. One that is not answered stays open."""

    __tablename__ = "level_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    kind: Mapped[RequestKind] = mapped_column(words(RequestKind, 20))
    level: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(String(40))
    answered_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    answer: Mapped[str | None]
