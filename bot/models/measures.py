"""Figures of each escalation, and ticket counts per day. Both can be rebuilt from the record."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, PartialIndex


class MeasureRow(Base):
    """The measure of one escalation (`bot.policy.record.measures.Measure`), as of its timeline's entry `last_entry`.

    It is computed from the ledger, and again whenever the timeline has a newer entry.
    """

    __tablename__ = "measure"
    __table_args__ = (
        Index("ix_measure_declared", "declared_at"),
        PartialIndex("ix_measure_open", "owner", where=text("is_over IS FALSE")),
    )

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    last_entry: Mapped[int]
    counts: Mapped[bool]
    account_id: Mapped[int]
    team: Mapped[str | None] = mapped_column(String(60))
    region: Mapped[str | None] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(40))
    owner: Mapped[str | None] = mapped_column(String(320))
    is_private: Mapped[bool]
    is_over: Mapped[bool]
    declared_at: Mapped[datetime]
    escalate_seconds: Mapped[int | None]
    response_due_at: Mapped[datetime | None]
    response_at: Mapped[datetime | None]
    response_seconds: Mapped[int | None]
    mitigate_due_at: Mapped[datetime | None]
    mitigate_at: Mapped[datetime | None]
    mitigate_seconds: Mapped[int | None]
    resolved_at: Mapped[datetime | None]
    resolve_seconds: Mapped[int | None]
    kept: Mapped[int]
    late: Mapped[int]
    broken: Mapped[int]
    open_due_at: Mapped[datetime | None]
    silence_seconds: Mapped[int]
    quiet_seconds: Mapped[int]
    quiet_from: Mapped[datetime | None]
    reopened: Mapped[int]
    raised_by_hand: Mapped[bool]
    raised_by_policy: Mapped[bool]
    chosen_lighter: Mapped[bool]
    first_level_could: Mapped[bool | None]
    rating: Mapped[int | None]


class TicketVolume(Base):
    """How many tickets a day had, in a region, or everywhere if the region is empty. Importing again replaces it."""

    __tablename__ = "ticket_volume"

    day: Mapped[date] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(String(80), primary_key=True)
    tickets: Mapped[int]
