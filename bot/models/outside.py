"""What was said of an escalation where others than its people may read it."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models import escalation, incident  # noqa: F401 - their tables are referred to here by name
from bot.models.base import Base, Json, words
from bot.models.work import EffectKind


class ExternalMessage(Base):
    """A message of ours that stands elsewhere than in the escalation's own channel, kept so that it can be taken back.

    It speaks of the escalation, or of a major incident by its title; one that speaks of several has a row for each.
    `kind` and `payload` are of the effect that drew it last, which belongs to `host_id` and is deleted sooner.
    """

    __tablename__ = "said_outside"
    __table_args__ = (Index("ix_said_outside_place", "channel", "ts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))
    # Who reads it, by Slack id, where it is a direct message.
    person: Mapped[str | None] = mapped_column(String(40))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"))
    kind: Mapped[EffectKind] = mapped_column(words(EffectKind))
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
