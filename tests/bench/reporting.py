"""The time of a report: a quarter's with a hundred thousand escalations on record, and what keeps it so fast."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from sqlalchemy import Table, func, insert, select, text

from bot.models.escalation import Escalation
from bot.models.measures import MeasureRow
from bot.models.timeline import TimelineEntry
from bot.services.bundle import Services
from bot.services.reports.reports import ACCOUNT, OWNER
from bot.views.reports import report_form
from tests.bench.figures import Figure, median, say
from tests.bench.population import LARGE, MANAGERS, SMALL, populated, services_on
from tests.bench.world import Bench

_TIMES = 7
_WHO = MANAGERS[0]
# The rounds of a hundred that are measured, and how many of the measures are copied again and again.
_ROUNDS = 10
_LIKE = 20
# A person waits for it.
_TARGET_MS = 1000


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure escalations as after an upgrade, then draw reports of all."""
    size = SMALL if bench.quick else LARGE
    for databases in bench.databases():
        say(f"reporting: {size} on {databases.name}")
        with populated(databases, size) as url, services_on(url) as services:
            details = {"database": databases.name, "on record": str(size)}
            took = _measure_all(services)
            yield Figure("measuring an escalation after an upgrade", took, "ms", None, details)
            for name, work in _readings(services):
                times = [_ms(work) for _ in range(1 + bench.times(_TIMES))][1:]
                yield Figure(name, median(times), "ms", _TARGET_MS, details)


def _measure_all(services: Services) -> float:
    """Measure a thousand escalations, and return the time for each in ms; the others get copies of their measures."""
    began = time.perf_counter()
    rounds = sum(services.measures.heal() for _ in range(_ROUNDS))
    took = _since(began) / (100 * max(1, rounds))
    table, other = cast("Table", MeasureRow.__table__), cast("Table", Escalation.__table__)
    last = select(func.max(TimelineEntry.id)).where(TimelineEntry.escalation_id == other.c.id).scalar_subquery()
    own: dict[str, Any] = {
        "last_entry": last,
        "escalation_id": other.c.id,
        "account_id": other.c.account_id,
        "declared_at": other.c.declared_at,
    }
    with services.database.engine.begin() as connection:
        if not services.database.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        like = select(table).order_by(table.c.escalation_id).limit(_LIKE).subquery()
        place = func.row_number().over(order_by=like.c.escalation_id)
        numbered = select(like, (place - 1).label("place")).subquery()
        columns = [own.get(column.name, numbered.c[column.name]) for column in table.columns]
        known = select(table.c.escalation_id)
        copied = select(*columns).join_from(other, numbered, other.c.id % _LIKE == numbered.c.place)
        connection.execute(insert(table).from_select(list(table.columns), copied.where(other.c.id.not_in(known))))
        if not services.database.is_sqlite:
            connection.execute(text("ANALYZE measure"))
    return took


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return _since(began)


def _readings(services: Services) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is measured, including drawing, as a handler does it."""
    policy = services.policies.current

    def drawn(words: str) -> object:
        return report_form.draw(services.reports.asked(words, viewer=_WHO), policy)

    yield "report of a quarter", partial(drawn, "quarter")
    yield "report of a quarter of one account", partial(drawn, "quarter of Customer 0024")
    yield "report of seven days", partial(drawn, "7d")
    yield "a month by account", partial(services.reports.breakdown, None, None, ACCOUNT)
    yield "a month by owner", partial(services.reports.breakdown, None, None, OWNER)
    yield "the numbers of Home and Prometheus", services.headline.refresh
