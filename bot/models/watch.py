"""The watch after resolution: who was asked about the account, and their answers."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, PartialIndex, words
from bot.policy.decide.watches import AccountState, QuestionFacts, WatchDay

_IS_OPEN = text("answer IS NULL")


class WatchQuestion(Base):
    """One question to one person. `since` is the resolution it is about: reopening ends the watch and its questions."""

    __tablename__ = "watch_question"
    __table_args__ = (PartialIndex("ix_watch_question_open", "person", "asked_at", where=_IS_OPEN),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    day: Mapped[WatchDay] = mapped_column("turn", words(WatchDay, 20))
    since: Mapped[datetime]
    person: Mapped[str] = mapped_column(String(320))
    asked_at: Mapped[datetime]
    answer: Mapped[AccountState | None] = mapped_column(words(AccountState, 20))
    answered_by: Mapped[str | None] = mapped_column(String(40))
    answered_at: Mapped[datetime | None]
    # For what happened meanwhile: the health before and now.
    about: Mapped[str | None] = mapped_column(String(80))
    # Where its message is. It is posted once and edited from then on.
    message_channel: Mapped[str | None] = mapped_column(String(40))
    message_ts: Mapped[str | None] = mapped_column(String(40))

    def facts(self) -> QuestionFacts:
        """Return the facts for policy and views."""
        return QuestionFacts(
            id=self.id,
            day=self.day,
            since=self.since,
            person=self.person,
            answer=self.answer,
            answered_by=self.answered_by,
            answered_at=self.answered_at,
            about=self.about,
        )
