"""Claims: how any number of workers share the effects, so that each is carried out by one of them.

A claim is a lease on the real clock, renewed while the effect is carried out. PostgreSQL hands every worker other rows
(`FOR UPDATE SKIP LOCKED`); SQLite has one writer. What a dead worker held is claimed again, marked as being in doubt:
at once where the worker is known to be dead, else when its lease has ended.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol

import structlog
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.database import outbox
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.base import UtcDateTime
from bot.models.work import QUEUED, UNSETTLED, Effect, EffectKind, EffectState

# Short, so that nobody waits long for what a dead process held; a living one renews it several times.
LEASE: Final = timedelta(seconds=8)
# So many workers died with an effect in hand: it is given up, because it may be what kills them.
MOST_LOSSES: Final = 5
# From so many on it may be the cause. Suspects are carried out one at a time, so that others do not die with them.
_SUSPECT: Final = 2
POISON: Final = f"given up after {MOST_LOSSES} workers died while they carried it out"
# As much as the column holds. A token that is revoked for weeks is tried more often than that.
_MOST_ATTEMPTS: Final = 32_767


class Room(Protocol):
    """How much the workspace's rates leave room for."""

    def take(self, kind: EffectKind) -> bool:
        """Count one effect of a kind against the room there is; False when there is no more."""
        ...

    def has_place(self, kind: EffectKind, to: str) -> bool:
        """Count one effect against what one person takes in; False when that is no more for now."""
        ...


class Plenty:
    """Room for everything."""

    def take(self, _kind: EffectKind) -> bool:
        """Return True."""
        return True

    def has_place(self, _kind: EffectKind, _to: str) -> bool:
        """Return True."""
        return True


PLENTY: Final = Plenty()


def claim(
    tx: Transaction,
    worker: str,
    *,
    limit: int,
    room: Room = PLENTY,
    only: Collection[EffectKind] = (),
    suspects: int = 1,
) -> Sequence[Effect]:
    """Claim up to `limit` effects that may go out now, most urgent first.

    Kinds and people for which there is no `room` are left in the queue: claimed, they would only come back. `only`,
    where given, restricts to those kinds. At most `suspects` are claimed of those with which workers have died before.
    """
    claimed: list[Effect] = []
    full: set[EffectKind] = set()
    full_places: set[str] = set()
    while len(claimed) < limit:
        candidates = _ready(
            tx, limit - len(claimed), _Full(full, full_places), claimed, only, with_suspects=suspects > 0
        )
        passed_over = False
        for effect in candidates:
            suspect = is_suspect(effect)
            if effect.kind in full or effect.lane in full_places or (suspect and suspects <= 0):
                passed_over = True
            elif (place := outbox.place_of(effect.lane)) is not None and not room.has_place(effect.kind, place):
                full_places.add(str(effect.lane))
                passed_over = True
            elif not room.take(effect.kind):
                full.add(effect.kind)
                passed_over = True
            else:
                claimed.append(effect)
                suspects -= suspect
        if not passed_over:
            break
    for effect in claimed:
        effect.state = EffectState.RUNNING
        effect.worker = worker
        effect.lease_until = tx.real_now + LEASE
        effect.attempts = min(effect.attempts + 1, _MOST_ATTEMPTS)
        effect.first_claimed_at = effect.first_claimed_at or tx.real_now
    return claimed


def is_suspect(effect: Effect) -> bool:
    """Tell whether workers may be dying of an effect."""
    return effect.losses >= _SUSPECT


def _is_unsettled(state: InstrumentedAttribute[EffectState]) -> ColumnElement[bool]:
    """Return the condition with its words written out, as the index of lanes has them: else it isn't used."""
    return state.in_([literal_column(f"'{word}'") for word in UNSETTLED])


def _head() -> Select[Effect]:
    """Return the statement that asks for what may go out now; `real_now` and `most` are bound when it is run."""
    earlier = aliased(Effect)
    is_first = ~exists().where(
        earlier.lane == Effect.lane,
        earlier.id < Effect.id,
        _is_unsettled(earlier.state),
        earlier.kind.in_(EffectKind),
    )
    statement = select(Effect).where(
        # What a newer version has written waits for that version, and holds up nothing else meanwhile.
        Effect.kind.in_(EffectKind),
        Effect.state == EffectState.READY,
        or_(Effect.not_before.is_(None), Effect.not_before <= bindparam("real_now", type_=UtcDateTime())),
        or_(Effect.lane.is_(None), Effect.lane.startswith(outbox.PLACE), is_first),
    )
    ordered = statement.order_by(Effect.priority, Effect.id).limit(bindparam("most", type_=Integer()))
    return ordered.with_for_update(skip_locked=True)


# Asked twice a second: built once, it costs a fraction.
_HEAD: Final = _head()


@dataclass(frozen=True, slots=True)
class _Full:
    """For what there is no more room: kinds, and the lanes of places."""

    kinds: Collection[EffectKind]
    places: Collection[str]


def _ready(
    tx: Transaction,
    limit: int,
    full: _Full,
    claimed: Collection[Effect],
    only: Collection[EffectKind],
    *,
    with_suspects: bool,
) -> Sequence[Effect]:
    """Return the head of what may go out, locked."""
    statement = _HEAD
    if full.kinds:
        statement = statement.where(Effect.kind.not_in(full.kinds))
    if full.places:
        statement = statement.where(or_(Effect.lane.is_(None), Effect.lane.not_in(full.places)))
    if claimed:
        statement = statement.where(Effect.id.not_in([effect.id for effect in claimed]))
    if only:
        statement = statement.where(Effect.kind.in_(only))
    if not with_suspects:
        statement = statement.where(Effect.losses < _SUSPECT)
    found = tx.session.scalars(statement, {"real_now": tx.real_now, "most": limit}).all()
    broken = {effect: wrong for effect in found if (wrong := reading.problem(effect))}
    for effect, wrong in broken.items():
        park(tx, effect, wrong)
    if broken:
        tx.session.flush()
    return [effect for effect in found if effect not in broken]


def park(tx: Transaction, effect: Effect, why: str) -> None:
    """Put an effect aside that cannot even be read; nobody is told of it but by `doctor` and the log."""
    structlog.get_logger().error("effect unreadable", effect=effect.id, kind=str(effect.kind), why=why)
    effect.state, effect.error, effect.settled_at = EffectState.PARKED, why, tx.real_now
    effect.worker, effect.lease_until = None, None


def claim_one(tx: Transaction, worker: str, effect_id: int) -> Effect | None:
    """Claim an effect in the transaction that causes it; None when it does not wait for a worker."""
    mine = {
        "state": EffectState.RUNNING,
        "worker": worker,
        "lease_until": tx.real_now + LEASE,
        "attempts": case((Effect.attempts < _MOST_ATTEMPTS, Effect.attempts + 1), else_=Effect.attempts),
        "first_claimed_at": tx.real_now,
    }
    ready = (Effect.id == effect_id, Effect.state == EffectState.READY)
    return tx.session.scalars(update(Effect).where(*ready).values(mine).returning(Effect)).one_or_none()


def renew(tx: Transaction, worker: str, effects: Collection[int]) -> set[int]:
    """Renew the leases of what a worker carries out; return those that are still its own."""
    mine = (Effect.id.in_(effects), Effect.state == EffectState.RUNNING, Effect.worker == worker)
    renewed = update(Effect).where(*mine).values(lease_until=tx.real_now + LEASE).returning(Effect.id)
    return set(tx.session.scalars(renewed, execution_options={"synchronize_session": False}))


def workers(tx: Transaction, prefix: str) -> Sequence[str]:
    """Return the workers that hold something and whose names begin so."""
    mine = (Effect.state == EffectState.RUNNING, Effect.worker.startswith(prefix, autoescape=True))
    return [worker for worker in tx.session.scalars(select(Effect.worker).where(*mine).distinct()) if worker]


@dataclass(frozen=True, slots=True)
class Rescued:
    """What was taken from dead workers: how much of it waits again, and what was given up."""

    returned: int = 0
    given_up: Sequence[Effect] = ()


def rescue(tx: Transaction, *, alive: Collection[int] = (), dead: Collection[str] = ()) -> Rescued:
    """Return to the queue what dead workers held; it may have happened, so it is in doubt.

    `dead` are workers known to be dead, whose leases need not end first. `alive` is what the caller is carrying out
    itself: a clock that jumps must not make a worker rob itself.
    """
    over: ColumnElement[bool] = Effect.lease_until < tx.real_now
    if dead:
        over = or_(over, Effect.worker.in_(dead))
    return _give_back(tx, and_(over, Effect.id.not_in(alive)))


def rescue_all(tx: Transaction) -> Rescued:
    """Return everything that is claimed to the queue: at the start of the only process there is (SQLite)."""
    return _give_back(tx, Effect.lease_until.is_not(None))


def _give_back(tx: Transaction, condition: ColumnElement[bool]) -> Rescued:
    """Return effects to the queue. Of effects with one coalesce key keep the oldest, because it carries the doubt.

    One with which too many workers have died is parked: it may be what kills them.
    """
    held = (
        select(Effect)
        .where(Effect.state == EffectState.RUNNING, condition)
        .order_by(Effect.lease_until, Effect.id)  # as their index is ordered: what is over is not gone through
        .with_for_update(skip_locked=True)
    )
    effects = sorted(tx.session.scalars(held).all(), key=lambda effect: effect.id)
    poisonous = _poisonous_keys(tx, effects)
    given_up: list[Effect] = []
    for effect in effects:
        effect.worker, effect.lease_until, effect.in_doubt = None, None, True
        effect.losses += 1
        if effect.losses >= MOST_LOSSES or effect.coalesce_key in poisonous:
            effect.state, effect.error, effect.settled_at = EffectState.PARKED, POISON, tx.real_now
            given_up.append(effect)
    returned = [effect for effect in effects if effect not in given_up]
    keys = {effect.coalesce_key for effect in returned if effect.coalesce_key}
    if keys:
        _make_room(tx, Effect.coalesce_key.in_(keys))
    for effect in returned:
        is_first = effect.coalesce_key is None or effect.coalesce_key in keys
        keys.discard(effect.coalesce_key or "")
        effect.state = EffectState.READY if is_first else EffectState.DROPPED
        effect.settled_at = None if is_first else tx.real_now
    return Rescued(len(returned), given_up)


def _poisonous_keys(tx: Transaction, effects: Sequence[Effect]) -> set[str | None]:
    """Return the coalesce keys under which an effect was given up before: what draws the same is the same poison."""
    keys = {effect.coalesce_key for effect in effects if effect.coalesce_key}
    if not keys:
        return set()
    same = (Effect.coalesce_key.in_(keys), Effect.state == EffectState.PARKED, Effect.error == POISON)
    return set(tx.session.scalars(select(Effect.coalesce_key).where(*same)))


def _make_room(tx: Transaction, same: ColumnElement[bool]) -> None:
    """Drop what has been queued meanwhile under the key of an effect that goes back to the queue."""
    queued = (same, Effect.state.in_(QUEUED))
    tx.session.execute(
        update(Effect).where(*queued).values(state=EffectState.DROPPED, settled_at=tx.real_now),
        execution_options={"synchronize_session": False},
    )


@dataclass(frozen=True, slots=True)
class Retry:
    """It did not happen, or may not have: try again after `delay`. `tell` says that a person should know by now."""

    delay: timedelta
    in_doubt: bool
    error: str
    tell: bool = False


@dataclass(frozen=True, slots=True)
class Park:
    """It cannot happen without a person."""

    error: str


@dataclass(frozen=True, slots=True)
class Done:
    """It happened, or there was no more reason for it."""

    dropped: bool = field(default=False)


Outcome = Retry | Park | Done


def settle(tx: Transaction, effect: Effect, worker: str, outcome: Outcome) -> bool:
    """Write down how an effect went. `effect` is the row as it was claimed: its attempts tell which claim this is.

    Returns False, and changes nothing, when the lease was lost in the meantime: to another worker, or to a later claim
    of the same one.
    """
    mine = and_(
        Effect.id == effect.id,
        Effect.state == EffectState.RUNNING,
        Effect.worker == worker,
        Effect.attempts == effect.attempts,
    )
    if isinstance(outcome, Retry):
        _make_room(tx, Effect.coalesce_key == select(Effect.coalesce_key).where(mine).scalar_subquery())
    result = tx.session.execute(update(Effect).where(mine).values(_settled(tx, outcome)))
    return bool(result.rowcount)  # type: ignore[attr-defined] # an UPDATE's result counts rows


def release(tx: Transaction, effect_id: int) -> None:
    """Free what waited for an effect that is done.

    Called after its result has been recorded: whoever adds a waiting effect holds the escalation's lock, so they
    either see the result or are seen here.
    """
    waiting = and_(Effect.after_id == effect_id, Effect.state == EffectState.WAITING)
    tx.session.execute(update(Effect).where(waiting).values(state=EffectState.READY))
    tx.left_effects = True


def _settled(tx: Transaction, outcome: Outcome) -> dict[str, object]:
    free: dict[str, object] = {"worker": None, "lease_until": None, "losses": 0}
    match outcome:
        case Retry(delay, in_doubt, error, _):
            return free | {
                "state": EffectState.READY,
                "not_before": tx.real_now + delay,
                "in_doubt": in_doubt or Effect.in_doubt,
                "error": error,
            }
        case Park(error):
            return free | {"state": EffectState.PARKED, "error": error, "settled_at": tx.real_now}
        case Done(dropped):
            state = EffectState.DROPPED if dropped else EffectState.DONE
            return free | {"state": state, "error": None, "settled_at": tx.real_now}
