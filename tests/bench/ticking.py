"""The tick: its cost must grow with the due timers, not with the open escalations."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CTE, String, cast, insert, literal, select, text

from bot import settings
from bot.app import build_services
from bot.database import timetable
from bot.models.base import Json, UtcDateTime
from bot.models.escalation import Escalation
from bot.models.work import Timer
from bot.policy.plan.timers import Planned, TimerKind
from bot.scheduler.tick import Tick
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from tests.bench.figures import Figure, median, say
from tests.bench.world import DECLARERS, Bench, load_accounts
from tests.support.databases import Postgres, Sqlite

FEW, MANY = 1_000, 1_000_000
DUE = 20
_TICKS = 16
_TIMERS_EACH = 50
_FIRST = 1_000


def figures(bench: Bench) -> Iterator[Figure]:
    """Compare ticks over few open timers with ticks over many, alternating, so that noise affects both alike."""
    many = MANY // 10 if bench.quick else MANY
    for databases in bench.databases():
        say(f"ticking: {DUE} due of {FEW:,} and of {many:,} open timers on {databases.name}")
        with ExitStack() as stack:
            small, large = (_timers_database(stack, databases, count) for count in (FEW, many))
            times: dict[int, list[float]] = {FEW: [], many: []}
            for round_ in range(1 + bench.times(_TICKS)):
                for count, service_settings in ((FEW, small), (many, large)):
                    took = service_settings.tick(round_)
                    if round_:  # the first of each warms caches
                        times[count].append(took)
        few_ms, many_ms = median(times[FEW]), median(times[many])
        details = {"database": databases.name, "due": DUE, "open": many, "ms": round(many_ms, 1)}
        yield Figure(
            f"tick with {many:,} open timers against {FEW:,}",
            many_ms / few_ms,
            "times",
            2,
            {**details, f"ms_with_{FEW}": round(few_ms, 1)},
        )


@dataclass(frozen=True)
class _TimersDatabase:
    """A database with escalations whose timers fire, and many timers of others."""

    services: Services

    def tick(self, round_: int) -> float:
        """Make one timer of each escalation due, run a tick, and return its milliseconds."""
        services = self.services
        with services.database.transaction() as tx:
            due_at = tx.now - timedelta(seconds=1)
            for number in range(1, DUE + 1):
                planned = Planned(
                    f"ESC-{number}:bench:{round_}", TimerKind.REVIEW_DUE, due_at, {"due": due_at.isoformat()}
                )
                timetable.add(tx, number, [planned])
        tick = Tick(services.core, services.timer_runner, services.digests)
        began = time.perf_counter()
        fired = asyncio.run(tick.run())
        took = (time.perf_counter() - began) * 1000
        if fired != DUE:
            raise ValueError(f"{fired} timers fired, not {DUE}")
        return took


def _timers_database(stack: ExitStack, databases: Sqlite | Postgres, timers: int) -> _TimersDatabase:
    url = stack.enter_context(databases.fresh())
    load_accounts(url)
    services = build_services(settings.load(database_url=url))
    stack.callback(services.core.close)
    for number in range(DUE):
        declaration = Declaration(account_id=number + 1, new_account=None, summary="Exports are down", level="sev3")
        services.declarations.declare(declaration, by=DECLARERS[0], request=f"V{number}")
    _fill(services, timers)
    return _TimersDatabase(services)


def _fill(services: Services, timers: int) -> None:
    """Write escalations of others with timers due in a year, in bulk."""
    others = max(1, timers // _TIMERS_EACH)
    counted, place = _count(others), _count(timers)
    copied = [column for column in Escalation.__table__.c if column.name not in {"id", "request_key"}]
    with services.database.transaction() as tx:
        model = tx.session.execute(select(*copied).where(Escalation.id == 1)).one()
        escalations = select(
            counted.c.n + _FIRST,
            literal("other-") + cast(counted.c.n, String),
            *(literal(value, column.type) for column, value in zip(copied, model, strict=True)),
        )
        tx.session.execute(
            insert(Escalation).from_select(["id", "request_key", *(column.name for column in copied)], escalations)
        )
        rows = select(
            literal("other:") + cast(place.c.n, String),
            _FIRST + 1 + place.c.n % others,
            literal("update due"),
            literal(tx.now + timedelta(days=365), UtcDateTime()),
            literal({}, Json),
            literal(0),
        )
        tx.session.execute(
            insert(Timer).from_select(["key", "escalation_id", "kind", "due_at", "data", "failures"], rows)
        )
    with services.database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _count(to: int) -> CTE:
    """Return the numbers from 1 to `to`, as a table with the column `n`."""
    numbers = select(literal(1).label("n")).cte(recursive=True)
    return numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < to))
