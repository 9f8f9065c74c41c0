"""Escalated customers, the most urgent first, each with its most urgent escalation: for the hot list and sponsors."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement

from bot.database import hot_list_queries, list_queries
from bot.database.lists import Lists
from bot.database.transaction import Transaction
from bot.policy.plan import hot_list
from bot.policy.plan.hot_list import EarlierList, HotCustomer

# The most escalations among which customers are looked for.
_READ: Final = 300


@dataclass(frozen=True, slots=True)
class HotCustomers:
    """The most urgent of `total` customers, and the escalations that are left out because they can't be read."""

    customers: tuple[HotCustomer, ...]
    total: int
    unreadable: tuple[int, ...]


def read(
    tx: Transaction,
    lists: Lists,
    *where: ColumnElement[bool],
    limit: int,
    earlier: EarlierList | None = None,
    last: EarlierList | None = None,
) -> HotCustomers:
    """Return the customers of the live escalations of which `where` is true, compared with earlier lists."""
    ranked = [same for _, same in lists.ranked(tx, *where)]
    urgent = list_queries.most_urgent_accounts(tx.session, ranked, *where, now=tx.now, limit=_READ)
    heaviest: dict[int, int] = {}
    for number, account in urgent.items():
        heaviest.setdefault(account, number)
    wanted = dict(list(heaviest.items())[:limit])
    found = {facts.number: (facts, each) for facts, each in lists.read(tx, list(wanted.values()))}
    chosen = {account: number for account, number in wanted.items() if number in found}
    stretches = hot_list_queries.stretches(tx.session, chosen, *where)
    words = hot_list_queries.last_words(tx.session, chosen, *where)
    asks = hot_list_queries.asks(tx.session, chosen, *where)
    customers = []
    for account, number in chosen.items():
        facts, own = found[number]
        stretch, rank = stretches[account], own.rank(facts.level)
        customers.append(
            HotCustomer(
                account_id=account,
                facts=facts,
                policy=own,
                count=stretch.count,
                since=stretch.since,
                rank=rank,
                last_word=words.get(account),
                ask=asks.get(account),
                trend=hot_list.trend(account, rank, stretch.since, tx.now, earlier, last),
            )
        )
    unreadable = tuple(number for number in wanted.values() if number not in found)
    return HotCustomers(tuple(customers), hot_list_queries.customers(tx.session, *where), unreadable)
