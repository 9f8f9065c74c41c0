"""Slack's answer about our token, kept so that the bot can start while Slack is down."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json


class KnownBot(Base):
    """The bot of a token. `token` is a digest; another token is another bot, which Slack has to be asked about."""

    __tablename__ = "known_bot"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    facts: Mapped[dict[str, str | None]] = mapped_column(Json)
