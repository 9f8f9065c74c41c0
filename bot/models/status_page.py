"""The status page: the answers about an outage, as a column of its escalation, and what was read of the page."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json
from bot.policy.record.status_checks import StatusCheck, StatusReading

# There is one status page, and one row.
ONLY: Final = 1


class StatusCheckColumns:
    """The column of the escalation's row about the status page, and its facts."""

    status_check: Mapped[dict[str, Any] | None] = mapped_column(Json)

    def status_page_check(self) -> StatusCheck | None:
        """Return the latest answer to whether the outage is posted."""
        found = self.status_check
        return StatusCheck(found["posted"], found["by"], datetime.fromisoformat(found["at"])) if found else None


class StatusPageReading(Base):
    """The last reading of the status page. A failure keeps what was read before it."""

    __tablename__ = "status_page_reading"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    read_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(Text, default="")
    incidents: Mapped[list[str]] = mapped_column(Json, default=list)
    failed_at: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(Text)

    def facts(self) -> StatusReading:
        """Return the facts for views."""
        return StatusReading(
            read_at=self.read_at,
            words=self.words,
            incidents=tuple(self.incidents),
            failed_at=self.failed_at,
            why=self.why,
        )
