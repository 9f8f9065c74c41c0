"""Queries behind the hot list: escalated customers, the latest update on each, and requests to executives."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from bot.database.list_queries import HAS_BEGUN
from bot.database.queries import IS_LIVE
from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.hot_list import ExecutiveAsk, HotListPost
from bot.models.updates import Update
from bot.policy.decide.customer_state import LastWord
from bot.policy.plan.hot_list import EarlierList

# What executives may read without being on it.
OPENLY: Final = (IS_LIVE, HAS_BEGUN, Escalation.is_private.is_(False))
# How much older than a week the list may be that trends are compared with.
_WEEK, _LONGEST = timedelta(days=7), timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Stretch:
    """How many escalations a customer has open, and since when the first of them is."""

    count: int
    since: datetime


def customers(session: Session, *where: ColumnElement[bool]) -> int:
    """Return how many customers the escalations are of."""
    return session.scalars(select(func.count(func.distinct(Escalation.account_id))).where(true(), *where)).one()


def confidential(session: Session) -> int:
    """Return how many open escalations are confidential."""
    hidden = (IS_LIVE, HAS_BEGUN, Escalation.is_private.is_(True))
    return session.scalars(select(func.count()).select_from(Escalation).where(*hidden)).one()


def stretches(session: Session, accounts: Collection[int], *where: ColumnElement[bool]) -> Mapping[int, Stretch]:
    """Return how many escalations some customers have, and since when."""
    columns = (Escalation.account_id, func.count(), func.min(Escalation.declared_at))
    mine = select(*columns).where(Escalation.account_id.in_(accounts), *where).group_by(Escalation.account_id)
    rows: Sequence[Any] = session.execute(mine).all() if accounts else []
    return {account: Stretch(count, since) for account, count, since in rows if isinstance(since, datetime)}


def last_words(session: Session, accounts: Collection[int], *where: ColumnElement[bool]) -> Mapping[int, LastWord]:
    """Return the newest update on the open escalations of each customer."""
    newest = (
        select(func.max(Update.id))
        .join(Escalation, Escalation.id == Update.escalation_id)
        .where(Escalation.account_id.in_(accounts), *where)
        .group_by(Escalation.account_id)
    )
    chosen = (
        select(Update, Escalation.account_id)
        .join(Escalation, Escalation.id == Update.escalation_id)
        .where(Update.id.in_(newest))
    )
    rows = [(row, account) for row, account in session.execute(chosen) if not reading.problem(row)] if accounts else []
    return {
        account: LastWord(row.escalation_id, row.by, row.at, row.note or row.customer_text or row.older_note)
        for row, account in rows
    }


def asks(session: Session, accounts: Collection[int], *where: ColumnElement[bool]) -> Mapping[int, str]:
    """Return what executives are asked to do for each customer: the newest ask of what is open."""
    found = (
        select(ExecutiveAsk, Escalation.account_id)
        .join(Escalation, Escalation.id == ExecutiveAsk.escalation_id)
        .where(Escalation.account_id.in_(accounts), *where)
        .order_by(ExecutiveAsk.at)
    )
    rows: Sequence[tuple[ExecutiveAsk, int]] = session.execute(found).all() if accounts else []
    return {account: row.words for row, account in rows if not reading.problem(row)}


def post_of(session: Session, on: date) -> HotListPost | None:
    """Return the list that was posted on a day; None if there is none that can be read."""
    row = session.scalars(select(HotListPost).where(HotListPost.on == on)).one_or_none()
    return row if row is not None and not reading.problem(row) else None


def of_last_week(session: Session, on: date) -> EarlierList | None:
    """Return the list of a week before a day, or the last one before that; None if none was posted lately."""
    return _latest(session, on - _LONGEST, on - _WEEK)


def last_before(session: Session, on: date) -> EarlierList | None:
    """Return the last list that was posted before a day; None if there is none that can be read."""
    return _latest(session, date.min, on - timedelta(days=1))


def _latest(session: Session, since: date, until: date) -> EarlierList | None:
    mine = (HotListPost.on >= since, HotListPost.on <= until)
    row = session.scalars(select(HotListPost).where(*mine).order_by(HotListPost.on.desc()).limit(1)).one_or_none()
    if row is None or reading.problem(row):
        return None
    return EarlierList(row.total, row.ranks)
