"""What was checked of an identity, and who approved requests of high risk."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class FactorCheck(Base):
    """That a kind of proof was checked, by whom and when. There is no column for a value, on purpose."""

    __tablename__ = "factor_check"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    factor: Mapped[str] = mapped_column(String(60), primary_key=True)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class VerificationApproval(Base):
    """That somebody who may has approved a request of high risk."""

    __tablename__ = "verification_approval"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
