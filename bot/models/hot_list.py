"""The hot list: where it was posted each day, and what executives are asked for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json


class HotListPost(Base):
    """The hot list of one day: its message, and what it showed, to compare later ones with.

    `seen` is the newest entry of the timeline that it shows; `ranks` the rank of the level by account.
    """

    __tablename__ = "hot_list_post"

    id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(unique=True)
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))
    seen: Mapped[int | None]
    drawn_at: Mapped[datetime]
    total: Mapped[int]
    ranks: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class ExecutiveAsk(Base):
    """The one thing that executives should do for a customer. The timeline has what was asked before."""

    __tablename__ = "executive_ask"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
