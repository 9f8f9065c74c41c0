"""Directory entries that admins add in Slack, and the audit of their changes. The directory file wins over them."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import HOLDS, Base, Json, words
from bot.policy.model.directory import EntryKind


class DirectoryEntry(Base):
    """One entry of the directory, as the file would write it."""

    __tablename__ = "directory_entry"

    kind: Mapped[EntryKind] = mapped_column(words(EntryKind, 20), primary_key=True)
    key: Mapped[str] = mapped_column(String(320), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class DirectoryChange(Base):
    """A change of an entry: who made it, when, and what was there before and after. Append-only."""

    __tablename__ = "directory_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EntryKind] = mapped_column(words(EntryKind, 20))
    key: Mapped[str] = mapped_column(String(320))
    before: Mapped[dict[str, Any] | None] = mapped_column(Json, info={HOLDS: dict})
    after: Mapped[dict[str, Any] | None] = mapped_column(Json, info={HOLDS: dict})
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class RoleCardShown(Base):
    """A card that says what to do in a role has been shown to somebody: it is shown once."""

    __tablename__ = "role_card_shown"

    person: Mapped[str] = mapped_column(String(40), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
