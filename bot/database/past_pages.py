"""The pages of rounds that are long over. They're set aside, and read when somebody asks for one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from bot.errors import UnreadableRecord
from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.pages import Page
from bot.policy.record.escalation import PageFacts


@dataclass(frozen=True, slots=True)
class NewestPages:
    """The newest pages of an escalation, the newest first, and how many there are in all."""

    pages: Sequence[PageFacts]
    total: int


def take_in(session: Session, row: Escalation, page_id: int) -> None:
    """Add a page that was set aside to those of its escalation, with its round and the last round of its alarm.

    Does nothing for a page of another escalation. The escalation stays so until the end of the transaction. Raises
    UnreadableRecord.
    """
    session.flush()
    alarm, round_of = (
        select(column).where(Page.id == page_id, Page.escalation_id == row.id).scalar_subquery()
        for column in (Page.alarm, Page.round)
    )
    last = select(func.max(Page.round)).where(Page.escalation_id == row.id, Page.alarm == alarm).scalar_subquery()
    mine = (Page.escalation_id == row.id, Page.alarm == alarm, or_(Page.round == round_of, Page.round == last))
    found = session.scalars(select(Page).where(*mine)).all()
    for one in found:
        if wrong := reading.problem(one):
            raise UnreadableRecord(row.key, f"{one.__tablename__}: {wrong}")
    set_committed_value(row, "pages", sorted({*row.pages, *found}, key=lambda one: one.id))


def newest(session: Session, number: int, limit: int) -> NewestPages:
    """Return the newest pages of an escalation, those of rounds that are over included."""
    mine = Page.escalation_id == number
    total = session.scalar(select(func.count()).where(mine)) or 0
    found = session.scalars(select(Page).where(mine).order_by(Page.id.desc()).limit(limit))
    return NewestPages([page.facts() for page in found], total)
