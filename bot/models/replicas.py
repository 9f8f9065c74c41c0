"""The processes that run now, so that those with other settings notice each other."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json


class Replica(Base):
    """A running process, as of `seen_at` on the real clock: its host, its policy, and its settings but for secrets."""

    __tablename__ = "replica"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    host: Mapped[str] = mapped_column(String(80))
    policy: Mapped[str] = mapped_column(String(64))
    policy_named: Mapped[str]
    settings: Mapped[dict[str, str]] = mapped_column(Json)
    seen_at: Mapped[datetime]
