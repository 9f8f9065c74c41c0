"""Drills: an escalation that one person plays, and what happened in it. Nothing of it is in any escalation's tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import HOLDS, Base, BigId, Json, PartialIndex, words
from bot.policy.training.drills import EventKind

_RUNNING = text("ended_at IS NULL")


class Drill(Base):
    """A drill of one person, by Slack id. `scenario` is the scenario as it was when it began.

    `started_at` is the opening of its channel, from which its minutes count. `timer_key` is its next timer.
    """

    __tablename__ = "drill"
    __table_args__ = (
        # A person is in one drill at a time.
        PartialIndex("uq_drill_running", "person", unique=True, where=_RUNNING),
        PartialIndex("ix_drill_channel", "channel", where=_RUNNING),
        Index("ix_drill_person", "person", "id"),
        Index("ix_drill_ended_at", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(40))
    scenario_key: Mapped[str] = mapped_column(String(40))
    scenario: Mapped[dict[str, Any]] = mapped_column(Json)
    started_at: Mapped[datetime]
    channel: Mapped[str | None] = mapped_column(String(40))
    card_ts: Mapped[str | None] = mapped_column(String(40))
    timer_key: Mapped[str | None] = mapped_column(String(200))
    ended_at: Mapped[datetime | None]
    # Of a hundred, once it is over.
    points: Mapped[int | None] = mapped_column(SmallInteger)


class DrillEventRow(Base):
    """Something that happened in a drill (`bot.policy.training.drills.DrillEvent`)."""

    __tablename__ = "drill_event"
    __table_args__ = (Index("ix_drill_event_drill_id", "drill_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    drill_id: Mapped[int] = mapped_column(ForeignKey("drill.id"))
    kind: Mapped[EventKind] = mapped_column(words(EventKind, 20))
    key: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[datetime | None]
    quote: Mapped[str] = mapped_column(String(200), default="", server_default="")
    # The message of a line that has buttons, until they are gone.
    offers_at: Mapped[str | None] = mapped_column(String(40))
    findings: Mapped[list[str]] = mapped_column(Json, default=list, info={HOLDS: list})
