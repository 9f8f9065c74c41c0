"""A backlog: ten thousand effects due at once, pages among them that came last, within Slack's rates."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select

from bot import settings
from bot.app import build_services
from bot.models.escalation import Escalation
from bot.models.work import Effect, EffectKind, EffectState
from bot.scheduler.deliver import Deliverer, Job
from bot.scheduler.jobs import EscalationJobs
from tests.bench.figures import Figure, say
from tests.bench.population import SMALL, populated
from tests.bench.world import Bench

EFFECTS, PAGES = 10_000, 100
# As long as Slack takes to answer.
_ANSWER_SECONDS = 0.05
_PATIENCE = 120.0


@dataclass
class _Run:
    """How a backlog was worked off."""

    last_page: float
    seconds: float
    cpu: float
    done: int


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure how long the last page waits, and how much of a core the rest takes."""
    for databases in bench.databases():
        say(f"backlog: {EFFECTS:,} effects due at once on {databases.name}")
        with populated(databases, SMALL) as url:
            _fill(url)
            run = asyncio.run(_work_off(url))
        details = {"database": databases.name, "effects": EFFECTS, "pages": PAGES}
        yield Figure("last page out of a backlog", run.last_page, "s", 5, details)
        yield Figure(
            "a backlog worked off", run.done / run.seconds, "effects/s", None, {**details, "cpu": round(run.cpu, 2)}
        )


def _fill(url: str) -> None:
    """Queue what is to be said in the channels, and then pages: the last to come must go first."""
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
        tx.session.execute(insert(Effect), rows)
    services.core.close()


async def _work_off(url: str) -> _Run:
    services = build_services(settings.load(database_url=url))
    out: list[tuple[EffectKind, float]] = []
    everything = asyncio.Event()

    async def perform(job: Job) -> None:
        await asyncio.sleep(_ANSWER_SECONDS)
        out.append((job.effect.kind, time.monotonic()))
        if len(out) == EFFECTS:
            everything.set()

    jobs = EscalationJobs(services.policies, services.channels, services.outside)
    deliverer = Deliverer(services.core, jobs, dict.fromkeys(EffectKind, perform))
    began, cpu = time.monotonic(), time.process_time()
    running = asyncio.create_task(deliverer.run())
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await everything.wait()
    seconds, spent = time.monotonic() - began, time.process_time() - cpu
    await deliverer.stop()
    await running
    services.core.close()
    pages = [at for kind, at in out if kind is EffectKind.PAGE]
    if len(pages) != PAGES:
        raise ValueError(f"{len(pages)} pages of {PAGES}")
    return _Run(max(pages) - began, seconds, spent / seconds, len(out))
