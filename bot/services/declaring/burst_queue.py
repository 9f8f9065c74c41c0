"""The burst queue: many declarations at once are queued, many per transaction, and declared a moment later.

Declaring takes a transaction of several milliseconds. One person doesn't notice; the last of forty people who submit at
the same moment would wait for all of them. So beyond a few at a time a declaration is stored as one row, an effect that
the deliverer performs as soon as everybody has been answered. An answer is reliable: the row is committed before it is
sent.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete

from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.database.transaction import Core, Transaction
from bot.errors import UnreadableRecord
from bot.models.work import Effect, EffectKind, EffectState
from bot.policy.record.escalation import EscalationFacts
from bot.services.declaring.declaration import Declaration
from bot.services.declaring.declarations import Declarations

# The most declarations handled directly at the same time.
_DIRECT_LIMIT = 2
# A burst is over after this long without queueing.
_BURST_SECONDS = 0.5
# Queued declarations begin once those who came at the same moment have been answered.
_PAUSE = timedelta(milliseconds=500)
# After this the declarer is told that it takes longer.
_IMPATIENCE = timedelta(seconds=5)
_LATE = "Your declaration is saved, and its clocks run. Many people are declaring, so its channel follows."
_STORED = TypeAdapter(Declaration)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedDeclaration:
    """A declaration as submitted: by whom, and from which form, which also identifies it."""

    declaration: Declaration
    by: str
    view_id: str

    @property
    def payload(self) -> dict[str, Any]:
        """Return it as stored in a row."""
        return {"declaration": _STORED.dump_python(self.declaration, mode="json"), "by": self.by, "view": self.view_id}

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        """Parse a stored row. Raises UnreadableRecord for one that is damaged or that another version wrote."""
        try:
            declaration = _STORED.validate_python(payload["declaration"])
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors())
            raise UnreadableRecord("a queued declaration", wrong) from None
        return cls(declaration=declaration, by=payload["by"], view_id=payload["view"])


@dataclass
class BurstQueue:
    """Accept declarations: a few at a time are declared directly, the rest are queued."""

    core: Core
    declarations: Declarations
    _under_way: int = 0
    _burst_until: float = 0.0
    _waiting: list[tuple[QueuedDeclaration, asyncio.Future[None]]] = field(default_factory=list)
    _writer: asyncio.Task[None] | None = None

    async def submit(self, sent: QueuedDeclaration) -> EscalationFacts | None:
        """Declare, and return the escalation; None if there is a burst and it was queued.

        Raises what `Declarations.declare` raises.
        """
        self._under_way += 1
        try:
            # Submissions of the same moment arrive within one iteration of the event loop.
            await asyncio.sleep(0)
            if not self._is_burst():
                return await self.core.run(
                    self.declarations.declare,
                    sent.declaration,
                    by=sent.by,
                    request=sent.view_id,
                )
            await self._queue(sent)
        finally:
            self._under_way -= 1
        return None

    def _is_burst(self) -> bool:
        now = asyncio.get_running_loop().time()
        if self._under_way <= _DIRECT_LIMIT and now >= self._burst_until:
            return False
        self._burst_until = now + _BURST_SECONDS
        return True

    async def _queue(self, sent: QueuedDeclaration) -> None:
        """Queue one; return once it is committed, together with others that have come meanwhile."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((sent, written))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all(), name="burst queue")
        await written

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._write(batch)
        self._writer = None

    async def _write(self, batch: Sequence[tuple[QueuedDeclaration, asyncio.Future[None]]]) -> None:
        """Store a batch together; if that fails, store each on its own, so that none fails because of another."""
        try:
            await self.core.run(self.store, [sent for sent, _ in batch])
        except Exception as error:  # noqa: BLE001 - the waiting person must get an answer, whatever the error
            if len(batch) > 1:
                for each in batch:
                    await self._write([each])
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
        else:
            for _, written in batch:
                if not written.done():
                    written.set_result(None)

    def store(self, batch: Sequence[QueuedDeclaration]) -> None:
        """Store declarations in one transaction; a form that was stored already is left out."""
        with self.core.database.transaction() as tx:
            begins_at = tx.real_now + _PAUSE
            outbox.put_all(tx, None, *(_effect(sent, begins_at) for sent in batch))
            late_at = tx.real_now + _IMPATIENCE
            outbox.put_all(tx, None, *(_late(sent, late_at) for sent in batch))


def answered(tx: Transaction, sent: QueuedDeclaration) -> None:
    """Withdraw the message that it takes longer: the declarer is answered."""
    mine = (Effect.coalesce_key == _late_key(sent), Effect.state == EffectState.READY)
    tx.session.execute(delete(Effect).where(*mine))


def _late_key(sent: QueuedDeclaration) -> str:
    return f"declare:{sent.view_id}:late"


def _late(sent: QueuedDeclaration, at: datetime) -> NewEffect:
    """Return the message to somebody whose declaration takes longer than a moment; see `answered`."""
    words = {"person": sent.by, "channel": sent.declaration.channel, "text": _LATE}
    return NewEffect(EffectKind.REPLY, words, coalesce=_late_key(sent), not_before=at)


def _effect(sent: QueuedDeclaration, begins_at: datetime) -> NewEffect:
    return NewEffect(EffectKind.DECLARE, sent.payload, coalesce=f"declare:{sent.view_id}", not_before=begins_at)
