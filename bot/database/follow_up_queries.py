"""Follow-ups across escalations: what is left to do, the earliest date first. A page takes two statements."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, select

from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.review import CorrectiveAction
from bot.policy.excerpts import Excerpt
from bot.policy.record.ending import FollowUpState
from bot.policy.record.follow_ups import FollowUpLine, LateFollowUps

# Literals in the statement, because only then can the partial index serve it.
_LEFT: Final[BindParameter[Any]] = bindparam(
    "left", (FollowUpState.OPEN, FollowUpState.IN_PROGRESS), expanding=True, literal_execute=True
)
IS_UNSETTLED: Final = CorrectiveAction.state.in_(_LEFT)
# Those of a mistake, or of a duplicate, are nobody's.
_STANDS: Final = Escalation.withdrawn_reason.is_(None)


def is_of(own: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for the follow-ups of somebody, by their identities."""
    return CorrectiveAction.owner.in_(sorted(own))


def is_late(today: date) -> ColumnElement[bool]:
    """Return the condition for the follow-ups whose date has passed."""
    return CorrectiveAction.due_on < today


def listed(tx: Transaction, *where: ColumnElement[bool], first: int, limit: int) -> Excerpt[FollowUpLine]:
    """Return a page of follow-ups, the earliest date first; if `first` is beyond the end, the last ones."""
    conditions = (_STANDS, *where)
    escalation = (Escalation, Escalation.id == CorrectiveAction.escalation_id)
    counted = select(func.count()).select_from(CorrectiveAction).join(*escalation).where(*conditions)
    total = tx.session.scalars(counted).one()
    if first >= total:
        first = max(0, (total - 1) // limit * limit)
    rows = (
        select(CorrectiveAction, Account.name)
        .join(*escalation)
        .join(Account, Account.id == Escalation.account_id)
        .where(*conditions)
        .order_by(CorrectiveAction.due_on, CorrectiveAction.id)
        .offset(first)
        .limit(limit)
    )
    found = tx.session.execute(rows).all()
    readable = tuple(_line(row, account) for row, account in found if not reading.problem(row))
    broken = tuple(row.escalation_id for row, _ in found if reading.problem(row))
    return Excerpt(readable, total, first, broken)


def late(tx: Transaction, *where: ColumnElement[bool], today: date, limit: int) -> LateFollowUps:
    """Return the follow-ups whose date has passed, the earliest first; one statement."""
    rows = (
        select(CorrectiveAction, Account.name, func.count().over())
        .join(Escalation, Escalation.id == CorrectiveAction.escalation_id)
        .join(Account, Account.id == Escalation.account_id)
        .where(_STANDS, IS_UNSETTLED, is_late(today), *where)
        .order_by(CorrectiveAction.due_on, CorrectiveAction.id)
        .limit(limit)
    )
    found = tx.session.execute(rows).all()
    readable = tuple(_line(row, account) for row, account, _ in found if not reading.problem(row))
    return LateFollowUps(shown=readable, total=found[0][2] if found else 0, on=today)


def _line(row: CorrectiveAction, account: str) -> FollowUpLine:
    return FollowUpLine(
        id=row.id,
        number=row.escalation_id,
        account=account,
        what=row.what,
        owner=row.owner,
        due_on=row.due_on,
        url=row.url,
        state=row.state,
    )
