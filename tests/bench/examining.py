"""The time `escalate doctor` takes for years of records, by default and with `--all`."""

import time
from collections.abc import Iterator

from bot import settings
from bot.app import build_services
from bot.clock import SystemClock
from bot.database.engine import open_engine
from bot.database.transaction import Database
from bot.services.operator.doctor import Doctor
from bot.services.operator.findings import Grade
from bot.views.kit.checks import find_validators_once
from bot.views.overview.listing import draw_everywhere
from tests.bench.figures import Figure, say
from tests.bench.population import LARGE, Size, populated
from tests.bench.world import Bench

_QUICK = Size(live=500, ended=10_000)


def figures(bench: Bench) -> Iterator[Figure]:
    """Run the doctor once by default and once over everything, row by row."""
    find_validators_once()
    size = _QUICK if bench.quick else LARGE
    for databases in bench.databases():
        say(f"examining: {size} on {databases.name}")
        with populated(databases, size) as url:
            services = build_services(settings.load(database_url=url))
            engine = open_engine(url, read_only=True)
            doctor = Doctor(Database(engine, SystemClock()), services.directory, trial=draw_everywhere)
            for title, progress, target in (
                ("doctor's look at the records", None, 15),
                ("doctor's look at every record", lambda *_: None, None),
            ):
                began, cpu = time.monotonic(), time.process_time()
                found = doctor.examine(progress)
                took, spent = time.monotonic() - began, time.process_time() - cpu
                wrong = [each.says for each in found if each.what == "records" and each.state is not Grade.OK]
                if wrong:
                    raise ValueError(f"rows that can't be read: {wrong}")
                details = {"database": databases.name, "records": str(size), "cpu_s": round(spent, 1)}
                yield Figure(title, took, "s", target, details)
            engine.dispose()
            services.core.close()
