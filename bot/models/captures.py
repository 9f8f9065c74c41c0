"""Additions to the record from the channel: messages, and the names of files. Their contents stay in Slack."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class CapturedMessage(Base):
    """A message that somebody added to the timeline, as it reads now. One that was deleted has no text any more."""

    __tablename__ = "captured_message"
    __table_args__ = (
        UniqueConstraint("escalation_id", "channel", "ts"),
        Index("ix_captured_message_place", "channel", "ts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))
    author: Mapped[str | None] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime]
    captured_by: Mapped[str] = mapped_column(String(40))
    captured_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    # When it was taken off the timeline that is shown: who had added it removed the pushpin.
    taken_off_at: Mapped[datetime | None]


class RecordFile(Base):
    """A file that was shared in the channel or added in a form: its name and where it is, not what is in it.

    Others can't open a file of a form, so the bot posts a copy in the channel: `copied_as` is the copy's id.
    """

    __tablename__ = "record_file"
    __table_args__ = (
        UniqueConstraint("escalation_id", "file"),
        Index("ix_record_file_place", "channel", "ts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    file: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str | None] = mapped_column(String(100))
    by: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime]
    link: Mapped[str | None] = mapped_column(String(500))
    channel: Mapped[str | None] = mapped_column(String(40))
    ts: Mapped[str | None] = mapped_column(String(40))
    copied_as: Mapped[str | None] = mapped_column(String(40))
    deleted_at: Mapped[datetime | None]
