"""Corrective actions of the post-incident review: the follow-ups that are tracked here until they are done."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, PartialIndex, words
from bot.policy.record.ending import CorrectiveActionFacts, FollowUpState

_UNSETTLED = text("state IN ('open', 'in progress')")


class CorrectiveAction(Base):
    """An action to prevent the problem from coming back. It always has an owner and a due date."""

    __tablename__ = "corrective_action"
    __table_args__ = (
        # For lists, which read only what is left to do.
        PartialIndex(
            "ix_corrective_action_unsettled",
            "due_on",
            "owner",
            "escalation_id",
            where=_UNSETTLED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(320))
    due_on: Mapped[date]
    # The same in another system, as an address.
    url: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[FollowUpState] = mapped_column(
        words(FollowUpState, 20), default=FollowUpState.OPEN, server_default=FollowUpState.OPEN.value
    )
    # Why it was dropped.
    reason: Mapped[str | None] = mapped_column(Text)
    # None for those of earlier versions.
    added_by: Mapped[str | None] = mapped_column(String(40))
    added_at: Mapped[datetime | None]
    # Who said that it is done, or dropped it.
    settled_by: Mapped[str | None] = mapped_column(String(40))
    settled_at: Mapped[datetime | None]

    def facts(self) -> CorrectiveActionFacts:
        """Return the facts for policy and views."""
        return CorrectiveActionFacts(
            what=self.what,
            owner=self.owner,
            due_on=self.due_on,
            url=self.url,
            state=self.state,
            reason=self.reason,
            id=self.id,
            added_at=self.added_at,
        )
