"""Level requests, with their answers and who gave them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json, words
from bot.policy.record.level_requests import LevelRequestFacts, LevelRequestKind


class LevelRequest(Base):
    """A change of level, or of due times, that waits for the manager's answer, and the answer.

    Open requests are also copied to the escalation (`Escalation.requests`), for the card and the timers.
    """

    __tablename__ = "level_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    kind: Mapped[LevelRequestKind] = mapped_column(words(LevelRequestKind, 20))
    level: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(String(40))
    answered_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    answer: Mapped[str | None]
    # For a downgrade: a digest of the account data it was proposed on. A refusal holds as long as these are the same.
    basis: Mapped[str | None] = mapped_column(String(64))
    # Where its buttons are, as channel and timestamp, so that they can be removed once it is answered.
    messages: Mapped[list[list[str]]] = mapped_column(Json, default=list)

    def facts(self) -> LevelRequestFacts:
        """Return the facts for policy and views."""
        return LevelRequestFacts(
            id=self.id,
            kind=self.kind,
            level=self.level,
            by=self.by,
            reason=self.reason,
            asked_at=self.asked_at,
            answered_by=self.answered_by,
            answered_at=self.answered_at,
            granted=self.granted,
            answer=self.answer,
        )
