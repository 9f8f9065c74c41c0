"""Claiming and settling: effects per second of one worker and of two, when nothing outside is slow."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import update

from bot import settings
from bot.app import build_services
from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.models.work import UNSETTLED, Effect, EffectKind, EffectState
from bot.scheduler.deliver import Deliverer
from bot.scheduler.escalation_jobs import EscalationJobs
from bot.scheduler.jobs import Job
from bot.services.declaring.declaration import Declaration
from tests.bench.figures import Figure, median, say
from tests.bench.world import DECLARERS, Bench, load_accounts

EFFECTS = 1_000
_ESCALATIONS = 20
_RUNS = 3


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure one worker on both databases, and two on PostgreSQL: SQLite is for one process."""
    for databases in bench.databases():
        rates = {}
        for workers in (1, 2) if databases.name == "postgresql" else (1,):
            say(f"delivering: {EFFECTS:,} effects by {workers} of {databases.name}")
            runs = []
            for _ in range(bench.times(_RUNS)):
                with databases.fresh() as url:
                    _fill(url)
                    runs.append(_rate(url, workers))
            rates[workers] = median(runs)
            details: dict[str, Any] = {"database": databases.name, "workers": workers}
            if workers > 1:
                details["times_one"] = round(rates[workers] / rates[1], 2)
            yield Figure("claims and settlements", rates[workers], "effects/s", None, details)


def _fill(url: str) -> None:
    """Write escalations and the effects to perform."""
    load_accounts(url)
    services = build_services(settings.load(database_url=url))
    for number in range(_ESCALATIONS):
        declaration = Declaration(account_id=number + 1, new_account=None, summary="Exports are down", level="sev3")
        services.declarations.declare(declaration, by=DECLARERS[0], request=f"V{number}")
    with services.database.transaction() as tx:
        tx.session.execute(update(Effect).where(Effect.state.in_(UNSETTLED)).values(state=EffectState.DROPPED))
        for number in range(_ESCALATIONS):
            effects = [NewEffect(EffectKind.ANNOUNCEMENT, {"what": "bench"})] * (EFFECTS // _ESCALATIONS)
            outbox.put_all(tx, number + 1, *effects)
    services.core.close()


def _rate(url: str, workers: int) -> float:
    """Run workers in processes of their own until nothing is left; return effects per second."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(workers), context.Queue()
    processes = [context.Process(target=_work, args=(url, n, barrier, results)) for n in range(workers)]
    for process in processes:
        process.start()
    shares: list[_Share] = [results.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    if sum(share.done for share in shares) != EFFECTS:
        raise ValueError(shares)
    return EFFECTS / (max(share.ended for share in shares) - min(share.began for share in shares))


@dataclass(frozen=True)
class _Share:
    """One worker's result, in times of the machine's monotonic clock."""

    done: int
    began: float
    ended: float


def _work(url: str, number: int, barrier: Barrier, results: Any) -> None:
    asyncio.run(_deliver(url, number, barrier, results))


async def _deliver(url: str, number: int, barrier: Barrier, results: Any) -> None:
    services = build_services(settings.load(database_url=url))
    done: list[int] = []

    async def perform(job: Job) -> None:
        done.append(job.effect.id)

    jobs = EscalationJobs(services.policies, services.channels, services.external_messages)
    deliverer = Deliverer(services.core, jobs, {EffectKind.ANNOUNCEMENT: perform}, worker=f"worker {number}")
    await services.core.run(services.accounts.refresh)  # opens the connection before the race begins
    barrier.wait(60)
    began = time.monotonic()
    await deliverer.drain()
    results.put(_Share(len(done), began, time.monotonic()))
    services.core.close()
