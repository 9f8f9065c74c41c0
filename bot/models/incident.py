"""Major incidents: one cause behind the escalations of several accounts."""

from datetime import datetime

from sqlalchemy import String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json


class Incident(Base):
    """A major incident: one cause behind the escalations of several accounts."""

    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The id of the form that made it, so that a form sent twice makes one.
    request_key: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    since: Mapped[datetime]
    declared_by: Mapped[str] = mapped_column(String(40))
    declared_at: Mapped[datetime]
    ended_by: Mapped[str | None] = mapped_column(String(40))
    ended_at: Mapped[datetime | None]
    # What was fixed, as announced to everybody at the end.
    fixed: Mapped[str | None] = mapped_column(Text)
    # The names of customers that are affected and have no escalation of it.
    customers: Mapped[list[str]] = mapped_column(Json, default=list, server_default=text("'[]'"))
    message_channel: Mapped[str | None] = mapped_column(String(40))
    message_ts: Mapped[str | None] = mapped_column(String(40))
