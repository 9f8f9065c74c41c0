"""Queries about one customer's record, limited to what the viewer may see. Each function is one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from bot.database.list_queries import HAS_BEGUN
from bot.database.queries import IS_LIVE
from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.promises import Promise
from bot.models.review import CorrectiveAction
from bot.models.updates import Update
from bot.policy.decide.customer_state import AccountFollowUp, LastWord, Spell
from bot.policy.excerpts import Excerpt
from bot.policy.record.ending import FollowUpState
from bot.policy.record.escalation import Status
from bot.policy.record.promises import Audience, PromiseState, PromiseTally

# The newest escalations that say since when a customer is escalated, and how they rated us.
MOST_SPELLS: Final = 300


def spells(session: Session, account: int, seen: ColumnElement[bool]) -> Sequence[Spell]:
    """Return the newest escalations of a customer as stretches of time, without withdrawn ones and proposals."""
    columns = (Escalation.declared_at, Escalation.closed_at, Escalation.rating)
    mine = (Escalation.account_id == account, Escalation.withdrawn_reason.is_(None), HAS_BEGUN, seen)
    rows = session.execute(select(*columns).where(*mine).order_by(Escalation.declared_at.desc()).limit(MOST_SPELLS))
    return [Spell(*row) for row in rows if _can_be_read(row)]


def unresolved(session: Session, account: int, seen: ColumnElement[bool]) -> int:
    """Return how many escalations of a customer aren't resolved yet."""
    mine = (Escalation.account_id == account, Escalation.status.in_((Status.OPEN, Status.MITIGATED)), HAS_BEGUN, seen)
    return session.scalars(select(func.count()).select_from(Escalation).where(*mine)).one()


def _can_be_read(row: Row[*tuple[Any, ...]]) -> bool:
    """Return True if a row holds what its columns should: SQLite accepts anything."""
    declared_at, closed_at, rating = row
    is_time = isinstance(declared_at, datetime) and isinstance(closed_at, datetime | None)
    return is_time and isinstance(rating, int | None)


def promises(session: Session, account: int, seen: ColumnElement[bool], since: datetime, now: datetime) -> PromiseTally:
    """Return how the promises to a customer stand that were due since a time. An open one that is overdue is broken."""
    overdue = (Promise.state == PromiseState.OPEN) & (Promise.due_at <= now)
    mine = (Escalation.account_id == account, Escalation.withdrawn_reason.is_(None), seen)
    counted = (
        select(Promise.state, overdue, func.count())
        .join(Escalation, Escalation.id == Promise.escalation_id)
        .where(*mine, Promise.audience == Audience.CUSTOMER, Promise.due_at >= since)
        .group_by(Promise.state, overdue)
    )
    found = dict.fromkeys(PromiseState, 0)
    for state, is_overdue, count in session.execute(counted):
        found[PromiseState.BROKEN if is_overdue else state] += count
    return PromiseTally(found[PromiseState.KEPT], found[PromiseState.LATE], found[PromiseState.BROKEN])


def last_word(session: Session, account: int, seen: ColumnElement[bool]) -> LastWord | None:
    """Return the newest update on a customer's open escalations: what the customer was told, or our note."""
    mine = (Escalation.account_id == account, IS_LIVE, seen)
    newest = (
        select(Update)
        .join(Escalation, Escalation.id == Update.escalation_id)
        .where(*mine)
        .order_by(Update.id.desc())
        .limit(1)
    )
    row = session.scalars(newest).one_or_none()
    if row is None or reading.problem(row):
        return None
    return LastWord(row.escalation_id, row.by, row.at, row.customer_text or row.note or row.older_note)


def follow_ups(session: Session, account: int, seen: ColumnElement[bool], limit: int) -> Excerpt[AccountFollowUp]:
    """Return the follow-ups of a customer's escalations that aren't done, the one due first in front."""
    unsettled = (FollowUpState.OPEN, FollowUpState.IN_PROGRESS)
    mine = (Escalation.account_id == account, CorrectiveAction.state.in_(unsettled), seen)
    found = (
        select(CorrectiveAction, func.count().over())
        .join(Escalation, Escalation.id == CorrectiveAction.escalation_id)
        .where(*mine)
        .order_by(CorrectiveAction.due_on, CorrectiveAction.id)
        .limit(limit)
    )
    rows = [(row, total) for row, total in session.execute(found) if not reading.problem(row)]
    shown = tuple(AccountFollowUp(row.escalation_id, row.what, row.owner, row.due_on) for row, _ in rows)
    return Excerpt(shown, max((total for _, total in rows), default=0))
