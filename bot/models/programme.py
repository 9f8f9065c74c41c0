"""Account programmes (docs/policy.md#s2): the proposal, its answer, and the consents to closure."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json, words
from bot.policy.decide.account_programme import CriteriaAgreement, Plan, PlanAgreement, PlanCause
from bot.policy.model.programmes import Consent


class Proposal(Base):
    """A proposed account programme: who asked for it and why, who answered, and what was agreed since.

    The answer and its time are on the escalation (`Escalation.accepted`), for the card and the timers.
    """

    __tablename__ = "proposal"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    source: Mapped[str]
    criteria: Mapped[list[str]] = mapped_column(Json, default=list)
    success_criteria: Mapped[str] = mapped_column(Text, default="")
    # The cause, asked before the plan, or who looks for it.
    cause: Mapped[str | None] = mapped_column(Text)
    cause_looked_for_by: Mapped[str | None] = mapped_column(String(320))
    # Who agreed to the plan for the customer, and how; on which day; who noted it. A plan that changes isn't agreed.
    plan_customer: Mapped[str | None] = mapped_column(Text)
    plan_agreed_on: Mapped[date | None]
    plan_agreed_noted_by: Mapped[str | None] = mapped_column(String(40))
    # The plan as texts for the customer told it, each with its update.
    plan_texts: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default=text("'[]'"))
    # Who agreed to the success criteria for the customer, and how; who noted it, and when.
    agreed_customer: Mapped[str | None] = mapped_column(Text)
    agreed_noted_by: Mapped[str | None] = mapped_column(String(40))
    agreed_at: Mapped[datetime | None]
    plan: Mapped[str] = mapped_column(Text, default="")
    # The owner of the plan, its due date, and its address in the ticket system.
    plan_owner: Mapped[str | None] = mapped_column(String(40))
    plan_due_on: Mapped[date | None]
    plan_url: Mapped[str | None] = mapped_column(Text)
    # None with an answer present means that it was accepted automatically, because nobody answered in time.
    answered_by: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(Text)
    # Where its buttons are, as channel and timestamp, so that they can be removed once it is answered.
    messages: Mapped[list[list[str]]] = mapped_column(Json, default=list)

    def agreement(self) -> CriteriaAgreement | None:
        """Return the customer's agreement to the success criteria, if they gave it."""
        if self.agreed_customer is None or self.agreed_noted_by is None or self.agreed_at is None:
            return None
        return CriteriaAgreement(customer=self.agreed_customer, by=self.agreed_noted_by, at=self.agreed_at)

    def found_cause(self) -> PlanCause | None:
        """Return the cause, or who looks for it; None if nobody was asked yet."""
        if self.cause is None and self.cause_looked_for_by is None:
            return None
        return PlanCause(words=self.cause, looked_for_by=self.cause_looked_for_by)

    def plan_agreement(self) -> PlanAgreement | None:
        """Return the customer's agreement to the plan, if they gave it."""
        if self.plan_customer is None or self.plan_agreed_on is None or self.plan_agreed_noted_by is None:
            return None
        return PlanAgreement(customer=self.plan_customer, on=self.plan_agreed_on, by=self.plan_agreed_noted_by)

    def remediation(self) -> Plan | None:
        """Return the plan, if there is one."""
        if self.plan_owner is None or self.plan_due_on is None:
            return None
        return Plan(words=self.plan, owner=self.plan_owner, due_on=self.plan_due_on, url=self.plan_url)


class ConsentGiven(Base):
    """A consent of the stakeholders, or that the success criteria are met; or a manager's waiver of one.

    The customer's consent is the confirmation on the escalation.
    """

    __tablename__ = "consent"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    consent: Mapped[Consent] = mapped_column(words(Consent, 40), primary_key=True)
    # Who agreed and how, or how the criteria are met; for a waiver, the reason.
    how: Mapped[str] = mapped_column(Text)
    waived: Mapped[bool] = mapped_column(default=False)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
