"""Renewals that happened: the account file's renewal date moved on."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class Renewal(Base):
    """A customer renewed what was due on a day. Customers who left have the day in their own row."""

    __tablename__ = "renewal"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True, index=True)
    noted_at: Mapped[datetime]
