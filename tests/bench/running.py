"""Running: the start with years of records, and the cost of an idle bot."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from tests.bench.figures import Figure, median, say
from tests.bench.population import LARGE, SMALL, Size, populated
from tests.bench.processes import Bot, free_port, slack
from tests.bench.world import DIRECTORY, Bench, workspace
from tests.support.databases import Postgres, Sqlite

_STARTS = 4
_WATCHED_SECONDS = 40
_QUICK = Size(live=1_000, ended=5_000)
_HEALED_WITHIN = 600


@dataclass(frozen=True)
class _Measured:
    """Results for one size: seconds to ready, seconds until the audit pass finished, share of a core."""

    ready: float
    healed: float
    idle: float


def figures(bench: Bench) -> Iterator[Figure]:
    """Start on a small and a large database, and leave the bot idle."""
    large = _QUICK if bench.quick else LARGE
    for databases in bench.databases():
        found = {size: _measured(bench, databases, size) for size in (SMALL, large)}
        small, many = found[SMALL], found[large]
        details = {"database": databases.name, "records": str(large)}
        yield Figure(
            "start-up to ready with much on record",
            many.ready,
            "s",
            3,
            {**details, "with_little": round(small.ready, 2), "ratio": round(many.ready / small.ready, 2)},
        )
        yield Figure("everything looked through after a start", many.healed, "s", None, details)
        yield Figure(
            "idle, share of a core",
            many.idle * 100,
            "%",
            3,
            {**details, "with_little": round(small.idle * 100, 2), "ratio": round(many.idle / small.idle, 2)},
        )
        yield Figure(
            "a second of the running bot with much on record against little",
            many.idle / small.idle,
            "times",
            1.5,
            {**details, "cpu_ms": round(many.idle * 1000, 1), "cpu_ms_with_little": round(small.idle * 1000, 1)},
        )


def _measured(bench: Bench, databases: Sqlite | Postgres, size: Size) -> _Measured:
    say(f"running: {size} on {databases.name}")
    with populated(databases, size) as url, _bot(bench, url) as bot:
        times = []
        process = bot.start()
        for round_ in range(1 + bench.times(_STARTS)):
            bot.stop()
            began = time.monotonic()
            process = bot.start()
            bot.wait_ready()
            if round_:  # the first may have to write bytecode
                times.append(time.monotonic() - began)
        healed = _healed(bot)
        seconds = bench.times(_WATCHED_SECONDS)
        watched = psutil.Process(process.pid)
        before, began = watched.cpu_times(), time.monotonic()
        time.sleep(seconds)
        after, took = watched.cpu_times(), time.monotonic() - began
        return _Measured(median(times), healed, (after.user + after.system - before.user - before.system) / took)


def _healed(bot: Bot) -> float:
    """Wait for the audit pass after the last start; return how many seconds it took."""
    deadline = time.monotonic() + _HEALED_WITHIN
    while time.monotonic() < deadline:
        log = bot.log()
        last = max(place for place, entry in enumerate(log) if entry.get("event") == "ready")
        # It may finish before the bot is ready.
        ends = [entry for entry in log[max(0, last - 3) :] if entry.get("event") == "audit pass finished"]
        if ends:
            return float(str(ends[-1]["seconds"]))
        time.sleep(0.5)
    raise TimeoutError("not everything was looked through")


@contextmanager
def _bot(bench: Bench, url: str) -> Iterator[Bot]:
    folder = bench.new_folder()
    with slack(folder, workspace()) as running:
        bot = Bot(folder, running.url, url, DIRECTORY, free_port())
        try:
            yield bot
        finally:
            bot.stop()
