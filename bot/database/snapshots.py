"""Escalations read whole, for reading only: their rows belong to no session.

Reading is most of what Escalate does: each status, list, Home tab and message. The rows are loaded without the ORM's
session, which takes half the time, and assigned to instances of the same classes, so facts are computed in one place.
Changes of these instances aren't saved; to change an escalation, see `bot.database.queries`.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from bot.database import related
from bot.database.bulk import write_held
from bot.database.instances import made, table_of
from bot.database.queries import AT_ONCE
from bot.database.related import RELATED
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.policy_version import PolicyVersion

_ESCALATION, _ACCOUNT, _POLICY = table_of(Escalation), table_of(Account), table_of(PolicyVersion)
_WIDTH, _ACCOUNT_WIDTH = len(_ESCALATION.columns), len(_ACCOUNT.columns)
_ROWS = (
    select(*_ESCALATION.columns, *_ACCOUNT.columns, _POLICY.c.id)
    .outerjoin_from(_ESCALATION, _ACCOUNT, _ESCALATION.c.account_id == _ACCOUNT.c.id)
    .outerjoin(_POLICY, _ESCALATION.c.policy_id == _POLICY.c.id)
)


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
    statement = _ABOUT_ONE if len(numbers) == 1 else _ABOUT_SEVERAL
    write_held(session)
    connection = session.connection()
    found: dict[int, Escalation] = {}
    for row in connection.execute(statement, {"numbers": which}):
        one = found[row[0]] = made(Escalation, row[:_WIDTH])
        account, policy = row[_WIDTH : _WIDTH + _ACCOUNT_WIDTH], row[-1]
        one.__dict__["account"] = made(Account, account) if account[0] is not None else None
        one.__dict__["policy"] = made(PolicyVersion, (policy,)) if policy is not None else None
    for one in found.values():
        one.__dict__.update((relation.key, []) for relation in RELATED)
    for relation, values in related.read(session, found) if found else ():
        part = made(relation.property.mapper.class_, values)
        found[part.escalation_id].__dict__[relation.key].append(part)
    if texts := {one.policy_id for one in found.values()} - set(parsed):
        loaded = {row.id: row for row in session.scalars(select(PolicyVersion).where(PolicyVersion.id.in_(texts)))}
        for one in found.values():
            if one.policy_id in loaded:
                one.__dict__["policy"] = loaded[one.policy_id]
    return found


_ONE: Final[BindParameter[Any]] = bindparam("numbers")
_SEVERAL: Final[BindParameter[Any]] = bindparam("numbers", expanding=True)
_ABOUT_ONE: Final = _ROWS.where(_ESCALATION.c.id == _ONE)
_ABOUT_SEVERAL: Final = _ROWS.where(_ESCALATION.c.id.in_(_SEVERAL))
