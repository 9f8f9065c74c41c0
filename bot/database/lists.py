"""Lists that somebody may see: what is overdue first, counted in the database, read only as far as shown."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement

from bot.database import list_queries
from bot.database.list_queries import LevelCount
from bot.database.policies import Found
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy

_LAST = 1_000
Ranked = Sequence[tuple[int, Sequence[LevelCount]]]


@dataclass(frozen=True)
class Lists:
    """Read excerpts of lists. Each method takes a fixed number of statements and reads only the rows it returns."""

    records: Records

    def visible(self, tx: Transaction, viewer: str) -> ColumnElement[bool]:
        """Return the condition for the escalations that somebody (by Slack id) may see."""
        return self.records.visible(tx, viewer)

    def closed_by(self, tx: Transaction, person: str) -> ColumnElement[bool]:
        """Return the condition for the escalations that somebody may close; see `bot.policy.decide.lifecycle`."""
        own = sorted(self.records.people.identities(tx, person))
        guards = {number: policy.guards.close for number, policy in self.records.policies.all(tx).items()}
        return list_queries.guarded(own, guards)

    def read(self, tx: Transaction, numbers: Sequence[int]) -> tuple[Found, ...]:
        """Return escalations with their policies, in this order; missing ones are left out."""
        found = self.records.policies.snapshots(tx, numbers)
        return self.records.policies.readable(found[number] for number in dict.fromkeys(numbers) if number in found)

    def ranked(self, tx: Transaction, *where: ColumnElement[bool], marks: Sequence[ColumnElement[bool]] = ()) -> Ranked:
        """Return the count of live escalations by the rank of their level in their own policy, heaviest first.

        Each of `marks` is counted too.
        """
        groups = list_queries.groups(tx.session, *where, marks=marks)
        policies = self.records.policies.numbered(tx, {group.policy_id for group in groups})
        by_rank: dict[int, list[LevelCount]] = defaultdict(list)
        for group in groups:
            by_rank[_rank(policies.get(group.policy_id), group.level)].append(group)
        return sorted(by_rank.items())

    def live(
        self,
        tx: Transaction,
        *where: ColumnElement[bool],
        leads: ColumnElement[bool] | None = None,
        first: int = 0,
        limit: int | None = None,
        ranked: Ranked | None = None,
    ) -> Excerpt[Found]:
        """Return live escalations in the order of `bot.policy.plan.attention.place`; those of `leads` come first.

        If `first` is beyond the end, the last entries are returned. `ranked` is passed by callers that have it already.
        """
        by_rank = ranked if ranked is not None else self.ranked(tx, *where)
        groups = [same for _, same in by_rank]
        total = _total(by_rank)
        first = _beginning(first, total, limit)
        numbers = list_queries.most_urgent(
            tx.session, groups, *where, now=tx.now, leads=leads, first=first, limit=limit
        )
        return self._several(tx, Excerpt(tuple(numbers), total, first))

    def by_customer(
        self,
        tx: Transaction,
        *where: ColumnElement[bool],
        leads: ColumnElement[bool] | None = None,
        apart: bool = False,
        most: int | None = None,
        first: int = 0,
        limit: int | None = None,
        ranked: Ranked | None = None,
        counts_customers: bool = True,
    ) -> Excerpt[Found]:
        """Return the same as `live`, but those of a customer together, in the place of their first.

        With `apart` those of `leads` are a list of their own, which the others follow. Of each customer at most `most`
        are returned; the total counts all, and so does the number of customers.
        """
        by_rank = ranked if ranked is not None else self.ranked(tx, *where)
        total = _total(by_rank)
        first = _beginning(first, total, limit)
        under = list_queries.most_urgent_by_customer(
            tx.session,
            [same for _, same in by_rank],
            *where,
            now=tx.now,
            leads=leads,
            apart=apart,
            most=most,
            first=first,
            limit=limit,
        )
        customers = list_queries.customers(tx.session, *where) if counts_customers else 0
        return self._several(tx, Excerpt(tuple(under), total, first, under=under, customers=customers))

    def _several(self, tx: Transaction, found: Excerpt[int]) -> Excerpt[Found]:
        """Return the escalations of an excerpt of numbers."""
        read = {facts.number: (facts, policy) for facts, policy in self.read(tx, found.shown)}
        return Excerpt(
            tuple(read[number] for number in found.shown if number in read),
            found.total,
            found.first,
            tuple(number for number in found.shown if number not in read),
            found.under,
            found.customers,
        )

    def needing(self, tx: Transaction, own: Collection[str], now: datetime) -> ColumnElement[bool]:
        """Return the condition for the escalations that need somebody, by their identities, now."""
        guards = {number: policy.guards.accept for number, policy in self.records.policies.all(tx).items()}
        return list_queries.needs(sorted(own), guards, now)

    def newest(self, tx: Transaction, limit: int, *where: ColumnElement[bool], first: int = 0) -> Excerpt[Found]:
        """Return the newest first, after `first` newer ones.

        The total is capped at `bot.database.list_queries.MOST_COUNTED` + 1. If `first` is beyond the end, the last
        entries are returned.
        """
        numbers = list_queries.newest(tx.session, limit, *where, first=first)
        if not first:
            return self._some(tx, numbers, limit, *where)
        total = max(list_queries.count(tx.session, *where), first + len(numbers) if numbers else 0)
        if not numbers and total:
            first = max(0, (total - 1) // limit * limit)
            numbers = list_queries.newest(tx.session, limit, *where, first=first)
        return self._several(tx, Excerpt(tuple(numbers), total, first))

    def oldest(self, tx: Transaction, limit: int, *where: ColumnElement[bool]) -> Excerpt[Found]:
        """Return the oldest first; the total is capped as in `newest`."""
        return self._some(tx, list_queries.oldest(tx.session, limit, *where), limit, *where)

    def _some(self, tx: Transaction, numbers: Sequence[int], limit: int, *where: ColumnElement[bool]) -> Excerpt[Found]:
        total = len(numbers) if len(numbers) < limit else list_queries.count(tx.session, *where)
        return self._several(tx, Excerpt(tuple(numbers), total))


def _total(ranked: Ranked) -> int:
    return sum(group.count for _, same in ranked for group in same)


def _beginning(first: int, total: int, limit: int | None) -> int:
    """Return where a page begins: beyond the end, where the last one does."""
    return max(0, (total - 1) // limit * limit) if limit is not None and first >= total else first


def _rank(policy: Policy | None, level: str) -> int:
    """Return the rank of a level. One its policy doesn't have comes last; it can't be read and is left out there."""
    try:
        return policy.rank(level) if policy else _LAST
    except KeyError:
        return _LAST
