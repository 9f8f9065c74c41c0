"""Starting: from nothing to ready, with few accounts and with a hundred thousand, and the memory it takes."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psutil
from sqlalchemy import Engine, insert

from bot.models.account import Account
from bot.policy.account_names import same_key
from tests.bench.figures import Figure, median, say
from tests.bench.processes import Bot
from tests.bench.world import Bench

_MIB = 1024 * 1024
_STARTS = 5
_ACCOUNTS = 100_000
_ENDS = ("Exports", "Systems Inc.", "Werke GmbH", "Labs")


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure `escalate run` from the start of the process until it reports itself ready."""
    for databases in bench.databases():
        say(f"starting: escalate run on {databases.name}")
        with bench.world(databases) as world:  # the first start may have to write bytecode and is not counted
            few = _started(world.bot, bench.times(_STARTS))
            _add_accounts(world.engine)
            many = _started(world.bot, bench.times(_STARTS))
        where = {"database": databases.name}
        yield Figure("start-up", median(few.seconds), "s", 1.5, where)
        yield Figure("processor time of a start-up", median(few.processor), "s", None, where)
        yield Figure("memory when ready", max(few.sizes), "MiB", 120, where)
        details = {**where, "accounts": _ACCOUNTS}
        yield Figure("start-up with many accounts", median(many.seconds), "s", 3, details)
        yield Figure("processor time of a start-up with many accounts", median(many.processor), "s", None, details)
        yield Figure("memory when ready with many accounts", max(many.sizes), "MiB", None, details)


@dataclass(frozen=True)
class _Starts:
    """Seconds, processor seconds and memory of each start. Processor time says more on a machine that others use."""

    seconds: list[float]
    processor: list[float]
    sizes: list[float]


def _started(bot: Bot, times: int) -> _Starts:
    seconds, processor, sizes = [], [], []
    for _ in range(times):
        bot.stop()
        began = time.monotonic()
        process = bot.start()
        bot.wait_ready()
        seconds.append(time.monotonic() - began)
        measured = psutil.Process(process.pid)
        times_used = measured.cpu_times()
        processor.append(times_used.user + times_used.system)
        sizes.append(measured.memory_info().rss / _MIB)
    return _Starts(seconds, processor, sizes)


def _add_accounts(engine: Engine) -> None:
    """Add accounts whose names differ in their first word, some with a legal form."""
    now = datetime.now(UTC)
    common: dict[str, Any] = {"vip": False, "dedicated_csm": False, "contacts": [], "extra": {}}
    common |= {"created_at": now, "updated_at": now}
    names = [f"{chr(65 + number % 26)}{number:06} {_ENDS[number % len(_ENDS)]}" for number in range(_ACCOUNTS)]
    with engine.begin() as connection:
        for first in range(0, _ACCOUNTS, 5_000):
            rows = [{"name": name, "name_key": same_key(name), **common} for name in names[first : first + 5_000]]
            connection.execute(insert(Account), rows)
