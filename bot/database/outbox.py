"""The outbox: effects, written in the transaction that causes them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Update, and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from bot.database.bulk import BulkInsert, Row, write_held
from bot.database.transaction import UNSYNCHRONISED, Transaction
from bot.models.base import Base
from bot.models.work import QUEUED, QUEUED_SQL, RANKS, Effect, EffectKind, EffectState

# Rows are written with Core, not the session: nobody reads them back in the same transaction, and it takes a third of
# the time.
_TABLE = Base.metadata.tables[Effect.__tablename__]
# Built once: every change runs them.
_PUT = insert(_TABLE).returning(_TABLE.c.id)
_COLUMNS: Final = (
    "id",
    "escalation_id",
    "kind",
    "priority",
    "payload",
    "state",
    "after_id",
    "lane",
    "coalesce_key",
    "not_before",
    "attempts",
    "losses",
    "first_claimed_at",
    "in_doubt",
    "worker",
    "lease_until",
    "created_at",
)
# What is queued already is kept from being claimed until the commit: it would show what was before.
_PUT_ALL: Final = BulkInsert(_TABLE, _COLUMNS, skips_known=True, unique="coalesce_key", keeps=QUEUED_SQL)
# The next ids. SQLite has one writer, so nobody else takes them meanwhile.
_RESERVED: Final = "reserved effects"
_NEXT_ON_SQLITE: Final = select(func.coalesce(func.max(_TABLE.c.id), 0))
_NEXT_ON_POSTGRESQL: Final = (
    "SELECT nextval(pg_get_serial_sequence('effect', 'id')) FROM generate_series(1, %(number)s)"
)

# Messages in the channel of an escalation: if the channel is replaced, they go to the new one.
TALK = (
    EffectKind.ANNOUNCEMENT,
    EffectKind.REMINDER,
    EffectKind.BREACH,
    EffectKind.TRACKED_MESSAGE,
    EffectKind.UPDATE_MESSAGE,
    EffectKind.FILES,
    EffectKind.CASE_REVIEW,
    EffectKind.REVIEW,
)
# Messages that wait while the channel is lost. Reminders and breaches don't: the owners get them directly.
WAITS_FOR_CHANNEL = (
    EffectKind.ANNOUNCEMENT,
    EffectKind.TRACKED_MESSAGE,
    EffectKind.UPDATE_MESSAGE,
    EffectKind.FILES,
    EffectKind.CASE_REVIEW,
    EffectKind.REVIEW,
)
SHARED: Final = "shared_channel"
# Slack's codes for a channel that can't be posted in: archived, deleted or hidden, left by the bot.
# The last is ours: the channel is shared with another company.
LOST = ("is_archived", "is_inactive", "channel_not_found", "not_in_channel", SHARED)
# The value of `after_id` of effects held for a lost channel, until it is back or replaced.
HELD: Final = 0
# Prefix of the lanes of messages to one person. These are delivered by priority, as fast as Slack allows for one
# recipient; no more are claimed.
RECIPIENT: Final = "to:"
_LANE: Final = 120
# Effects that set up one channel: its successor gets its own.
FITTINGS = (
    EffectKind.INVITE,
    EffectKind.CARD,
    EffectKind.REFRESH_CARD,
    EffectKind.PIN,
    EffectKind.BOOKMARK,
    EffectKind.TOPIC,
    EffectKind.PURPOSE,
)


@dataclass(frozen=True, slots=True)
class NewEffect:
    """An effect to queue. See `bot.models.work.Effect` for `after`, `lane` and `coalesce`.

    `rank` is that of the escalation's level (`Policy.rank`): within a kind the heavier goes first.
    """

    kind: EffectKind
    payload: Mapping[str, Any] = field(default_factory=dict)
    lane: str | None = None
    coalesce: str | None = None
    not_before: datetime | None = None
    rank: int = 0


def put(tx: Transaction, escalation: int | None, effect: NewEffect, *, after: int | None = None) -> int:
    """Queue one effect that is never coalesced, and return its id."""
    row = _row(tx, escalation, effect, after)
    del row["id"]
    found: int = tx.session.execute(_PUT, row).scalar_one()
    tx.left_effects = True
    return found


def put_all(tx: Transaction, escalation: int | None, *effects: NewEffect, after: int | None = None) -> None:
    """Queue several effects at once; one whose coalesce key is already queued is left out."""
    if not effects:
        return
    _PUT_ALL.hold(tx.session, [_row(tx, escalation, effect, after) for effect in effects])
    tx.left_effects = True


def put_with_ids(
    tx: Transaction, escalation: int | None, ids: Sequence[int], effects: Sequence[tuple[NewEffect, int | None]]
) -> None:
    """Queue several effects under the ids of `next_ids`, each with the id of the one it waits for, or None."""
    rows = [
        {**_row(tx, escalation, effect, after), "id": number}
        for number, (effect, after) in zip(ids, effects, strict=True)
    ]
    _PUT_ALL.hold(tx.session, rows)
    tx.left_effects = True


def reserve(tx: Transaction, ids: Sequence[int]) -> None:
    """Keep ids that were read together with others for the next `next_ids`."""
    tx.session.info[_RESERVED] = ids


def next_ids(tx: Transaction, number: int) -> Sequence[int]:
    """Return ids for effects that this transaction is about to queue with `put_with_ids`."""
    if _PUT_ALL.held(tx.session):
        write_held(tx.session)  # ids are in the order in which effects are queued
    elif len(reserved := tx.session.info.pop(_RESERVED, ())) >= number:
        return list(reserved[:number])
    connection = tx.session.connection()
    if connection.dialect.name == "sqlite":
        last: int = connection.execute(_NEXT_ON_SQLITE).scalar_one()
        return range(last + 1, last + 1 + number)
    return connection.exec_driver_sql(_NEXT_ON_POSTGRESQL, {"number": number}).scalars().all()


def held(tx: Transaction, effect: int) -> Row | None:
    """Return the row of an effect that this transaction has queued and not yet inserted; it can be changed."""
    return next((row for row in _PUT_ALL.held(tx.session) if row["id"] == effect), None)


def _row(tx: Transaction, escalation: int | None, effect: NewEffect, after: int | None) -> Row:
    return {
        "id": None,
        "escalation_id": escalation,
        "kind": effect.kind,
        "priority": effect.kind.priority(effect.rank),
        "payload": dict(effect.payload),
        "state": EffectState.READY if after is None else EffectState.WAITING,
        "after_id": after,
        "lane": effect.lane or _recipient_lane(effect),
        "coalesce_key": effect.coalesce,
        "not_before": effect.not_before,
        "attempts": 0,
        "losses": 0,
        "first_claimed_at": None,
        "in_doubt": False,
        "worker": None,
        "lease_until": None,
        "created_at": tx.now,
    }


_DIRECTLY: Final = frozenset({EffectKind.DIRECT, EffectKind.DUTY_NOTICE})


def _recipient_lane(effect: NewEffect) -> str | None:
    """Return the lane of messages to one person."""
    to = effect.payload.get("to") if effect.kind in _DIRECTLY else None
    return f"{RECIPIENT}{to}"[:_LANE] if to else None


def recipient_of(lane: str | None) -> str | None:
    """Return the recipient of a lane's messages; None if it is another lane."""
    return lane.removeprefix(RECIPIENT) if lane is not None and lane.startswith(RECIPIENT) else None


def hurry(tx: Transaction, escalation: int, effect: NewEffect) -> None:
    """Queue an effect, or make the one queued under its key due now."""
    if effect.coalesce is None:
        raise ValueError("only a coalescing effect can be hurried")
    put_all(tx, escalation, effect)
    queued = (Effect.coalesce_key == effect.coalesce, Effect.state == EffectState.READY)
    tx.session.execute(update(Effect).where(*queued).values(not_before=None))


def redirect(tx: Transaction, escalation: int, *, after: int) -> None:
    """Redirect what was queued for a lost channel to the one that the effect `after` creates.

    Effects that set up the old channel are dropped, because the new one gets its own. A running effect is not touched:
    it either arrives in the old channel or comes back from it.
    """
    older = (Effect.escalation_id == escalation, Effect.id < after)
    queued = Effect.state.in_(QUEUED)
    given_up = and_(Effect.state == EffectState.PARKED, Effect.error.in_(LOST))
    fittings = (or_(queued, given_up), Effect.kind.in_(FITTINGS))
    gone = {"state": EffectState.DROPPED, "settled_at": tx.real_now}
    tx.session.execute(_update(*older, *fittings).values(gone))
    # Of parked messages only those without a coalesce key come back: tracked messages are redrawn.
    talk = (or_(queued, and_(given_up, Effect.coalesce_key.is_(None))), Effect.kind.in_(TALK))
    waits = {"state": EffectState.WAITING, "after_id": after, "not_before": None, "settled_at": None}
    tx.session.execute(_update(*older, *talk).values(waits))


def rerank(tx: Transaction, escalation: int, rank: int) -> None:
    """Give the queued effects of an escalation the priority of its new level."""
    queued = (Effect.escalation_id == escalation, Effect.state.in_(QUEUED))
    place = Effect.priority - Effect.priority % RANKS + min(rank, RANKS - 1)
    tx.session.execute(_update(*queued).values(priority=place))


def hold(tx: Transaction, effect: int, *, after: int) -> None:
    """Reschedule an effect that was just settled with Retry until `after` is done; HELD: until it is released."""
    waits = {"state": EffectState.WAITING, "after_id": after, "not_before": None}
    tx.session.execute(_update(Effect.id == effect, Effect.state == EffectState.READY).values(waits))


def postpone(tx: Transaction, effect: int, until: datetime, *, payload: Mapping[str, Any]) -> None:
    """Reschedule an effect that was just settled with Retry until a time on the real clock."""
    later = {"not_before": until, "payload": dict(payload), "attempts": 0}
    tx.session.execute(_update(Effect.id == effect, Effect.state == EffectState.READY).values(later))


def is_postponed(tx: Transaction, lane: str) -> bool:
    """Return True if the messages of a lane wait because its channel can't be posted in."""
    mine = (Effect.lane == lane, Effect.state == EffectState.READY, Effect.error.in_(LOST))
    return tx.session.scalars(select(Effect.id).where(*mine).limit(1)).first() is not None


def retry_postponed(tx: Transaction, *kinds: EffectKind) -> None:
    """Make effects postponed for a lost channel due now, because the state of some channel changed."""
    postponed = (Effect.state == EffectState.READY, Effect.kind.in_(kinds), Effect.error.in_(LOST))
    tx.session.execute(_update(*postponed).values(not_before=None))
    tx.left_effects = True


def drop(tx: Transaction, effect: int) -> None:
    """Cancel the retry: the effect is no longer needed."""
    gone = {"state": EffectState.DROPPED, "settled_at": tx.real_now}
    tx.session.execute(_update(Effect.id == effect, Effect.state == EffectState.READY).values(gone))


def release_held(
    tx: Transaction, escalation: int, *, kinds: Collection[EffectKind] = (), not_before: datetime | None = None
) -> None:
    """Release what was held for a lost channel; with `kinds`, only those.

    With `not_before` it is a speculative retry, which counts as an attempt.
    """
    wanted = and_(_held(escalation), Effect.kind.in_(kinds)) if kinds else _held(escalation)
    ready: dict[str, object] = {"state": EffectState.READY, "after_id": None, "not_before": not_before}
    if not_before is None:
        ready |= {"attempts": 0, "error": None}
    tx.session.execute(_update(wanted).values(ready))
    tx.left_effects = True


def drop_held(tx: Transaction, escalation: int) -> None:
    """Drop what was held for a lost channel."""
    gone = {"state": EffectState.DROPPED, "settled_at": tx.real_now}
    tx.session.execute(_update(_held(escalation)).values(gone))


def people_of_held(tx: Transaction, escalation: int) -> list[str]:
    """Return the people whose actions are held for a lost channel."""
    payloads = tx.session.scalars(select(Effect.payload).where(_held(escalation)).order_by(Effect.id))
    actors = (payload.get("by") for payload in payloads if isinstance(payload, dict))
    return list(dict.fromkeys(by for by in actors if by and isinstance(by, str)))


def _held(escalation: int) -> ColumnElement[bool]:
    return and_(Effect.escalation_id == escalation, Effect.state == EffectState.WAITING, Effect.after_id == HELD)


def _update(first: ColumnElement[bool], *more: ColumnElement[bool]) -> Update:
    return update(Effect).where(and_(first, *more)).execution_options(**UNSYNCHRONISED)


def unpark(tx: Transaction, escalation: int | None) -> int:
    """Requeue the parked effects of an escalation (None: of no escalation); return how many.

    Among duplicates by coalesce key keep the queued one, else the newest parked one.
    """
    parked = (Effect.escalation_id == escalation, Effect.state == EffectState.PARKED)
    other = aliased(Effect)
    stands_in = or_(other.state.in_(QUEUED), and_(other.state == EffectState.PARKED, other.id > Effect.id))
    doubled = exists().where(other.coalesce_key == Effect.coalesce_key, stands_in)
    gone = {"state": EffectState.DROPPED, "settled_at": tx.real_now}
    tx.session.execute(_update(*parked, doubled).values(gone))
    fresh = {
        "state": EffectState.READY,
        "not_before": None,
        "attempts": 0,
        "losses": 0,
        "error": None,
        "settled_at": None,
    }
    result = tx.session.execute(_update(*parked).values(fresh))
    tx.left_effects = True
    return int(result.rowcount)  # type: ignore[attr-defined] # an UPDATE's result counts rows
