"""What is known of an escalation beyond its three answers, and what was checked of the customer's identity."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base


class IntakeFact(Base):
    """One fact of the policy's intake list, as somebody filled it in. `key` is `section.fact`."""

    __tablename__ = "intake_fact"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


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
