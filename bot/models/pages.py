"""Pages, and the messages that asked a team to help."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json, PartialIndex, words
from bot.policy.record.escalation import PageCause, PageFacts, RouteFacts, RouteState

_FACTS: Final = tuple(field.name for field in fields(PageFacts))
_RINGS = text("ended_at IS NULL")
_IS_READ = text("set_aside_at IS NULL")


class Page(Base):
    """A page to one person: repeated until acknowledged, then passed to the next rung."""

    __tablename__ = "page"
    # Who is looked up may be paged by their address: few pages ring, of all there ever were.
    # Those that an escalation is read with are few, too: rounds that are long over are set aside.
    __table_args__ = (
        PartialIndex("ix_page_ringing", "person", where=_RINGS),
        PartialIndex("ix_page_read", "escalation_id", where=_IS_READ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), index=True)
    cause: Mapped[PageCause] = mapped_column(words(PageCause))
    role: Mapped[str] = mapped_column(String(40))
    person: Mapped[str] = mapped_column(String(320))
    due_at: Mapped[datetime]
    started_at: Mapped[datetime]
    # How many messages were queued, how many arrived, and when the first and the last arrived.
    asked: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    sends: Mapped[int] = mapped_column(SmallInteger, default=0)
    sent_at: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]
    rung: Mapped[str | None] = mapped_column(String(40))
    rung_at: Mapped[datetime | None]
    followed: Mapped[str | None] = mapped_column(String(320))
    asked_by: Mapped[str | None] = mapped_column(String(40))
    # The alarm of the escalation it belongs to, how many times the ladder ended before in it, and when it ended with
    # this page, which then pauses.
    alarm: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    round: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    exhausted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None] = mapped_column(String(40))
    acknowledged_by: Mapped[str | None] = mapped_column(String(320))
    message_channel: Mapped[str | None] = mapped_column(String(40))
    message_ts: Mapped[str | None] = mapped_column(String(40))
    # How the latest ring fared by each route.
    routes: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default=text("'[]'"))
    unreached_at: Mapped[datetime | None]
    # When nothing was decided by it any more (`bot.policy.decide.past_pages`).
    set_aside_at: Mapped[datetime | None]

    def facts(self) -> PageFacts:
        """Return the facts for policy and views."""
        # Read past SQLAlchemy's instrumentation: an escalation has many pages, and each change reads all of them.
        loaded = self.__dict__
        values = {name: loaded[name] if name in loaded else getattr(self, name) for name in _FACTS}
        values["routes"] = tuple(_route_facts(one) for one in self.routes) if values["routes"] else ()
        return PageFacts(**values)


def _route_facts(stored: Mapping[str, Any]) -> RouteFacts:
    at = datetime.fromisoformat(stored["at"])
    return RouteFacts(
        stored["route"],
        stored["send"],
        RouteState(stored["state"]),
        at,
        stored.get("why"),
        for_good=stored.get("for_good", False),
    )


class TeamQuestion(Base):
    """A message that asked a team to help. Anybody who answers in its thread has seen the question.

    `word` is that of the stored message; None for those of an earlier version.
    """

    __tablename__ = "team_question"
    __table_args__ = (Index("uq_team_question", "escalation_id", "team", "channel", "ts", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"))
    team: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))
    word: Mapped[str | None] = mapped_column(String(40))
