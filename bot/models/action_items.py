"""Action items of an account programme (docs/policy.md#s2)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json, PartialIndex, words
from bot.policy.record.action_items import ActionItemFacts, ActionState, OpenItem

_UNFINISHED = text("state IN ('in progress', 'open')")


class ActionItem(Base):
    """An action item. It always has an owner and a due date.

    `request` is the form that added it, so that a form sent twice adds one.
    """

    __tablename__ = "action_item"
    __table_args__ = (
        UniqueConstraint("escalation_id", "request"),
        # For lists, which read only what is left to do.
        PartialIndex(
            "ix_action_item_unfinished",
            "due_on",
            "owner",
            "escalation_id",
            where=_UNFINISHED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    request: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(320))
    due_on: Mapped[date]
    state: Mapped[ActionState] = mapped_column(words(ActionState, 20))
    # The line of the success criteria it is aimed at, as it read then.
    criterion: Mapped[str | None] = mapped_column(Text)
    # Why it was dropped.
    reason: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    changed_at: Mapped[datetime]

    def facts(self) -> ActionItemFacts:
        """Return the facts for policy and views."""
        return ActionItemFacts(
            id=self.id,
            what=self.what,
            owner=self.owner,
            due_on=self.due_on,
            state=self.state,
            criterion=self.criterion,
            reason=self.reason,
        )


class ProgrammeColumns:
    """Columns of an escalation: where a programme comes from, and what timers and card need of its plan."""

    # Of a programme: the escalation it was made from. Of that one: the programme that owes the customer's updates now.
    made_from_id: Mapped[int | None]
    carried_to_id: Mapped[int | None]
    # By when the manager updates the customer's sponsor.
    sponsor_update_due_at: Mapped[datetime | None]
    # The unfinished action items: a copy of their rows, so that nothing else has to be read.
    open_items: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default=text("'[]'"))

    def unfinished_items(self) -> tuple[OpenItem, ...]:
        """Return the unfinished action items."""
        return tuple(
            OpenItem(id=one["id"], what=one["what"], owner=one["owner"], due_on=date.fromisoformat(one["due_on"]))
            for one in self.open_items
        )
