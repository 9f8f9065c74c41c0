"""The parts of statements that lists are made of: what is live, who may see it, what comes first.

Lists select, order, count and limit in SQL, so that reading one costs what it shows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from bot.database.queries import IS_LIVE, LIVE
from bot.models.base import UtcDateTime
from bot.models.escalation import Escalation
from bot.models.people import Participant, Slot
from bot.models.work import Timer
from bot.policy.decide.lifecycle import Move, allowed_from, is_for_proposals
from bot.policy.model.directory import identity_key
from bot.policy.model.facts import ACCOUNT
from bot.policy.model.guards import Guard
from bot.policy.plan.timers import TimerKind
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, Status

# More are counted as "more than": counting 100,000 rows takes longer than showing a hundred of them.
MOST_COUNTED: Final = 10_000

HAS_BEGUN: Final[ColumnElement[bool]] = or_(Escalation.kind != ACCOUNT, Escalation.accepted.is_(True))
IS_UNACKNOWLEDGED: Final[ColumnElement[bool]] = and_(
    Escalation.status == Status.OPEN, Escalation.acknowledged_at.is_(None), HAS_BEGUN
)
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


class _Earliest(GenericFunction[datetime]):
    """The earliest of several times, none of which is NULL."""

    type = UtcDateTime()
    name = "least"
    inherit_cache = True


@compiles(_Earliest, "sqlite")
def _earliest_on_sqlite(element: _Earliest, compiler: SQLCompiler, **options: Any) -> str:
    return f"min({compiler.process(element.clauses, **options)})"


# So many slots are read as fast as a few thousand open escalations are asked about.
_MANY_HELD: Final = 10_000


def visible_to(identities: Collection[str], open_policies: Collection[int]) -> ColumnElement[bool]:
    """Return what somebody may see, as `bot.policy.decide.visibility.may_see` decides it.

    `open_policies` are the versions of the policy that let them see everything that is confidential.
    """
    # With an offset PostgreSQL asks this of the few that are confidential. Without, it would read first, each time,
    # everything that somebody has ever had a part in.
    on_it = (
        Escalation.declared_by.in_(identities),
        select(Slot.role).where(Slot.escalation_id == Escalation.id, Slot.person.in_(identities)).offset(0).exists(),
        select(Participant.id)
        .where(Participant.escalation_id == Escalation.id, Participant.person.in_(identities))
        .offset(0)
        .exists(),
    )
    trusted = Escalation.policy_id.in_(open_policies) if open_policies else false()
    return or_(Escalation.is_private.is_(False), *on_it, trusted)


def held_or_declared_by(identities: Collection[str]) -> ColumnElement[bool]:
    """Return what somebody holds a role in, or has declared."""
    held = select(Slot.role).where(Slot.escalation_id == Escalation.id, Slot.person.in_(identities))
    return or_(Escalation.declared_by.in_(identities), held.exists())


def of_the_people_of(session: Session, manager: Collection[str], reports: Collection[str]) -> ColumnElement[bool]:
    """Return what is of a manager's people, as `bot.policy.plan.digest.concerns` decides it.

    It is read from what they have ever held, or, where that is more than what is open will be, asked of each that is
    open: a manager to whom everything falls has held a role on all there is.
    """
    managed = and_(Slot.role == MANAGER, Slot.person.in_(manager))
    owned = and_(Slot.role.in_((FIX_OWNER, RELATIONSHIP_OWNER)), Slot.person.in_(reports)) if reports else false()
    theirs = select(Slot.escalation_id).where(or_(managed, owned))
    few = session.scalars(select(func.count()).select_from(theirs.limit(_MANY_HELD + 1).subquery())).one()
    if few <= _MANY_HELD:
        return Escalation.id.in_(theirs)
    # With an offset PostgreSQL does not turn it into a join with all of them.
    return theirs.where(Slot.escalation_id == Escalation.id).offset(0).exists()


def open_to(move: Move) -> ColumnElement[bool]:
    """Return that for which somebody can ask a move, as `bot.policy.decide.lifecycle.moves` decides it."""
    statuses = allowed_from(move)
    status: ColumnElement[bool]
    if set(statuses) == set(LIVE):
        status = IS_LIVE
    elif set(statuses) <= set(LIVE):
        status = and_(IS_LIVE, Escalation.status.in_(statuses))
    else:
        # Most of what is on record: SQLite would read all of it by the index of the status, to sort it afterwards.
        # A function hides the column from that index, so that the newest are found from the end of the table.
        words = [str(status) for status in statuses]
        status = func.coalesce(cast(Escalation.status, String), "").in_(words)
    proposed = and_(Escalation.status != Status.CLOSED, ~HAS_BEGUN)
    conditions = [status]
    if not is_for_proposals(move):
        conditions.append(~proposed)
    match move:
        case Move.ACCEPT:
            conditions.append(proposed)
        case Move.AGREE:
            conditions.append(Escalation.kind == ACCOUNT)
        case Move.ACKNOWLEDGE:
            conditions.append(Escalation.acknowledged_at.is_(None))
        case Move.WAIVE:
            conditions += [Escalation.waived_at.is_(None), Escalation.confirmed_at.is_(None)]
        case _:
            pass
    return and_(*conditions)


def guarded(identities: Collection[str], guards: Mapping[int, Guard]) -> ColumnElement[bool]:
    """Return what a guard lets somebody do; `guards` are those of the versions of the policy, by their row."""
    free, held = [], []
    for number, guard in guards.items():
        if not (guard.slots or guard.people) or not {identity_key(who) for who in guard.people}.isdisjoint(identities):
            free.append(number)
        elif guard.slots:
            mine = select(Slot.role).where(
                Slot.escalation_id == Escalation.id, Slot.role.in_(guard.slots), Slot.person.in_(identities)
            )
            held.append(and_(Escalation.policy_id == number, mine.exists()))
    return or_(Escalation.policy_id.in_(free) if free else false(), *held)


def is_watched(now: datetime) -> ColumnElement[bool]:
    """Return what is watched after its resolution, closed or not: whose last question is still to come."""
    kind = Timer.kind == bindparam(None, TimerKind.WATCH_DUE, literal_execute=True)
    asks = (kind, Timer.fired_at.is_(None), Timer.due_at > now)
    return Escalation.id.in_(select(Timer.escalation_id).where(*asks))


def count(session: Session, *where: ColumnElement[bool]) -> int:
    """Return how many there are, `MOST_COUNTED` and one at most."""
    found = select(literal(1)).select_from(Escalation).where(true(), *where).limit(MOST_COUNTED + 1)
    return session.scalars(select(func.count()).select_from(found.subquery())).one()


def newest(session: Session, limit: int, *where: ColumnElement[bool]) -> Sequence[int]:
    """Return the newest first."""
    return session.scalars(
        select(Escalation.id).where(true(), *where).order_by(Escalation.id.desc()).limit(limit)
    ).all()


def oldest(session: Session, limit: int, *where: ColumnElement[bool]) -> Sequence[int]:
    """Return the oldest first."""
    return session.scalars(select(Escalation.id).where(true(), *where).order_by(Escalation.id).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many escalations of one level of one version of a policy there are, and how many of them are marked."""

    policy_id: int
    level: str
    count: int
    marked: tuple[int, ...] = ()


def groups(
    session: Session, *where: ColumnElement[bool], marks: Sequence[ColumnElement[bool]] = ()
) -> Sequence[LevelCount]:
    """Return the levels that what is live has, with their numbers; each of `marks` is counted in the same pass."""
    key = (Escalation.policy_id, Escalation.level)
    marked = [func.sum(case((mark, 1), else_=0)) for mark in marks]
    rows = session.execute(select(*key, func.count(), *marked).where(IS_LIVE, *where).group_by(*key))
    return [LevelCount(policy, level, number, tuple(rest)) for policy, level, number, *rest in rows]


def in_order(
    session: Session,
    ranked: Sequence[Sequence[LevelCount]],
    *where: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]] = (),
    first: int = 0,
    limit: int | None = None,
) -> Sequence[int]:
    """Return the numbers of what is live, the heaviest first, within a rank by `order` and then the oldest.

    `ranked` are the groups by the rank of their level, the heaviest first. Only those are read that are shown.
    """
    start, place, wanted = 0, first, []
    for rank, same in enumerate(ranked):
        size = sum(group.count for group in same)
        if start + size <= first:
            place -= size
        elif limit is None or start < first + limit:
            wanted.append((rank, same))
        start += size
    if not wanted:
        return []
    pairs = [(group.policy_id, group.level, rank) for rank, same in wanted for group in same]
    key = tuple_(Escalation.policy_id, Escalation.level)
    by_rank = [
        case(
            *((and_(Escalation.policy_id == policy, Escalation.level == level), rank) for policy, level, rank in pairs)
        )
    ]
    statement = (
        select(Escalation.id)
        .where(IS_LIVE, key.in_([(policy, level) for policy, level, _ in pairs]), *where)
        .order_by(*(by_rank if len(wanted) > 1 else ()), *order, Escalation.id)
        .offset(place)
    )
    return session.scalars(statement if limit is None else statement.limit(limit)).all()


def is_late(now: datetime) -> ColumnElement[bool]:
    """Return that of which something is overdue, as `bot.policy.plan.digest.lines` decides it."""
    return and_(HAS_BEGUN, or_(false(), *(due <= now for due in _dues())))


def due_today(now: datetime, tomorrow: datetime) -> ColumnElement[datetime]:
    """Return when the next thing is due before `tomorrow` begins; far in the future where nothing is."""
    times = [case((and_(due > now, due < tomorrow), due), else_=literal(_NEVER, UtcDateTime())) for due in _dues()]
    return case((HAS_BEGUN, _Earliest(*times)), else_=literal(_NEVER, UtcDateTime()))


def _dues() -> tuple[InstrumentedAttribute[datetime | None], ...]:
    return (
        Escalation.response_due_at,
        Escalation.resolution_due_at,
        Escalation.customer_update_due_at,
        Escalation.internal_update_due_at,
        Escalation.review_due_at,
    )
