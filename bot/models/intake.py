"""What is known of an escalation beyond its three answers, what was checked of an identity, and the sheets for both."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words


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


class SheetKind(StrEnum):
    """The sheets a channel can have."""

    INTAKE = "intake"
    VERIFICATION = "verification"
    CHECKLIST = "checklist"


class Sheet(Base):
    """A message of the channel that is kept as things stand: posted once, then edited. A new channel gets a new one."""

    __tablename__ = "sheet"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    kind: Mapped[SheetKind] = mapped_column(words(SheetKind, 20), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))
