"""Mail: conversations with addresses outside Slack, and the answers that have come."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class MailThread(Base):
    """All mails about one thing to one address. `about` is an escalation's key, or a major incident's.

    `token` is in the address for answers: who knows it may answer for the team, or the customer.
    """

    __tablename__ = "mail_thread"
    __table_args__ = (Index("uq_mail_thread", "about", "address", "for_customer", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"), index=True)
    about: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(254))
    # Empty for the customer's thread.
    team: Mapped[str] = mapped_column(String(60))
    # Whether it is with the customer: their answers are never a team's.
    for_customer: Mapped[bool] = mapped_column(default=False, server_default=false())
    token: Mapped[str] = mapped_column(String(40), unique=True)
    # The ids of its first and of its latest mail, without angle brackets.
    first_mail: Mapped[str] = mapped_column(String(80))
    latest_mail: Mapped[str] = mapped_column(String(80))


class ReceivedMail(Base):
    """A mail that was read, so that it is taken once, however often and by whatever door it comes."""

    __tablename__ = "mail_received"

    # A digest of the Message-ID.
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("mail_thread.id"), index=True)
    # What became of it, in a word: an answer, or why it is none.
    outcome: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(index=True)
