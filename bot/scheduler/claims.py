"""Claims: leases that let any number of workers share the effects, with one worker performing each.

A lease is measured on the real clock and renewed while the effect runs. On PostgreSQL each worker gets different rows
(`FOR UPDATE SKIP LOCKED`); SQLite has a single writer. Effects held by a dead worker are claimed again and marked
`in_doubt`: immediately if the worker is known to be dead, otherwise when its lease expires.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final, Protocol, cast

import structlog
from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Integer,
    Select,
    Table,
    Update,
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
from bot.database.queries import LONGEST_PAUSE
from bot.database.transaction import UNSYNCHRONISED, Transaction
from bot.models import reading
from bot.models.base import UtcDateTime
from bot.models.work import QUEUED, UNSETTLED, Effect, EffectKind, EffectState
from bot.scheduler.outcomes import Outcome, Park, Retry

# Short, so that effects held by a dead process are not blocked for long; a live worker renews several times. It goes
# with `_RENEW_SECONDS` and `_MARGIN` of `bot.scheduler.deliver`: change them together.
LEASE: Final = timedelta(seconds=7)
# An effect is parked after this many workers died holding it, because it may be the cause.
MOST_LOSSES: Final = 5
# From this many deaths on an effect is a suspect. Suspects run one at a time, so that a crash takes no others along.
_SUSPECT: Final = 2
POISON: Final = f"given up after {MOST_LOSSES} workers died while they carried it out"
# The column's maximum, at which counting stops: while a token stays revoked for weeks, an effect is tried more often.
_MOST_ATTEMPTS: Final = 32_767


class Room(Protocol):
    """The number of further effects that the workspace's rate limits allow in this claim."""

    def take(self, kind: EffectKind) -> bool:
        """Count one effect of a kind against the room left; return False if there is none."""
        ...

    def has_place(self, kind: EffectKind, to: str) -> bool:
        """Count one effect against the rate of one person or channel; return False if it is used up for now."""
        ...


class Plenty:
    """Unlimited room."""

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
    without: frozenset[EffectKind] = frozenset(),
    suspects: int = 1,
) -> Sequence[Effect]:
    """Claim up to `limit` effects that may go out now, most urgent first.

    Effects whose kind or recipient has no `room` stay queued: claiming them would only return them. `only`, if given,
    restricts the claim to those kinds, and those in `without` stay queued. At most `suspects` of the claimed effects
    are ones that workers have died with before.
    """
    claimed: list[Effect] = []
    full: set[EffectKind] = set()
    full_places: set[str] = set()
    while len(claimed) < limit:
        candidates = _ready(
            tx,
            _head(without),
            limit - len(claimed),
            _Full(full, full_places),
            claimed,
            only,
            with_suspects=suspects > 0,
        )
        passed_over = False
        for effect in candidates:
            suspect = is_suspect(effect)
            if effect.kind in full or effect.lane in full_places or (suspect and suspects <= 0):
                passed_over = True
            elif (place := outbox.recipient_of(effect.lane)) is not None and not room.has_place(effect.kind, place):
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
    """Return True if this effect may be killing workers."""
    return effect.losses >= _SUSPECT


def _is_among(column: ColumnElement[Any] | InstrumentedAttribute[Any], words: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a column holds one of these words of ours, as literals.

    The partial index of lanes is only used for literals. And a list of parameters would be written into the statement
    anew for each claim, which takes longer than the database takes to run it.
    """
    return column.in_([literal_column(f"'{word}'") for word in words])


@cache
def _head(without: frozenset[EffectKind]) -> Select[Effect]:
    """Return the query for effects that may go out now, but these kinds. Bind `real_now` and `most` when running it.

    Built once because it runs twice a second.
    """
    earlier = aliased(Effect)
    is_first = ~exists().where(
        earlier.lane == Effect.lane,
        earlier.id < Effect.id,
        _is_among(earlier.state, UNSETTLED),
        _is_among(earlier.kind, EffectKind),
    )
    statement = select(Effect).where(
        # Effects written by a newer version wait for that version and must not block others meanwhile.
        _is_among(Effect.kind, [kind for kind in EffectKind if kind not in without]),
        Effect.state == EffectState.READY,
        or_(
            Effect.not_before.is_(None),
            Effect.not_before <= bindparam("real_now", type_=UtcDateTime()),
            Effect.not_before > bindparam("implausible", type_=UtcDateTime()),
        ),
        or_(Effect.lane.is_(None), Effect.lane.startswith(outbox.RECIPIENT), is_first),
    )
    ordered = statement.order_by(Effect.priority, Effect.id).limit(bindparam("most", type_=Integer()))
    return ordered.with_for_update(skip_locked=True)


@dataclass(frozen=True, slots=True)
class _Full:
    """The kinds, and the lanes of single channels or people, that have no room left."""

    kinds: Collection[EffectKind]
    places: Collection[str]


def _ready(
    tx: Transaction,
    statement: Select[Effect],
    limit: int,
    full: _Full,
    claimed: Collection[Effect],
    only: Collection[EffectKind],
    *,
    with_suspects: bool,
) -> Sequence[Effect]:
    """Lock and return the first effects that may go out now."""
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
    moments = {"real_now": tx.real_now, "implausible": tx.real_now + LONGEST_PAUSE}
    found = tx.session.scalars(statement, {**moments, "most": limit}).all()
    for effect in found:
        reading.empty_unreadable(effect, "not_before")
    # What its payload holds is checked when it is performed: that fails as any effect does, so people hear of it.
    broken = {effect: wrong for effect in found if (wrong := reading.problem(effect, by_kind=False))}
    for effect, wrong in broken.items():
        park(tx, effect, wrong)
    if broken:
        tx.session.flush()
    return [effect for effect in found if effect not in broken]


def park(tx: Transaction, effect: Effect, why: str) -> None:
    """Park an effect that can't be loaded. Only `doctor` and the log report it."""
    structlog.get_logger().error("effect unreadable", effect=effect.id, kind=str(effect.kind), why=why)
    effect.state, effect.error, effect.settled_at = EffectState.PARKED, why, tx.real_now
    effect.worker, effect.lease_until = None, None


def claim_one(tx: Transaction, worker: str, effect_id: int) -> Effect | None:
    """Claim an effect in the transaction that queued it; return None if it isn't ready."""
    if (row := outbox.held(tx, effect_id)) is not None:
        # It isn't inserted yet, so it is inserted as claimed.
        claimed = {"worker": worker, "lease_until": tx.real_now + LEASE, "first_claimed_at": tx.real_now}
        row |= {**claimed, "state": EffectState.RUNNING, "attempts": row["attempts"] + 1}
        return Effect(**row)
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
    """Renew the leases of a worker's effects; return the ids it still holds."""
    mine = (Effect.id.in_(effects), Effect.state == EffectState.RUNNING, Effect.worker == worker)
    renewed = update(Effect).where(*mine).values(lease_until=tx.real_now + LEASE).returning(Effect.id)
    return set(tx.session.scalars(renewed, execution_options=UNSYNCHRONISED))


def workers(tx: Transaction, prefix: str) -> Sequence[str]:
    """Return the workers that hold effects and whose names start with `prefix`."""
    mine = (Effect.state == EffectState.RUNNING, Effect.worker.startswith(prefix, autoescape=True))
    return [worker for worker in tx.session.scalars(select(Effect.worker).where(*mine).distinct()) if worker]


@dataclass(frozen=True, slots=True)
class Rescued:
    """Effects taken back from dead workers: how many were queued again, and which were parked."""

    returned: int = 0
    given_up: Sequence[Effect] = ()


def rescue(tx: Transaction, *, alive: Collection[int] = (), dead: Collection[str] = ()) -> Rescued:
    """Return effects held by dead workers to the queue, marked `in_doubt` because they may have happened.

    `dead` are workers known to be dead; their leases need not have expired. `alive` are the effects the caller is
    performing itself: a jump of the clock must not make a worker take back its own.
    """
    # A lease until `infinity` would never expire.
    over: ColumnElement[bool] = or_(Effect.lease_until < tx.real_now, Effect.lease_until > tx.real_now + LONGEST_PAUSE)
    if dead:
        over = or_(over, Effect.worker.in_(dead))
    return _give_back(tx, and_(over, Effect.id.not_in(alive)))


def rescue_all(tx: Transaction) -> Rescued:
    """Return every claimed effect to the queue. Only for the start of the single process on SQLite."""
    return _give_back(tx, Effect.lease_until.is_not(None))


def _give_back(tx: Transaction, condition: ColumnElement[bool]) -> Rescued:
    """Return effects to the queue. Of effects with one coalesce key keep the oldest, because it carries `in_doubt`.

    An effect with which too many workers have died is parked, because it may be the cause.
    """
    held = (
        select(Effect)
        .where(Effect.state == EffectState.RUNNING, condition)
        .order_by(Effect.lease_until, Effect.id)  # matches the index, so unexpired leases are not scanned
        .with_for_update(skip_locked=True)
    )
    effects = sorted(tx.session.scalars(held).all(), key=lambda effect: effect.id)
    poisonous = _parked_keys(tx, effects)
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
        _drop_newer(tx, Effect.coalesce_key.in_(keys))
    for effect in returned:
        is_first = effect.coalesce_key is None or effect.coalesce_key in keys
        keys.discard(effect.coalesce_key or "")
        effect.state = EffectState.READY if is_first else EffectState.DROPPED
        effect.settled_at = None if is_first else tx.real_now
    return Rescued(len(returned), given_up)


def _parked_keys(tx: Transaction, effects: Sequence[Effect]) -> set[str | None]:
    """Return the coalesce keys with a parked effect: another effect with the same key would fail the same way."""
    keys = {effect.coalesce_key for effect in effects if effect.coalesce_key}
    if not keys:
        return set()
    same = (Effect.coalesce_key.in_(keys), Effect.state == EffectState.PARKED, Effect.error == POISON)
    return set(tx.session.scalars(select(Effect.coalesce_key).where(*same)))


def _drop_newer(tx: Transaction, same: ColumnElement[bool]) -> None:
    """Drop the queued effects with the same coalesce key as an effect that goes back to the queue."""
    queued = (same, Effect.state.in_(QUEUED))
    tx.session.execute(
        update(Effect).where(*queued).values(state=EffectState.DROPPED, settled_at=tx.real_now),
        execution_options=UNSYNCHRONISED,
    )


_EFFECTS: Final = cast("Table", Effect.__table__)


def _is_held(effect: object, worker: object, attempts: object) -> ColumnElement[bool]:
    """Return the condition that an effect is held by a worker's claim."""
    return and_(
        _EFFECTS.c.id == effect,
        _EFFECTS.c.state == EffectState.RUNNING,
        _EFFECTS.c.worker == worker,
        _EFFECTS.c.attempts == attempts,
    )


# These run after each effect, so they are built once.
_FREE: Final[Mapping[str, object]] = {"worker": None, "lease_until": None, "losses": 0}
_OVER: Final[Mapping[str, object]] = {name: bindparam(f"new_{name}") for name in ("state", "error", "settled_at")}
_SETTLE: Final = (
    update(_EFFECTS)
    .where(_is_held(bindparam("effect"), bindparam("holder"), bindparam("claim")))
    .values(**_FREE, **_OVER)
)
_WAITS_FOR: Final = and_(_EFFECTS.c.after_id == bindparam("done"), _EFFECTS.c.state == EffectState.WAITING)
_NEXT: Final = (
    select(_EFFECTS.c.id).where(_EFFECTS.c.lane == bindparam("lane"), _is_among(_EFFECTS.c.state, UNSETTLED)).limit(1)
)
_RELEASE: Final = update(_EFFECTS).where(_WAITS_FOR).values(state=EffectState.READY)


def settle(tx: Transaction, effect: Effect, worker: str, outcome: Outcome) -> bool:
    """Record the outcome of an effect. `effect` is the row as claimed: its attempts identify the claim.

    Return False and change nothing if the lease was lost in the meantime, to another worker or to a later claim by the
    same one.
    """
    if isinstance(outcome, Retry):
        return _put_off(tx, _is_held(effect.id, worker, effect.attempts), outcome)
    mine = {"effect": effect.id, "holder": worker, "claim": effect.attempts}
    over: dict[str, object] = {"new_error": None, "new_settled_at": tx.real_now}
    if isinstance(outcome, Park):
        over |= {"new_state": EffectState.PARKED, "new_error": outcome.error}
    else:
        over |= {"new_state": EffectState.DROPPED if outcome.dropped else EffectState.DONE}
    return _changes(tx, _SETTLE, mine | over)


def release(tx: Transaction, effect_id: int) -> None:
    """Release effects that waited for a completed effect, if any.

    Call it after the result is recorded: code that adds a waiting effect holds the escalation's lock, so either it sees
    the result or its effect is seen here.
    """
    released: Any = tx.session.execute(_RELEASE, {"done": effect_id})
    tx.left_effects |= released.rowcount > 0


def note_next(tx: Transaction, lane: str | None) -> None:
    """Request a look for effects after the commit if one may be next in a lane."""
    if lane is not None and outbox.recipient_of(lane) is None:
        tx.left_effects |= tx.session.execute(_NEXT, {"lane": lane}).first() is not None


def _put_off(tx: Transaction, held: ColumnElement[bool], outcome: Retry) -> bool:
    """Queue a held effect again, instead of newer ones with its coalesce key; return False if it isn't held."""
    _drop_newer(tx, Effect.coalesce_key == select(_EFFECTS.c.coalesce_key).where(held).scalar_subquery())
    again = {
        "state": EffectState.READY,
        "not_before": tx.real_now + outcome.delay,
        "in_doubt": outcome.in_doubt or _EFFECTS.c.in_doubt,
        "error": outcome.error,
    }
    return _changes(tx, update(_EFFECTS).where(held).values(**_FREE, **again), {})


def _changes(tx: Transaction, statement: Update, parameters: Mapping[str, object]) -> bool:
    """Execute an UPDATE; return True if it changed a row."""
    result = cast("CursorResult[Any]", tx.session.execute(statement, parameters))
    return bool(result.rowcount)
