"""Claims: how any number of workers share the effects, so that each is carried out by one of them.

A claim is a lease on the real clock. PostgreSQL hands every worker other rows (`FOR UPDATE SKIP LOCKED`); SQLite has
one writer. What a dead worker held is claimed again when its lease ends, marked as being in doubt.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from bot.models.work import QUEUED, UNSETTLED, Effect, EffectKind, EffectState
from bot.services.core import Transaction

LEASE = timedelta(seconds=60)


def claim(
    tx: Transaction, worker: str, *, limit: int, held: Collection[EffectKind] = (), only: Collection[EffectKind] = ()
) -> Sequence[Effect]:
    """Claim up to `limit` effects that may go out now, most urgent first.

    `held` kinds are left alone (their method is over its rate); `only`, where given, restricts to those kinds.
    """
    earlier = aliased(Effect)
    lane_is_free = or_(
        Effect.lane.is_(None),
        ~exists().where(earlier.lane == Effect.lane, earlier.id < Effect.id, earlier.state.in_(UNSETTLED)),
    )
    conditions: list[ColumnElement[bool]] = [
        Effect.state == EffectState.READY,
        or_(Effect.not_before.is_(None), Effect.not_before <= tx.real_now),
        lane_is_free,
    ]
    if held:
        conditions.append(Effect.kind.not_in(held))
    if only:
        conditions.append(Effect.kind.in_(only))
    statement = (
        select(Effect)
        .where(and_(*conditions))
        .order_by(Effect.priority, Effect.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = tx.session.scalars(statement).all()
    for effect in claimed:
        effect.state = EffectState.RUNNING
        effect.worker = worker
        effect.lease_until = tx.real_now + LEASE
        effect.attempts += 1
        effect.first_claimed_at = effect.first_claimed_at or tx.real_now
    return claimed


def claim_one(tx: Transaction, worker: str, effect_id: int) -> Effect | None:
    """Claim an effect in the transaction that causes it; None when it does not wait for a worker."""
    mine = {
        "state": EffectState.RUNNING,
        "worker": worker,
        "lease_until": tx.real_now + LEASE,
        "attempts": Effect.attempts + 1,
        "first_claimed_at": tx.real_now,
    }
    ready = (Effect.id == effect_id, Effect.state == EffectState.READY)
    return tx.session.scalars(update(Effect).where(*ready).values(mine).returning(Effect)).one_or_none()


def rescue(tx: Transaction, *, alive: Collection[int] = ()) -> int:
    """Give back what dead workers held; it may have happened, so it is in doubt. Returns how many.

    `alive` is what the caller is carrying out itself: a clock that jumps must not make a worker rob itself.
    """
    return _give_back(tx, and_(Effect.lease_until < tx.real_now, Effect.id.not_in(alive)))


def rescue_all(tx: Transaction) -> int:
    """Give back everything that is claimed: at the start of the only process there is (SQLite)."""
    return _give_back(tx, Effect.lease_until.is_not(None))


def _give_back(tx: Transaction, condition: ColumnElement[bool]) -> int:
    """Let effects be claimed again; of several that draw one present state the first, which knows of its doubt."""
    held = (
        select(Effect)
        .where(Effect.state == EffectState.RUNNING, condition)
        .order_by(Effect.id)
        .with_for_update(skip_locked=True)
    )
    effects = tx.session.scalars(held).all()
    keys = {effect.coalesce_key for effect in effects if effect.coalesce_key}
    if keys:
        _make_room(tx, Effect.coalesce_key.in_(keys))
    for effect in effects:
        is_first = effect.coalesce_key is None or effect.coalesce_key in keys
        keys.discard(effect.coalesce_key or "")
        effect.state = EffectState.READY if is_first else EffectState.DROPPED
        effect.settled_at = None if is_first else tx.real_now
        effect.worker, effect.lease_until, effect.in_doubt = None, None, True
    return len(effects)


def _make_room(tx: Transaction, same: ColumnElement[bool]) -> None:
    """Drop what has been queued meanwhile under the key of an effect that goes back to the queue."""
    queued = (same, Effect.state.in_(QUEUED))
    tx.session.execute(
        update(Effect).where(*queued).values(state=EffectState.DROPPED, settled_at=tx.real_now),
        execution_options={"synchronize_session": False},
    )


@dataclass(frozen=True, slots=True)
class Retry:
    """It did not happen, or may not have: try again after `delay`."""

    delay: timedelta
    in_doubt: bool
    error: str


@dataclass(frozen=True, slots=True)
class Park:
    """It cannot happen without a person."""

    error: str


@dataclass(frozen=True, slots=True)
class Done:
    """It happened, or there was no more reason for it."""

    dropped: bool = field(default=False)


Outcome = Retry | Park | Done


def settle(tx: Transaction, effect_id: int, worker: str, outcome: Outcome) -> bool:
    """Write down how an effect went.

    Returns False, and changes nothing, when the lease was lost to another worker in the meantime.
    """
    mine = and_(Effect.id == effect_id, Effect.state == EffectState.RUNNING, Effect.worker == worker)
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
    free: dict[str, object] = {"worker": None, "lease_until": None}
    match outcome:
        case Retry(delay, in_doubt, error):
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
