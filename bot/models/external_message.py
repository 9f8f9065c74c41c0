"""Messages about an escalation outside its own channel."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models import escalation, incident  # noqa: F401 - their tables are referred to here by name
from bot.models.base import Base, Json, words
from bot.models.work import EffectKind


class ExternalMessage(Base):
    """A message of ours outside the escalation's own channel, recorded so that it can be redacted.

    It concerns an escalation, or a major incident by its title; one about several has a row for each. `kind` and
    `payload` are those of the effect that last drew it. That effect belongs to `host_id` and is deleted sooner.
    """

    __tablename__ = "said_outside"
    __table_args__ = (Index("ix_said_outside_place", "channel", "ts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))
    # The Slack id of the reader, if it is a direct message.
    person: Mapped[str | None] = mapped_column(String(40))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"))
    kind: Mapped[EffectKind] = mapped_column(words(EffectKind))
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
