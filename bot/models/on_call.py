"""On-call duty beside the rotas: shifts taken over, absences, answers of other systems, and who was notified."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, PartialIndex, words
from bot.policy.model.on_call import AbsenceSource, OnCallSource

_UNENDED = text("ends_at IS NULL")
_UNBEGUN = text("begun_at IS NULL")
_UNTOLD = text("back_told_at IS NULL")


class ShiftTaken(Base):
    """A shift of an area that somebody has taken over, from one time to another. `area` is the key in lower case."""

    __tablename__ = "shift_taken"
    __table_args__ = (Index("ix_shift_taken_ends_at", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(String(80))
    person: Mapped[str] = mapped_column(String(320))
    instead_of: Mapped[str | None] = mapped_column(String(320))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]


class Away(Base):
    """Somebody's absence, by Slack id. Without `ends_at` it ends when they say, or Slack's status says, so."""

    __tablename__ = "away"
    __table_args__ = (
        Index("ix_away_ends_at", "ends_at"),
        PartialIndex("ix_away_unended", "id", where=_UNENDED),
        Index("ix_away_person", "person"),
        # The look at absences reads these: few rows are in them.
        PartialIndex("ix_away_unbegun", "starts_at", where=_UNBEGUN),
        PartialIndex("ix_away_untold", "ends_at", where=_UNTOLD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(String(40))
    stand_in: Mapped[str | None] = mapped_column(String(320))
    source: Mapped[AbsenceSource] = mapped_column(words(AbsenceSource, 20))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    # When it began for others: the stand-in was told, and pages moved.
    begun_at: Mapped[datetime | None]
    # When the person was told that they are back.
    back_told_at: Mapped[datetime | None]


class FedShiftRow(Base):
    """A shift that a calendar feed, a schedule or a user group told us. Those of one source are replaced together."""

    __tablename__ = "fed_shift"
    __table_args__ = (
        Index("ix_fed_shift_area", "area", "source"),
        Index("ix_fed_shift_ends_at", "ends_at"),
        PartialIndex("ix_fed_shift_unended", "id", where=_UNENDED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(String(80))
    source: Mapped[OnCallSource] = mapped_column(words(OnCallSource, 20))
    person: Mapped[str] = mapped_column(String(320))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class OnCallFeed(Base):
    """The last answer of a source outside. While it fails the shifts of the last good answer stay. On the real clock.

    `told` is the address or id that was asked: another one is asked at once.
    """

    __tablename__ = "on_call_feed"

    area: Mapped[str] = mapped_column(String(80), primary_key=True)
    source: Mapped[OnCallSource] = mapped_column(words(OnCallSource, 20), primary_key=True)
    told: Mapped[str]
    asked_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    error: Mapped[str | None]


class OnCallNow(Base):
    """The person on call for an area when the bot last looked. When that changes, both are notified."""

    __tablename__ = "on_call_now"

    area: Mapped[str] = mapped_column(String(80), primary_key=True)
    person: Mapped[str | None] = mapped_column(String(320))
    since: Mapped[datetime]
