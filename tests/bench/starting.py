"""Starting: from nothing to ready, and the memory it takes."""

import time
from collections.abc import Iterator

import psutil

from tests.bench.figures import Figure, median, say
from tests.bench.world import Bench

_MIB = 1024 * 1024
_STARTS = 5


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure `escalate run` from the start of the process until it reports itself ready."""
    for databases in bench.databases():
        say(f"starting: escalate run on {databases.name}")
        seconds, sizes = [], []
        with bench.world(databases) as world:  # the first start may have to write bytecode and is not counted
            for _ in range(bench.times(_STARTS)):
                world.bot.stop()
                began = time.monotonic()
                process = world.bot.start()
                world.bot.wait_ready()
                seconds.append(time.monotonic() - began)
                sizes.append(psutil.Process(process.pid).memory_info().rss / _MIB)
        where = {"database": databases.name}
        yield Figure("start-up", median(seconds), "s", 1.5, where)
        yield Figure("memory when ready", max(sizes), "MiB", 120, where)
