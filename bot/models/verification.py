"""Checked identity factors, and approvals of high-risk requests."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class FactorCheck(Base):
    """A checked kind of proof, by whom and when. On purpose, there is no column for a value."""

    __tablename__ = "factor_check"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    factor: Mapped[str] = mapped_column(String(60), primary_key=True)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class VerificationApproval(Base):
    """The approval of a high-risk request by somebody who may give it."""

    __tablename__ = "verification_approval"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    by: Mapped[str] = mapped_column(String(320))
    at: Mapped[datetime]
