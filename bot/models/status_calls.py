"""Status calls of an account programme (docs/programme.md#status-calls)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import HOLDS, Base, Json, words
from bot.policy.record.status_calls import CallState, OpenCall, StatusCallFacts


class StatusCall(Base):
    """A status call. `request` is the form that planned it, so that a form sent twice plans one."""

    __tablename__ = "status_call"
    __table_args__ = (UniqueConstraint("escalation_id", "request"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    request: Mapped[str] = mapped_column(String(80))
    call_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(String(80))
    owner: Mapped[str] = mapped_column(String(320))
    link: Mapped[str | None] = mapped_column(Text)
    # Mail addresses.
    invited: Mapped[list[str]] = mapped_column(Json, default=list)
    sequence: Mapped[int] = mapped_column(default=0)
    state: Mapped[CallState] = mapped_column(words(CallState, 20))
    # What was agreed; who noted it, and when.
    note: Mapped[str | None] = mapped_column(Text)
    noted_by: Mapped[str | None] = mapped_column(String(40))
    noted_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]

    def facts(self) -> StatusCallFacts:
        """Return the facts for policy and views."""
        return StatusCallFacts(
            id=self.id,
            uid=f"esc-{self.escalation_id}-call-{self.id}-{self.request.lower()}@escalate",
            at=self.call_at,
            zone=self.zone,
            owner=self.owner,
            link=self.link,
            invited=tuple(self.invited),
            sequence=self.sequence,
            state=self.state,
            note=self.note,
        )


class StatusCallColumns:
    """Columns of an escalation: the status call that is planned, a copy of its row."""

    status_call: Mapped[dict[str, Any] | None] = mapped_column(Json, info={HOLDS: dict})

    def planned_call(self) -> OpenCall | None:
        """Return the planned call."""
        kept = self.status_call
        if kept is None:
            return None
        at = datetime.fromisoformat(kept["at"])
        return OpenCall(id=kept["id"], at=at, owner=kept["owner"], link=kept["link"])
