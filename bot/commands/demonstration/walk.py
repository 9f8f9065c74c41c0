"""Moves time forward, from one due timer to the next, so that each reminder comes when it is due."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select

from bot.commands.demonstration.clock import SkippingClock
from bot.database import homes
from bot.database.transaction import Core
from bot.models.work import EffectKind, Timer
from bot.program import Program
from bot.scheduler.deliver import Deliverer

# On a way longer than the first, what is due within the second fires at one stop. No message calls that late.
_LONG_WAY = timedelta(hours=6)
_TOGETHER = timedelta(seconds=110)
_HOUR = timedelta(hours=1)
# How long to wait for messages before time goes on.
_PATIENCE_SECONDS = 1.0
# The engine's jobs that look at the time themselves. Shifts change on the hour, and a day of an account begins then.
_BY_THE_CLOCK = ("on call", "weights", "hot list")
# Home shows numbers that are looked at every few minutes, and the tabs of most people follow within a minute.
_OF_HOME = ("numbers", "homes")


@dataclass(frozen=True)
class Walk:
    """The moments at which something is due in the running bot."""

    program: Program
    real_clock: SkippingClock

    async def stops(self, until: float) -> AsyncGenerator[float, None]:
        """Yield when the next timers are due, up to `until`; what they cause is sent before the next one is yielded.

        A long way is walked hour by hour, and timers that are due within a minute or two are one stop: of many open
        escalations each has timers of its own, and a day would take minutes. Cards are drawn once an hour then, because
        each drawing replaces the one before.
        """
        end = datetime.fromtimestamp(until, UTC)
        is_long = end - self._now() > _LONG_WAY
        together = _TOGETHER if is_long else timedelta()
        looking = await self._core.run_in_background(self._looking)
        passed: datetime | None = None
        for leg in self._legs(end) if is_long else (end,):
            with _without_cards(self.program.engine.deliverer) if is_long else nullcontext():
                while (due := await self._core.run_in_background(self._next_due, leg, together, passed)) is not None:
                    started = self._now()
                    yield due.timestamp()
                    self.real_clock.skip(self._now() - started)
                    fired = await self.program.engine.tick.run()
                    await self._settle()
                    passed = None if fired else due  # one that can't be fired is passed
            started = self._now()
            yield leg.timestamp()
            self.real_clock.skip(self._now() - started)
            await self.program.engine.run_jobs(*_BY_THE_CLOCK)
            await self._settle()
        await self.program.engine.run_jobs(*_OF_HOME)
        # A tab follows changes for some hours after it was opened, which have passed at once.
        await self._core.run_in_background(self._look_on, looking)
        await self._settle()

    def _legs(self, end: datetime) -> Iterator[datetime]:
        """Yield the full hours on the way, and the end."""
        at = self._now().replace(minute=0, second=0, microsecond=0) + _HOUR
        while at < end:
            yield at
            at += _HOUR
        yield end

    def _now(self) -> datetime:
        return self.program.services.database.clock.now()

    async def _settle(self) -> None:
        """Wait until what has been caused is sent. What takes longer is sent while time goes on."""
        settled = asyncio.create_task(self.program.engine.deliverer.settled())
        await asyncio.wait({settled}, timeout=_PATIENCE_SECONDS)
        settled.cancel()

    @property
    def _core(self) -> Core:
        return self.program.services.core

    def _next_due(self, end: datetime, together: timedelta, passed: datetime | None) -> datetime | None:
        """Return when the next timer is due, or the last of those that are due together with it, up to `end`.

        Those due until `passed` are left out.
        """
        with self.program.services.database.transaction() as tx:
            may_fire = or_(Timer.not_before.is_(None), Timer.not_before <= tx.real_now)
            waiting = [Timer.fired_at.is_(None), may_fire]
            if passed is not None:
                waiting.append(Timer.due_at > passed)
            first = tx.session.scalars(select(func.min(Timer.due_at)).where(*waiting)).one_or_none()
            if first is None or first > end:
                return None
            last = min(first + together, end)
            return tx.session.scalars(select(func.max(Timer.due_at)).where(*waiting, Timer.due_at <= last)).one()

    def _looking(self) -> Collection[int]:
        with self.program.services.database.transaction() as tx:
            return homes.watchers(tx)

    def _look_on(self, people: Collection[int]) -> None:
        with self.program.services.database.transaction() as tx:
            homes.look_on(tx, people)


@contextmanager
def _without_cards(deliverer: Deliverer) -> Iterator[None]:
    """Leave the drawings of cards in the queue, where those of one card become one, while the context is open."""
    deliverer.held_back = frozenset({EffectKind.REFRESH_CARD})
    try:
        yield
    finally:
        deliverer.held_back = frozenset()
