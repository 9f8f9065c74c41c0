"""Action items of all account programmes: those whose date has passed, the earliest first."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, select

from bot.database.queries import IS_LIVE
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.account import Account
from bot.models.action_items import ActionItem
from bot.models.escalation import Escalation
from bot.policy.record.action_items import UNFINISHED, ItemLine, LateItems

# Literals in the statement, because only then can the partial index serve it.
_UNFINISHED: Final[BindParameter[Any]] = bindparam(
    "unfinished", tuple(sorted(UNFINISHED)), expanding=True, literal_execute=True
)
IS_UNFINISHED: Final = ActionItem.state.in_(_UNFINISHED)


def is_of(own: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for the action items of somebody, by their identities."""
    return ActionItem.owner.in_(sorted(own))


def late(tx: Transaction, *where: ColumnElement[bool], today: date, limit: int) -> LateItems:
    """Return the action items of live programmes whose date has passed, the earliest first; one statement."""
    rows = (
        select(ActionItem, Account.name, func.count().over())
        .join(Escalation, Escalation.id == ActionItem.escalation_id)
        .join(Account, Account.id == Escalation.account_id)
        .where(IS_LIVE, IS_UNFINISHED, ActionItem.due_on < today, *where)
        .order_by(ActionItem.due_on, ActionItem.id)
        .limit(limit)
    )
    found = tx.session.execute(rows).all()
    readable = tuple(
        ItemLine(id=row.id, number=row.escalation_id, account=name, what=row.what, owner=row.owner, due_on=row.due_on)
        for row, name, _ in found
        if not reading.problem(row)
    )
    return LateItems(shown=readable, total=found[0][2] if found else 0)
