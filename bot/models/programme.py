"""Account programmes (S2): the proposal and its answer, and who has agreed to the end."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json, words
from bot.policy.decide.account_programme import Plan
from bot.policy.model.programmes import Consent


class Proposal(Base):
    """Who asked for an account programme and why, who answered, and what was agreed since.

    What was answered, and when, stands on the escalation (`Escalation.accepted`), for the card and the timers.
    """

    __tablename__ = "proposal"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    source: Mapped[str]
    criteria: Mapped[list[str]] = mapped_column(Json, default=list)
    success_criteria: Mapped[str] = mapped_column(Text, default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    # Who answers for the plan, by when it is done, and where it is kept in the ticket system.
    plan_owner: Mapped[str | None] = mapped_column(String(40))
    plan_due_on: Mapped[date | None]
    plan_url: Mapped[str | None] = mapped_column(Text)
    # None, where it was answered, says that nobody did in time.
    answered_by: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(Text)
    # Where its buttons are, as channel and timestamp, so that they go when it is answered.
    messages: Mapped[list[list[str]]] = mapped_column(Json, default=list)

    def remediation(self) -> Plan | None:
        """Return the plan, once there is one."""
        if self.plan_owner is None or self.plan_due_on is None:
            return None
        return Plan(words=self.plan, owner=self.plan_owner, due_on=self.plan_due_on, url=self.plan_url)


class ConsentGiven(Base):
    """That the stakeholders agree to the end, or that the success criteria are met; or that a manager waived it.

    The customer's consent is the confirmation on the escalation.
    """

    __tablename__ = "consent"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    consent: Mapped[Consent] = mapped_column(words(Consent, 40), primary_key=True)
    # Who agreed and how, or how the criteria are met; of a waiver, the reason.
    how: Mapped[str] = mapped_column(Text)
    waived: Mapped[bool] = mapped_column(default=False)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
