"""Escalations read whole, for reading only: their rows belong to no session.

Reading is most of what Escalate does: each status, list, Home tab and message. The rows are loaded without the ORM's
session, which takes half the time, and assigned to instances of the same classes. So the facts are computed in one
place, whoever asks. Changes of these instances would go nowhere; to change an escalation, see `bot.database.queries`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeVar, cast

from sqlalchemy import BindParameter, Column, ColumnElement, Table, bindparam, select
from sqlalchemy.orm import Session

from bot.database import related
from bot.database.bulk import write_held
from bot.database.queries import AT_ONCE, RELATED
from bot.models.account import Account
from bot.models.base import Base
from bot.models.escalation import Escalation
from bot.models.policy_version import PolicyVersion

M = TypeVar("M", bound=Base)


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


_ESCALATION, _ACCOUNT, _POLICY = _table(Escalation), _table(Account), _table(PolicyVersion)
_WIDTH, _ACCOUNT_WIDTH = len(_ESCALATION.columns), len(_ACCOUNT.columns)
_ROWS = (
    select(*_ESCALATION.columns, *_ACCOUNT.columns, _POLICY.c.id)
    .outerjoin_from(_ESCALATION, _ACCOUNT, _ESCALATION.c.account_id == _ACCOUNT.c.id)
    .outerjoin(_POLICY, _ESCALATION.c.policy_id == _POLICY.c.id)
)
_ONE: Final[BindParameter[Any]] = bindparam("numbers")
_SEVERAL: Final[BindParameter[Any]] = bindparam("numbers", expanding=True)


def of(session: Session, numbers: Collection[int], *, parsed: Collection[int]) -> dict[int, Escalation]:
    """Return escalations by number; missing ones are left out.

    The text of a policy is loaded unless its version is among `parsed`. What the session has changed and not yet
    written is not seen.
    """
    wanted = sorted(set(numbers))
    found: dict[int, Escalation] = {}
    for first in range(0, len(wanted), AT_ONCE):
        found.update(_some(session, wanted[first : first + AT_ONCE], parsed))
    return found


def _some(session: Session, numbers: Sequence[int], parsed: Collection[int]) -> Mapping[int, Escalation]:
    which: Any = numbers[0] if len(numbers) == 1 else numbers
    statements = _ABOUT_ONE if len(numbers) == 1 else _ABOUT_SEVERAL
    write_held(session)
    connection = session.connection()
    found: dict[int, Escalation] = {}
    for row in connection.execute(statements[0], {"numbers": which}):
        one = found[row[0]] = _made(Escalation, row[:_WIDTH])
        account, policy = row[_WIDTH : _WIDTH + _ACCOUNT_WIDTH], row[-1]
        one.__dict__["account"] = _made(Account, account) if account[0] is not None else None
        one.__dict__["policy"] = _made(PolicyVersion, (policy,)) if policy is not None else None
    for one in found.values():
        one.__dict__.update((relation.key, []) for relation in RELATED)
    for relation, values in related.read(session, statements[1], {"numbers": which}) if found else ():
        part = _made(relation.property.mapper.class_, values)
        found[part.escalation_id].__dict__[relation.key].append(part)
    if texts := {one.policy_id for one in found.values()} - set(parsed):
        loaded = {row.id: row for row in session.scalars(select(PolicyVersion).where(PolicyVersion.id.in_(texts)))}
        for one in found.values():
            if one.policy_id in loaded:
                one.__dict__["policy"] = loaded[one.policy_id]
    return found


def _made(model: type[M], values: Sequence[Any]) -> M:
    """Return an instance with these values of its table's columns, in their order, as if the ORM had loaded it."""
    made = model.__mapper__.class_manager.new_instance()
    made.__dict__.update(zip(_keys(model), values, strict=False))
    return cast("M", made)


@cache
def _keys(model: type[Base]) -> tuple[str, ...]:
    return tuple(model.__mapper__.get_property_by_column(column).key for column in _table(model).columns)


def _statements(where: Callable[[Column[int]], ColumnElement[bool]]) -> tuple[Any, Any]:
    """Return the statements that read escalations and then their related rows."""
    return _ROWS.where(where(_ESCALATION.c.id)), related.statement(where)


def _is_one(column: Column[int]) -> ColumnElement[bool]:
    return column == _ONE


def _is_among(column: Column[int]) -> ColumnElement[bool]:
    return column.in_(_SEVERAL)


_ABOUT_ONE: Final = _statements(_is_one)
_ABOUT_SEVERAL: Final = _statements(_is_among)
