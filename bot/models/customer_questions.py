"""Questions to the customer, mailed with a signed link, and their answers."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words
from bot.policy.record.customer_questions import CustomerAnswer, CustomerQuestionFacts, QuestionKind


class CustomerQuestion(Base):
    """One question to one address. `expires_at` is on the real clock, as the link's end."""

    __tablename__ = "customer_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    kind: Mapped[QuestionKind] = mapped_column(words(QuestionKind, 20))
    address: Mapped[str] = mapped_column(String(254))
    text: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(320))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    # When the customer's update was due and the last one came, before this one: for a mail that comes back.
    due_before: Mapped[datetime | None]
    last_before: Mapped[datetime | None]
    # Why it can't be delivered, in the mail server's words.
    failure: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[CustomerAnswer | None] = mapped_column(words(CustomerAnswer, 20))
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    said: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]

    def facts(self) -> CustomerQuestionFacts:
        """Return the facts for policy and views."""
        return CustomerQuestionFacts(
            id=self.id,
            kind=self.kind,
            address=self.address,
            words=self.text,
            asked_by=self.asked_by,
            asked_at=self.asked_at,
            expires_at=self.expires_at,
            sent_at=self.sent_at,
            failure=self.failure,
            answer=self.answer,
            rating=self.rating,
            said=self.said,
            answered_at=self.answered_at,
        )
