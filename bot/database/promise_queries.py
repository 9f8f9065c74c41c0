"""How promises stand: those of one escalation, and those of one person."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select

from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.promises import Promise
from bot.policy.record.promises import Audience, PromiseFacts, PromiseState, PromiseTally, tally

# The days a person's own promises are counted for.
LATELY: Final = timedelta(days=30)


def to_customer(tx: Transaction, number: int) -> PromiseTally:
    """Return how the promises to the customer of an escalation stand."""
    mine = select(Promise).where(Promise.escalation_id == number, Promise.audience == Audience.CUSTOMER)
    return tally((row.facts() for row in tx.session.scalars(mine) if not reading.problem(row)), tx.now)


def of_many(tx: Transaction, numbers: Collection[int]) -> Mapping[int, PromiseTally]:
    """Return how the promises to the customer of some escalations stand, by number; one statement for all."""
    found: dict[int, list[PromiseFacts]] = defaultdict(list)
    if numbers:
        mine = select(Promise).where(Promise.escalation_id.in_(numbers), Promise.audience == Audience.CUSTOMER)
        for row in tx.session.scalars(mine):
            if not reading.problem(row):
                found[row.escalation_id].append(row.facts())
    return {number: tally(promises, tx.now) for number, promises in found.items()}


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
