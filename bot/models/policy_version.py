"""The policies that escalations were declared under, and when each policy came into force."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import HOLDS, Base, Json


class PolicyVersion(Base):
    """A policy as it was at a declaration: an escalation keeps the rules it began with."""

    __tablename__ = "policy_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class PolicyChange(Base):
    """A policy that came into force. `changed` names what differs from the one before. Append-only."""

    __tablename__ = "policy_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    owner: Mapped[str]
    changed: Mapped[list[str]] = mapped_column(Json, info={HOLDS: list})
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
