"""The programme for new people: who is in it, and what was said to be done."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class TraineeRow(Base):
    """Somebody in the programme, by Slack id, with their mentor. `finished_at` is when the last step was done."""

    __tablename__ = "trainee"
    __table_args__ = (
        Index("ix_trainee_mentor", "mentor"),
        Index("ix_trainee_finished_at", "finished_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(40), unique=True)
    mentor: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class TrainingMark(Base):
    """A step that somebody said is done, or an escalation that the person shadows."""

    __tablename__ = "training_mark"
    __table_args__ = (Index("ix_training_mark_trainee_id", "trainee_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trainee_id: Mapped[int] = mapped_column(ForeignKey("trainee.id"))
    step: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"), index=True)
