"""Messages of a channel that are posted once and edited as the facts change."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


class SheetKind(StrEnum):
    """The sheets a channel can have."""

    INTAKE = "intake"
    VERIFICATION = "verification"
    CHECKLIST = "checklist"


class Sheet(Base):
    """A message of the channel that is kept as things stand: posted once, then edited. A new channel gets a new one."""

    __tablename__ = "sheet"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    kind: Mapped[SheetKind] = mapped_column(words(SheetKind, 20), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))
