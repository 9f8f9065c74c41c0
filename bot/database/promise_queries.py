"""How promises stand: those of one escalation, and those of one person."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select

from bot.database.transaction import Transaction
from bot.models.base import Unreadable, UtcDateTime
from bot.models.escalation import Escalation
from bot.models.promises import Promise
from bot.policy.record.promises import Audience, PromiseGroup, PromiseState, PromiseTally, tally

# The days a person's own promises are counted for.
LATELY: Final = timedelta(days=30)
_OVERDUE: Final = and_(Promise.state == PromiseState.OPEN, Promise.due_at <= bindparam("now", type_=UtcDateTime()))
# An update answers all that were missed before it. Which one answered a kept promise says nothing of a delay.
_ANSWERED_AT: Final = case((Promise.state != PromiseState.KEPT, Promise.answered_at))
_COUNTED: Final = (
    select(Promise.escalation_id, Promise.state, _OVERDUE, _ANSWERED_AT, func.min(Promise.due_at), func.count())
    .where(
        Promise.escalation_id.in_(bindparam("numbers", expanding=True)),
        Promise.audience == Audience.CUSTOMER,
    )
    .group_by(Promise.escalation_id, Promise.state, _OVERDUE, _ANSWERED_AT)
)

_BY_STATE: Final = (
    select(Promise.escalation_id, Promise.state, func.min(Promise.due_at), func.count())
    .where(
        Promise.escalation_id.in_(bindparam("numbers", expanding=True)),
        Promise.audience == Audience.CUSTOMER,
    )
    .group_by(Promise.escalation_id, Promise.state)
)


def to_customer(tx: Transaction, number: int) -> PromiseTally:
    """Return how the promises to the customer of an escalation stand."""
    return of_many(tx, [number]).get(number, PromiseTally())


def of_many(tx: Transaction, numbers: Collection[int]) -> Mapping[int, PromiseTally]:
    """Return how the promises to the customer of some escalations stand, by number; one statement for all.

    They are counted by the database: a customer whom nobody updates for months has thousands.
    """
    if not numbers:
        return {}
    found: dict[int, list[PromiseGroup]] = defaultdict(list)
    asked = {"numbers": sorted(numbers), "now": tx.now}
    for number, state, _, answered_at, due_at, count in tx.session.execute(_COUNTED, asked):
        # What can't be read doesn't count.
        if isinstance(state, PromiseState) and not isinstance(due_at, Unreadable):
            answer = None if isinstance(answered_at, Unreadable) else answered_at
            found[number].append(PromiseGroup(state, due_at, answer, count))
    return {number: tally(groups, tx.now) for number, groups in found.items()}


def by_state(tx: Transaction, numbers: Collection[int]) -> Mapping[int, Sequence[PromiseGroup]]:
    """Return the promises to the customer of some escalations, counted by state, by number. Not empty `numbers`."""
    found: dict[int, list[PromiseGroup]] = defaultdict(list)
    rows: Iterable[Any] = tx.session.execute(_BY_STATE, {"numbers": sorted(numbers)})
    for number, state, due_at, count in rows:
        # What can't be read doesn't count.
        if isinstance(state, PromiseState) and not isinstance(due_at, Unreadable):
            found[number].append(PromiseGroup(state, due_at, count=count))
    return found


def of_owner(tx: Transaction, own: Collection[str]) -> PromiseTally:
    """Return how the promises stand that somebody, by their identities, had to keep lately. Delays aren't counted.

    Those of withdrawn escalations count for nothing.
    """
    overdue = (Promise.state == PromiseState.OPEN) & (Promise.due_at <= tx.now)
    mine = (Promise.owner.in_(sorted(own)), Promise.due_at >= tx.now - LATELY, Escalation.withdrawn_reason.is_(None))
    counted = (
        select(Promise.state, overdue, func.count())
        .join(Escalation, Escalation.id == Promise.escalation_id)
        .where(*mine)
        .group_by(Promise.state, overdue)
    )
    found: Counter[PromiseState] = Counter()
    for state, is_overdue, count in tx.session.execute(counted):
        found[PromiseState.BROKEN if is_overdue else state] += count
    return PromiseTally(found[PromiseState.KEPT], found[PromiseState.LATE], found[PromiseState.BROKEN])


def missed_by(tx: Transaction, people: Collection[str], seen: ColumnElement[bool], *, since: datetime) -> int:
    """Return how many updates were due since a time that these people owed, and that came late or haven't come."""
    missed = Promise.state.in_((PromiseState.LATE, PromiseState.BROKEN, PromiseState.OPEN))
    mine = (Promise.owner.in_(sorted(people)), Promise.due_at > since, Promise.due_at <= tx.now, missed, seen)
    counted = select(func.count()).select_from(Promise).join(Escalation, Escalation.id == Promise.escalation_id)
    return tx.session.scalars(counted.where(*mine)).one()
