"""The signed links that were used."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class LinkUse(Base):
    """A link that did its work: it does nothing twice. `link` is a digest of what identifies it.

    `used_at` is on the real clock.
    """

    __tablename__ = "link_use"

    link: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(index=True)
