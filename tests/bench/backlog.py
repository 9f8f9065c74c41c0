"""A backlog: ten thousand effects due at once, with pages queued last, and ten thousand timers due at once.

Effects are worked off twice: as fast as the bot can, and as fast as Slack's rate limits allow, where most have to wait.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import func, insert, literal, select

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.integrations.slack.budget import POST, Budget
from bot.models.escalation import Escalation
from bot.models.work import RANKS, Effect, EffectKind, EffectState, Timer
from bot.scheduler.claims import PLENTY
from bot.scheduler.deliver import Deliverer
from bot.scheduler.escalation_jobs import EscalationJobs
from bot.scheduler.jobs import Job
from bot.scheduler.rates import RoomByKind
from bot.scheduler.tick import Tick
from tests.bench.figures import Figure, say
from tests.bench.population import SMALL, Size, populated
from tests.bench.world import Bench
from tests.support.databases import Postgres, Sqlite

EFFECTS, PAGES = 10_000, 100
# Slack's response time.
_ANSWER_SECONDS = 0.05
_PATIENCE = 120.0
_HELD_BACK_SECONDS = 40
_AT_ONCE = 500
_OPEN = Size(live=5_000, ended=100)
TIMERS = 10_000


@dataclass
class _Run:
    """The result of working off a backlog."""

    last_page: float
    seconds: float
    cpu: float
    done: int
    cpu_held_back: float = 0.0
    claimed: int = 0


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure how long the last page waits, and what share of a core the rest takes."""
    for databases in bench.databases():
        say(f"backlog: {EFFECTS:,} effects due at once on {databases.name}")
        details = {"database": databases.name, "effects": EFFECTS, "pages": PAGES}
        with populated(databases, SMALL) as url:
            _fill(url)
            run = asyncio.run(_work_off(url))
        yield Figure("last page out of a backlog", run.last_page, "s", 5, details)
        yield Figure(
            "a backlog worked off", run.done / run.seconds, "effects/s", None, {**details, "cpu": round(run.cpu, 2)}
        )
        with populated(databases, SMALL) as url:
            _fill(url)
            run = asyncio.run(_work_off(url, Budget(time.time), seconds=bench.times(_HELD_BACK_SECONDS)))
        yield Figure("last page out of a backlog within Slack's rates", run.last_page, "s", 5, details)
        yield Figure(
            "a backlog that Slack's rates hold back, share of a core",
            run.cpu_held_back * 100,
            "%",
            20,
            {**details, "done": run.done, "claimed": run.claimed},
        )
        yield from _timers(databases)


def _fill(url: str) -> None:
    """Queue messages in channels and then pages: the last to be queued must go first."""
    services = build_services(settings.load(database_url=url))
    with services.database.transaction() as tx:
        numbers = tx.session.scalars(select(Escalation.id).limit(SMALL.live)).all()
        kinds = [EffectKind.ANNOUNCEMENT] * (EFFECTS - PAGES) + [EffectKind.PAGE] * PAGES
        rows = [
            {
                "escalation_id": numbers[place % len(numbers)],
                "kind": kind,
                "priority": kind.priority(0),
                "payload": {"what": "bench"},
                "state": EffectState.READY,
                "lane": None if kind is EffectKind.PAGE else f"ESC-{numbers[place % len(numbers)]}:talk",
                "attempts": 0,
                "in_doubt": False,
                "created_at": datetime.now(UTC),
            }
            for place, kind in enumerate(kinds)
        ]
        # PostgreSQL ends a transaction that pauses, as on a busy machine before ten thousand rows.
        for first in range(0, EFFECTS, _AT_ONCE):
            tx.session.execute(insert(Effect), rows[first : first + _AT_ONCE])
    services.core.close()


async def _work_off(url: str, budget: Budget | None = None, seconds: float = _PATIENCE) -> _Run:
    services = build_services(settings.load(database_url=url))
    out: list[tuple[EffectKind, float]] = []
    everything, claimed = asyncio.Event(), count()
    pages_are_out: list[tuple[float, float]] = []

    async def perform(job: Job) -> None:
        next(claimed)
        is_page = job.effect.kind is EffectKind.PAGE
        if budget is not None:
            await asyncio.sleep(budget.take(POST, f"C{job.effect.escalation_id}", urgent=is_page))
        await asyncio.sleep(_ANSWER_SECONDS)
        out.append((job.effect.kind, time.monotonic()))
        if len(out) == EFFECTS:
            everything.set()

    jobs = EscalationJobs(services.policies, services.channels, services.external_messages)
    room = PLENTY if budget is None else None
    deliverer = Deliverer(
        services.core,
        jobs,
        dict.fromkeys(EffectKind, perform),
        room=lambda: room or RoomByKind(budget or Budget(time.time)),
    )
    began, cpu = time.monotonic(), time.process_time()
    running = asyncio.create_task(deliverer.run())
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            if budget is not None:
                # By then the burst that Slack's rate limits allow is over.
                await asyncio.sleep(seconds / 2)
                pages_are_out.append((time.monotonic(), time.process_time()))
            await everything.wait()
    took, spent = time.monotonic() - began, time.process_time() - cpu
    held_back = [(time.process_time() - cpu) / (time.monotonic() - at) for at, cpu in pages_are_out]
    await deliverer.stop()
    await running
    services.core.close()
    pages = [at for kind, at in out if kind is EffectKind.PAGE]
    if len(pages) != PAGES:
        raise ValueError(f"{len(pages)} pages of {PAGES}")
    return _Run(max(pages) - began, took, spent / took, len(out), sum(held_back), next(claimed))


def _timers(databases: Sqlite | Postgres) -> Iterator[Figure]:
    """Skip the downtime in which ten thousand timers become due, and fire them.

    Of the escalations that have timers due, a quarter pages somebody. These must come before the others.
    """
    with populated(databases, _OPEN) as url:
        clock = ManualClock(datetime.now(UTC))
        services = build_services(settings.load(database_url=url), clock=clock)
        with services.database.transaction() as tx:
            ahead = select(Timer.due_at).where(Timer.fired_at.is_(None)).order_by(Timer.due_at)
            clock.forward(tx.session.scalars(ahead.offset(TIMERS - 1).limit(1)).one() - tx.now)
        with services.database.transaction() as tx:
            due = (Timer.fired_at.is_(None), Timer.due_at <= tx.now)
            of_due = select(func.count(), func.count(Timer.escalation_id.distinct()))
            waiting, escalations = tx.session.execute(of_due.where(*due)).one()
            pages, paging = tx.session.execute(of_due.where(*due, Timer.priority < RANKS)).one()
        say(f"backlog: {waiting:,} timers due at once on {databases.name}")
        began, cpu, last_urgent, batches = time.monotonic(), time.process_time(), 0.0, 0
        urgent = select(literal(1)).select_from(Timer).where(*due, Timer.priority < RANKS).limit(1)

        def look() -> None:
            nonlocal last_urgent, batches
            batches += 1
            with services.database.transaction() as tx:
                if not last_urgent and tx.session.scalar(urgent) is None:
                    last_urgent = time.monotonic() - began

        fired = asyncio.run(Tick(services.core, services.timer_runner, services.digests).run(look))
        took, spent = time.monotonic() - began, time.process_time() - cpu
        services.core.close()
    details: dict[str, object] = {"database": databases.name, "open": _OPEN.live, "timers": waiting}
    details |= {"escalations": escalations, "that_page": pages, "escalations_that_page": paging}
    details |= {"seconds": round(took, 1), "cpu_s": round(spent, 1), "batches": batches}
    yield Figure("timers of a backlog fired", fired / took, "timers/s", None, details)
    yield Figure("last timer that pages somebody out of a backlog", last_urgent, "s", None, details)
    yield Figure("its share of the time that the whole backlog takes", last_urgent / took, "times", 0.5, details)
