"""Messages of a channel that are posted once and edited as the facts change."""

from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class TrackedMessageKind(StrEnum):
    """The tracked messages a channel can have."""

    INTAKE = "intake"
    VERIFICATION = "verification"
    CHECKLIST = "checklist"


# No longer posted: those that an earlier version posted are shortened to a line.
RETIRED: Final = (TrackedMessageKind.INTAKE, TrackedMessageKind.CHECKLIST)


class TrackedMessage(Base):
    """A message that is posted once per channel and then edited as the facts change."""

    __tablename__ = "sheet"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    kind: Mapped[TrackedMessageKind] = mapped_column(words(TrackedMessageKind, 20), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))
