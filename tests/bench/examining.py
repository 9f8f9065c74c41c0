"""How long `escalate doctor` takes for years of records."""

import time
from collections.abc import Iterator

from bot import settings
from bot.app import build_services
from bot.clock import SystemClock
from bot.database.transaction import Database, open_engine
from bot.services.operator.doctor import Doctor
from bot.services.operator.findings import State
from tests.bench.figures import Figure, say
from tests.bench.population import LARGE, Size, populated
from tests.bench.world import Bench

_QUICK = Size(live=500, ended=10_000)


def figures(bench: Bench) -> Iterator[Figure]:
    """Run the doctor once over everything, row by row."""
    size = _QUICK if bench.quick else LARGE
    for databases in bench.databases():
        say(f"examining: {size} on {databases.name}")
        with populated(databases, size) as url:
            services = build_services(settings.load(database_url=url))
            engine = open_engine(url, read_only=True)
            began, cpu = time.monotonic(), time.process_time()
            found = Doctor(Database(engine, SystemClock()), services.directory).examine()
            took, spent = time.monotonic() - began, time.process_time() - cpu
            engine.dispose()
            services.core.close()
        wrong = [each.says for each in found if each.what == "records" and each.state is not State.OK]
        if wrong:
            raise ValueError(f"rows that can't be read: {wrong}")
        details = {"database": databases.name, "records": str(size), "cpu_s": round(spent, 1)}
        yield Figure("doctor's look at the records", took, "s", None, details)
