"""The tick: finds timers due on the business clock and fires them, one escalation at a time.

Timers that page come first, highest level first, even if others have been due for longer. The cost depends on how many
are due, not on how many are open: it reads the head of one index. Two processes may tick at once; an escalation's
timers are fired by the one that locks it first.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select, update

from bot import metrics
from bot.database import queries
from bot.database.failures import log_failure
from bot.database.transaction import Core, is_away
from bot.errors import UnknownWord, UnreadableRecord
from bot.models.work import Timer
from bot.services.firing import TimerRunner
from bot.services.overview.digests import Digests

_BATCH = 200
_FIRST_DELAY = timedelta(seconds=1)
_LONGEST_DELAY = timedelta(minutes=10)
# Retry delays are multiplied by a random factor from this range, so that timers that failed together don't retry
# together.
_JITTER = (0.5, 1.5)
# The column's maximum.
_MOST_FAILURES = 32_767


@dataclass(frozen=True)
class Tick:
    """Fires timers."""

    core: Core
    timer_runner: TimerRunner
    digests: Digests
    # Who fires the timers of no escalation, by what their keys begin with; all others are digests.
    standing: Mapping[str, Callable[[str], tuple[str, ...]]] = field(default_factory=dict)

    async def run(self, alive: Callable[[], None] = lambda: None) -> int:
        """Fire everything due now; return the number of timers fired. Calls `alive` after each batch."""
        started = time.perf_counter()
        fired = 0
        while due := await self.core.run_in_background(self._due):
            progress = 0
            for escalation, keys in due:
                progress += await self.core.run_in_background(self._fire, escalation, keys)
            fired += progress
            alive()
            if not progress:
                break
        metrics.TICK_SECONDS.observe(time.perf_counter() - started)
        return fired

    def _due(self) -> Sequence[tuple[int | None, tuple[str, ...]]]:
        """Return the due timers by escalation, most urgent first; each timer without one is its own group."""
        database = self.core.database
        with database.transaction() as tx:
            found = queries.due(tx.session, tx.now, tx.real_now, _BATCH)
            metrics.TIMERS_FAILING.set(queries.failing(tx.session))
            if found.oldest is not None:
                metrics.TICK_LATENESS.set((tx.now - found.oldest).total_seconds())
            grouped: dict[int | str, tuple[int | None, tuple[str, ...]]] = {}
            for escalation, key in found.timers:
                group = escalation if escalation is not None else key
                keys = grouped.get(group, (None, ()))[1]
                grouped[group] = (escalation, (*keys, key))
            return list(grouped.values())

    def _fire(self, escalation: int | None, keys: tuple[str, ...], *, apart: bool = False) -> int:
        try:
            kinds = self._fired(escalation, keys, apart=apart)
        except UnreadableRecord as error:
            # Logged where it was read, and listed by `doctor`.
            self._note_failure(keys, error.why)
            return 0
        except Exception as error:  # noqa: BLE001 - one escalation must not stop the others
            if not apart and escalation is not None and not is_away(error):
                # All that is due on the escalation fires together, and it is unknown which fails: fire each alone, so
                # that the others fire.
                return sum(self._fire(escalation, (key,), apart=True) for key in keys)
            if isinstance(error, UnknownWord):
                # Its data can be read, but names something that doesn't exist; a retry would find nothing either.
                structlog.get_logger().error("timer unreadable", escalation=escalation, keys=keys, why=str(error))
                self._note_failure(keys, f"its data mean nothing: {error}", at_once=True)
                return 0
            log_failure("firing timers failed", error, escalation=escalation, keys=keys)
            self._note_failure(keys, repr(error))
            return 0
        for kind in kinds:
            metrics.TIMERS.labels(kind=kind).inc()
        return len(kinds)

    def _fired(self, escalation: int | None, keys: tuple[str, ...], *, apart: bool) -> tuple[str, ...]:
        if escalation is None:
            return self.standing.get(keys[0].partition(":")[0], self.digests.fire)(keys[0])
        return self.timer_runner.fire(escalation, only=keys[0] if apart else None)

    def _note_failure(self, keys: tuple[str, ...], error: str, *, at_once: bool = False) -> None:
        """Schedule a retry of failed timers: after a second at first, then later, without end.

        With `at_once` they count as failing now, so that `doctor` reports them, and are looked at again late.
        """
        with self.core.database.transaction() as tx:
            failed = select(Timer.key, Timer.failures).where(Timer.key.in_(keys), Timer.fired_at.is_(None))
            found: Sequence[Any] = tx.session.execute(failed).all()
            for key, counted in found:
                failures = counted if isinstance(counted, int) else 0  # SQLite accepts any type in a column
                if at_once:
                    failures = max(failures, queries.MOST_FAILURES - 1)
                longer = _LONGEST_DELAY if at_once else min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** min(failures, 10))
                delay = longer * random.uniform(*_JITTER)  # noqa: S311 - not for secrets
                values = {
                    "failures": min(failures + 1, _MOST_FAILURES),
                    "not_before": tx.real_now + delay,
                    "error": error,
                }
                tx.session.execute(update(Timer).where(Timer.key == key).values(values))
        metrics.TIMER_FAILURES.inc(len(keys))
