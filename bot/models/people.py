"""The people of an escalation: who holds which role, and who belongs in the channel."""

from sqlalchemy import ForeignKey, Index, SmallInteger, String, text, true
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, PartialIndex, words
from bot.policy.record.channel import InviteState

# A literal in the statement, because only then can the partial index serve it.
_OPEN = text("is_open")


class Slot(Base):
    """The present holder of a role. Earlier holders are in the timeline."""

    __tablename__ = "slot"
    __table_args__ = (
        Index("ix_slot_person", "person", "escalation_id", "role"),
        # `is_open` is in it, because SQLite checks it even though the condition of the index implies it.
        PartialIndex("ix_slot_open", "person", "role", "escalation_id", "is_open", where=_OPEN),
    )

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)
    person: Mapped[str] = mapped_column(String(320))
    how: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger)
    # Whether the escalation isn't closed: somebody's open roles are read without those of the past.
    is_open: Mapped[bool] = mapped_column(default=True, server_default=true())


class Participant(Base):
    """Somebody who belongs in the channel, and the state of their invitation."""

    __tablename__ = "participant"
    __table_args__ = (Index("uq_participant_person", "escalation_id", "person", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    person: Mapped[str] = mapped_column(String(320), index=True)
    state: Mapped[InviteState] = mapped_column(words(InviteState, 20))
    reason: Mapped[str | None]
