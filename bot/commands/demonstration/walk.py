"""Moves time forward, from one due timer to the next, so that each reminder comes when it is due."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select

from bot.commands.demonstration.clock import SkippingClock
from bot.database import homes
from bot.database.transaction import Core
from bot.models.work import Effect, EffectState, Timer
from bot.program import Program

_LOOK_SECONDS = 0.02
# On a way longer than the first, what is due within the second fires at one stop. No message calls that late.
_LONG_WAY = timedelta(hours=6)
_TOGETHER = timedelta(seconds=110)
# How long to wait for messages before time goes on.
_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True)
class Walk:
    """The moments at which something is due in the running bot."""

    program: Program
    real_clock: SkippingClock

    async def stops(self, until: float) -> AsyncIterator[float]:
        """Yield when the next timers are due, up to `until`; what they cause is sent before the next one is yielded.

        On a long way, those that are due within a minute or two are one stop: of many open escalations each has timers
        of its own, and a day would take minutes.
        """
        looking = await self._core.run_in_background(self._looking)
        before: datetime | None = None
        end = datetime.fromtimestamp(until, UTC)
        together = _TOGETHER if end - self._now() > _LONG_WAY else timedelta()
        while (due := await self._core.run_in_background(self._next_due, end, together)) is not None:
            started = self._now()
            yield due.timestamp()
            self.real_clock.skip(self._now() - started)
            fired = await self.program.engine.tick.run()
            await self._settle()
            if not fired and due == before:
                break  # it can't be fired; go on without it
            before = due
        started = self._now()
        yield until
        self.real_clock.skip(self._now() - started)
        # Home shows numbers that are looked at every few minutes, and a tab follows changes for some hours after it was
        # opened. Both have passed at once.
        await self._core.run_in_background(self.program.services.headline.refresh)
        await self._core.run_in_background(self._look_on, looking)
        await self._settle()

    def _looking(self) -> Collection[int]:
        with self.program.services.database.transaction() as tx:
            return homes.watchers(tx)

    def _look_on(self, people: Collection[int]) -> None:
        with self.program.services.database.transaction() as tx:
            homes.look_on(tx, people)

    def _now(self) -> datetime:
        return self.program.services.database.clock.now()

    async def _settle(self) -> None:
        patience = time.monotonic() + _PATIENCE_SECONDS
        # Other processes may deliver too: only the rows tell when nothing is left.
        while await self._core.run_in_background(self._is_busy) and time.monotonic() < patience:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_SECONDS)

    @property
    def _core(self) -> Core:
        return self.program.services.core

    def _next_due(self, end: datetime, together: timedelta) -> datetime | None:
        """Return when the next timer is due, or the last of those that are due together with it, up to `end`."""
        with self.program.services.database.transaction() as tx:
            may_fire = or_(Timer.not_before.is_(None), Timer.not_before <= tx.real_now)
            waiting = (Timer.fired_at.is_(None), may_fire)
            first = tx.session.scalars(select(func.min(Timer.due_at)).where(*waiting)).one_or_none()
            if first is None or first > end:
                return None
            last = min(first + together, end)
            return tx.session.scalars(select(func.max(Timer.due_at)).where(*waiting, Timer.due_at <= last)).one()

    def _is_busy(self) -> bool:
        with self.program.services.database.transaction() as tx:
            may_go = or_(Effect.not_before.is_(None), Effect.not_before <= tx.real_now)
            ready = (Effect.state == EffectState.READY) & may_go
            busy = select(Effect.id).where(or_(ready, Effect.state == EffectState.RUNNING)).limit(1)
            return tx.session.scalars(busy).first() is not None
