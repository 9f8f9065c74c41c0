"""Conditions and orders that lists are composed of: what is live, who may see it, what comes first.

Lists filter, sort, count and limit in SQL, so the cost of reading one depends on what it shows.
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
    text,
    true,
    tuple_,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot.database.obligation_queries import to_close
from bot.database.queries import IS_LIVE, LIVE
from bot.models.base import UtcDateTime
from bot.models.clocks import ClockKind, SlaClock
from bot.models.escalation import Escalation
from bot.models.people import Participant, Slot
from bot.models.work import Timer
from bot.policy.decide.lifecycle import Move, allowed_from, is_for_proposals
from bot.policy.decide.list_words import ListFilter
from bot.policy.excerpts import Listed
from bot.policy.model.facts import ACCOUNT
from bot.policy.model.guards import Guard
from bot.policy.plan.attention import ACTING, SOON
from bot.policy.plan.timers import TimerKind
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, Status

# Larger totals are shown as "more than": counting 100,000 rows takes longer than showing a hundred.
MOST_COUNTED: Final = 10_000


def _promises(kind: ClockKind) -> ColumnElement[bool]:
    """Return the condition for what has such a clock; a programme may have none, as `lifecycle.moves` has it."""
    clock = select(SlaClock.kind).where(
        SlaClock.escalation_id == Escalation.id, SlaClock.kind == kind, SlaClock.target.is_not(None)
    )
    return or_(Escalation.kind != ACCOUNT, clock.exists())


HAS_BEGUN: Final[ColumnElement[bool]] = or_(Escalation.kind != ACCOUNT, Escalation.accepted.is_(True))
IS_UNACKNOWLEDGED: Final[ColumnElement[bool]] = and_(
    Escalation.status == Status.OPEN,
    Escalation.acknowledged_at.is_(None),
    HAS_BEGUN,
    _promises(ClockKind.RESPONSE),
)
# Most of the table is closed. The function hides the column from its index, as in `open_to`.
IS_CLOSED: Final[ColumnElement[bool]] = func.coalesce(cast(Escalation.status, String), "") == str(Status.CLOSED)
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
# So many times as many escalations as customers are looked for are read first: few customers have more open.
_READ_FOR_A_CUSTOMER: Final = 8


# As its index has it, which serves no other words.
_IS_OPEN: Final = text("slot.is_open")
# A sum, which no index serves: what is open is read from its own index, and looked up among the numbers of a list.
_ID: Final = Escalation.id + 0


def visible_to(identities: Collection[str], open_policies: Collection[int]) -> ColumnElement[bool]:
    """Return the condition for escalations somebody may see, the same rule as `bot.policy.decide.visibility.may_see`.

    `open_policies` are the versions of the policy that let them see everything confidential.
    """
    # With an offset PostgreSQL evaluates this only for the few confidential ones. Without it, it would first read, each
    # time, everything that somebody has ever had a part in.
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


def of_the_people_of(manager: Collection[str], reports: Collection[str], *, is_open: bool) -> ColumnElement[bool]:
    """Return the condition for escalations of a manager's people, as in `bot.policy.plan.digest.concerns`.

    With `is_open` it holds for those that aren't closed, and is read from their open roles: a manager who is the
    fallback of all has held a role on all that is closed. Without, it is evaluated for each one, so these must be few.
    """
    managed = and_(Slot.role == MANAGER, Slot.person.in_(manager))
    owned = and_(Slot.role.in_((FIX_OWNER, RELATIONSHIP_OWNER, MANAGER)), Slot.person.in_(reports))
    held = or_(managed, owned) if reports else managed
    if is_open:
        return _ID.in_(select(Slot.escalation_id).where(_IS_OPEN, held))
    theirs = select(Slot.escalation_id).where(held, Slot.escalation_id == Escalation.id)
    # The offset keeps PostgreSQL from turning it into a join with all of them.
    return theirs.offset(0).exists()


# What `bot.policy.decide.lifecycle.moves` asks of an escalation besides its status.
_NOT_WITHDRAWN: Final = (Escalation.withdrawn_reason.is_(None),)
_ONLY: Final[Mapping[Move, Sequence[ColumnElement[bool]]]] = {
    Move.AGREE: (Escalation.kind == ACCOUNT,),
    Move.ACKNOWLEDGE: (Escalation.acknowledged_at.is_(None), _promises(ClockKind.RESPONSE)),
    Move.MITIGATE: (_promises(ClockKind.RESOLUTION),),
    Move.WAIVE: (Escalation.waived_at.is_(None), Escalation.confirmed_at.is_(None)),
    Move.CONFIRM: (Escalation.confirmed_at.is_(None),),
    Move.CARRY_OVER: (Escalation.kind != ACCOUNT, Escalation.programme_id.is_(None)),
    Move.LEARN: _NOT_WITHDRAWN,
    Move.CALL: _NOT_WITHDRAWN,
    Move.TRACK: _NOT_WITHDRAWN,
}


def open_to(move: Move) -> ColumnElement[bool]:
    """Return the condition for escalations that allow a move, as in `bot.policy.decide.lifecycle.moves`."""
    statuses = allowed_from(move)
    status: ColumnElement[bool]
    if set(statuses) == set(LIVE):
        status = IS_LIVE
    elif set(statuses) <= set(LIVE):
        status = and_(IS_LIVE, Escalation.status.in_(statuses))
    else:
        # This matches most of the table: SQLite would read all of it by the index on status and then sort. A function
        # hides the column from that index, so that the newest are found from the end of the table.
        words = [str(status) for status in statuses]
        status = func.coalesce(cast(Escalation.status, String), "").in_(words)
    proposed = and_(Escalation.status != Status.CLOSED, ~HAS_BEGUN)
    conditions = [status]
    if not is_for_proposals(move):
        conditions.append(~proposed)
    if move is Move.ACCEPT:
        conditions.append(proposed)
    conditions += _ONLY.get(move, ())
    return and_(*conditions)


def guarded(identities: Collection[str], guards: Mapping[int, Guard]) -> ColumnElement[bool]:
    """Return the condition for escalations on which a guard admits somebody.

    `guards` are by row id of the policy version.
    """
    free, held = [], []
    for number, guard in guards.items():
        if guard.is_empty or guard.admits(identities, {}):
            free.append(number)
        elif guard.slots:
            mine = select(Slot.role).where(
                Slot.escalation_id == Escalation.id, Slot.role.in_(guard.slots), Slot.person.in_(identities)
            )
            held.append(and_(Escalation.policy_id == number, mine.exists()))
    return or_(Escalation.policy_id.in_(free) if free else false(), *held)


def is_watched(now: datetime) -> ColumnElement[bool]:
    """Return the condition for watched escalations, closed or not, whose last question is still to come."""
    kind = Timer.kind == bindparam(None, TimerKind.WATCH_DUE, literal_execute=True)
    asks = (kind, Timer.fired_at.is_(None), Timer.due_at > now)
    return Escalation.id.in_(select(Timer.escalation_id).where(*asks))


def matching(wanted: ListFilter, own: Collection[str], now: datetime) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of a filter but for its account; `own` are the identities of the person who asks."""
    held = select(Slot.role).where(Slot.escalation_id == Escalation.id, Slot.person.in_(sorted(own)))
    by_state = {
        "mine": or_(held.exists(), Escalation.declared_by.in_(sorted(own))),
        "overdue": is_late(now),
        "unacknowledged": IS_UNACKNOWLEDGED,
        "waiting": Escalation.waiting.is_not(None),
    }
    found = [condition for state, condition in by_state.items() if state in wanted.states]
    for column, values in ((Escalation.level, wanted.levels), (Escalation.area, wanted.areas)):
        if values:
            found.append(column.in_(sorted(values)))
    if wanted.regions:
        # Accounts have their region in any case.
        found.append(func.lower(Escalation.region).in_(sorted(region.casefold() for region in wanted.regions)))
    if wanted.since is not None:
        found.append(Escalation.declared_at >= wanted.since)
    if wanted.until is not None:
        found.append(Escalation.declared_at < wanted.until)
    return found


def count(session: Session, *where: ColumnElement[bool]) -> int:
    """Return the count, but at most `MOST_COUNTED` + 1."""
    found = select(literal(1)).select_from(Escalation).where(true(), *where).limit(MOST_COUNTED + 1)
    return session.scalars(select(func.count()).select_from(found.subquery())).one()


def customers(session: Session, *where: ColumnElement[bool]) -> int:
    """Return of how many customers live escalations are."""
    return session.scalars(select(func.count(func.distinct(Escalation.account_id))).where(IS_LIVE, *where)).one()


def newest(session: Session, limit: int, *where: ColumnElement[bool], first: int = 0) -> Sequence[int]:
    """Return numbers, newest first, after `first` newer ones."""
    found = select(Escalation.id).where(true(), *where).order_by(Escalation.id.desc())
    return session.scalars((found.offset(first) if first else found).limit(limit)).all()


def oldest(session: Session, limit: int, *where: ColumnElement[bool]) -> Sequence[int]:
    """Return numbers, oldest first."""
    return session.scalars(select(Escalation.id).where(true(), *where).order_by(Escalation.id).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class LevelCount:
    """The number of escalations of one level in one version of a policy, and how many of them have each mark."""

    policy_id: int
    level: str
    count: int
    marked: tuple[int, ...] = ()


def groups(
    session: Session, *where: ColumnElement[bool], marks: Sequence[ColumnElement[bool]] = ()
) -> Sequence[LevelCount]:
    """Return the count of live escalations by level; each of `marks` is counted in the same pass."""
    key = (Escalation.policy_id, Escalation.level)
    marked = [func.sum(case((mark, 1), else_=0)) for mark in marks]
    rows = session.execute(select(*key, func.count(), *marked).where(IS_LIVE, *where).group_by(*key))
    return [LevelCount(policy, level, number, tuple(rest)) for policy, level, number, *rest in rows]


def most_urgent(
    session: Session,
    ranked: Sequence[Sequence[LevelCount]],
    *where: ColumnElement[bool],
    now: datetime,
    leads: ColumnElement[bool] | None = None,
    first: int = 0,
    limit: int | None = None,
) -> Sequence[int]:
    """Return the numbers of live escalations in the order of `bot.policy.plan.attention.place`.

    `ranked` are the groups by the rank of their level, heaviest first. `leads` is the condition for those that come
    first.
    """
    found = _urgency(ranked, *where, now=now, leads=leads)
    if found is None:
        return []
    statement = select(found.id).order_by(*_order(found)).offset(first)
    return session.scalars(statement if limit is None else statement.limit(limit)).all()


def most_urgent_accounts(
    session: Session, ranked: Sequence[Sequence[LevelCount]], *where: ColumnElement[bool], now: datetime, limit: int
) -> Mapping[int, int]:
    """Return the first `limit` of `most_urgent`, in its order, each with its account."""
    found = _urgency(ranked, *where, now=now, leads=None)
    if found is None:
        return {}
    statement = select(found.id, found.account).order_by(*_order(found)).limit(limit)
    return dict(session.execute(statement).all())


def most_urgent_by_customer(
    session: Session,
    ranked: Sequence[Sequence[LevelCount]],
    *where: ColumnElement[bool],
    now: datetime,
    leads: ColumnElement[bool] | None = None,
    apart: bool = False,
    most: int | None = None,
    first: int = 0,
    limit: int | None = None,
) -> Mapping[int, Listed]:
    """Return the same as `most_urgent`, but those of a customer together, in the place of their first.

    With `apart` those that lead are a list of their own, which the others follow. Of each customer at most `most` are
    returned.
    """
    found = _urgency(ranked, *where, now=now, leads=leads)
    if found is None:
        return {}
    if limit is not None:
        # The customers of the first so many have at least so many: nothing of others is shown.
        ahead: Any = select(found.account).order_by(*_order(found)).limit(first + limit)
        if most is not None:
            ahead = _first_customers(
                session, found, first + limit, of=sum(each.count for same in ranked for each in same)
            )
        if ahead is not None:
            found = _urgency(ranked, *where, Escalation.account_id.in_(ahead), now=now, leads=leads) or found
    place = func.row_number().over(order_by=_order(found)).label("place")
    placed = select(found.id, found.account, found.leads, place).subquery().c
    together = (placed.account, placed.leads) if apart else (placed.account,)
    head = func.min(placed.place).over(partition_by=together).label("head")
    size = func.count().over(partition_by=together).label("size")
    nth = func.row_number().over(partition_by=together, order_by=placed.place).label("nth")
    counted = () if most is None else (nth,)
    named = select(placed.id, placed.account, placed.place, head, size, *counted).subquery().c
    statement = select(named.id, named.account, named.size).order_by(named.head, named.place).offset(first)
    if most is not None:
        statement = statement.where(named.nth <= most)
    rows = session.execute(statement if limit is None else statement.limit(limit))
    return {number: Listed(account, size) for number, account, size in rows}


def _first_customers(
    session: Session, found: ReadOnlyColumnCollection[str, Any], number: int, *, of: int
) -> Sequence[int] | None:
    """Return so many customers in the order of their first escalation; None if there are few escalations (`of`)."""
    read = _READ_FOR_A_CUSTOMER * number
    while read < of:
        statement = select(found.account).order_by(*_order(found)).limit(read)
        customers = dict.fromkeys(session.scalars(statement))
        if len(customers) >= number:
            return list(customers)[:number]
        read *= _READ_FOR_A_CUSTOMER
    return None


def _urgency(
    ranked: Sequence[Sequence[LevelCount]],
    *where: ColumnElement[bool],
    now: datetime,
    leads: ColumnElement[bool] | None,
) -> ReadOnlyColumnCollection[str, Any] | None:
    """Return the columns by which live escalations are put in order; None if there are none."""
    pairs = [(group.policy_id, group.level, rank) for rank, same in enumerate(ranked) for group in same]
    if not pairs:
        return None
    key = tuple_(Escalation.policy_id, Escalation.level)
    rank = case(*((and_(Escalation.policy_id == policy, Escalation.level == level), at) for policy, level, at in pairs))
    # The offset has the conditions evaluated once for each, and not each time the order names them.
    return (
        select(
            Escalation.id,
            Escalation.account_id.label("account"),
            # Within a case SQLite stops at the first condition that decides; as a value it evaluates all of them.
            case((leads if leads is not None else false(), 0), else_=1).label("leads"),
            case((is_late(now), 0), else_=1).label("late"),
            rank.label("rank"),
            func.coalesce(Escalation.first_due_at, literal(_NEVER, UtcDateTime())).label("due"),
        )
        .where(IS_LIVE, key.in_([(policy, level) for policy, level, _ in pairs]), *where)
        .offset(0)
        .subquery()
    ).c


def _order(found: ReadOnlyColumnCollection[str, Any]) -> Sequence[ColumnElement[Any]]:
    # Those that lead because of something else than their level aren't ordered by it, unless something is overdue.
    by_level = case((and_(found.leads == 0, found.late == 1), 0), else_=found.rank)
    return (found.leads, found.late, by_level, found.due, found.id)


def is_late(now: datetime) -> ColumnElement[bool]:
    """Return the condition for escalations with something overdue, as in `bot.policy.plan.attention.is_overdue`."""
    return is_due_by(now)


def is_due_by(at: datetime) -> ColumnElement[bool]:
    """Return the condition for escalations with something due by a time."""
    return Escalation.first_due_at <= at


def due_between(now: datetime, end: datetime) -> ColumnElement[bool]:
    """Return the condition for escalations with nothing overdue, and something due before a time."""
    return and_(Escalation.first_due_at > now, Escalation.first_due_at < end)


def needs(own: Collection[str], answering: Mapping[int, Guard], now: datetime) -> ColumnElement[bool]:
    """Return the condition for escalations that need somebody now, as in `bot.policy.plan.attention.needs`.

    `answering` are the guards of proposals by row id of the policy version.
    """
    held = select(Slot.escalation_id).where(_IS_OPEN, Slot.role.in_(ACTING), Slot.person.in_(own))
    presses = or_(IS_UNACKNOWLEDGED, is_due_by(now + SOON))
    answers = {number: guard for number, guard in answering.items() if not guard.is_empty}
    proposed = and_(Escalation.status == Status.OPEN, ~HAS_BEGUN)
    return or_(and_(presses, _ID.in_(held)), to_close(own), and_(proposed, guarded(own, answers)))
