"""Rows that are held are there for whatever comes after them, and are inserted with one statement."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from bot.clock import ManualClock
from bot.database import outbox, timetable
from bot.database.bulk import read_past_held, write_held
from bot.database.engine import open_engine
from bot.database.instances import table_of
from bot.database.outbox import NewEffect
from bot.database.transaction import Database, Transaction
from bot.models.work import Effect, EffectKind, EffectState, ProcessedForm, Timer
from bot.policy.plan.timers import Planned, TimerKind
from bot.scheduler.claims import claim, claim_one
from tests.support.statements import watched

NOON = datetime(2026, 3, 6, 12, 30, 15, 123456, tzinfo=UTC)
HOME = NewEffect(EffectKind.HOME, {"person": "U01ANA", "words": 'naïve % " \\ {0}'}, coalesce="home:U01ANA")
REPLY = NewEffect(EffectKind.REPLY, {"n": [1, None, True, 1.5]}, lane="to:U01ANA", not_before=NOON)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    clock = ManualClock(NOON)
    database = Database(open_engine(database_url), clock=clock, real_clock=clock)
    yield database
    database.engine.dispose()


def planned(key: str) -> Planned:
    return Planned(key, TimerKind.DIGEST, NOON, {"to": "U01ANA"})


def kinds(tx: Transaction) -> list[EffectKind]:
    return list(tx.session.scalars(select(Effect.kind).order_by(Effect.id)))


def test_what_is_queued_in_several_places_is_one_statement(database: Database) -> None:
    digest = planned("digest:1")
    with watched(database.engine) as found, database.transaction() as tx:
        outbox.put_all(tx, None, HOME)
        timetable.add(tx, None, [digest])
        outbox.put_all(tx, None, REPLY, HOME)
        assert found.count == 0
    assert found.count == (1 if not database.is_sqlite else 2)
    with database.transaction() as tx:
        home, reply = tx.session.scalars(select(Effect).order_by(Effect.id))
        timer = tx.session.scalars(select(Timer)).one()
    assert (home.payload, home.lane, home.not_before) == (HOME.payload, None, None)
    assert (reply.payload, reply.lane, reply.not_before) == (REPLY.payload, REPLY.lane, NOON)
    assert (reply.state, reply.created_at, reply.worker, reply.in_doubt) == (EffectState.READY, NOON, None, False)
    assert (timer.key, timer.due_at, timer.data, timer.kind) == (digest.key, NOON, digest.data, TimerKind.DIGEST)


def test_whatever_comes_after_it_finds_it(database: Database) -> None:
    with database.transaction() as tx:
        outbox.put_all(tx, None, HOME)
        assert kinds(tx) == [EffectKind.HOME]
        outbox.put_all(tx, None, HOME)
        outbox.hurry(tx, 1, HOME)
        assert kinds(tx) == [EffectKind.HOME], "its key is queued already"
        outbox.put_all(tx, None, REPLY)
        assert outbox.put(tx, None, REPLY) == tx.session.scalars(select(Effect.id).order_by(Effect.id.desc())).first()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_what_is_queued_already_is_not_claimed_before_the_commit(database: Database) -> None:
    """It would show what was before this transaction, and no one would show what is after it."""
    with database.transaction() as tx:
        outbox.put_all(tx, None, HOME)
    with database.transaction() as tx:
        outbox.put_all(tx, None, HOME, REPLY, HOME)
        write_held(tx.session)
        with database.transaction() as other:
            assert claim(other, "worker", limit=5) == []
    with database.transaction() as tx:
        assert [effect.kind for effect in claim(tx, "worker", limit=5)] == [EffectKind.REPLY, EffectKind.HOME]
    with database.transaction() as tx:
        outbox.put_all(tx, None, HOME, HOME)
        assert kinds(tx) == [EffectKind.HOME, EffectKind.REPLY, EffectKind.HOME], (
            "one that is running shows what was before"
        )


def test_ids_are_in_the_order_of_queueing(database: Database) -> None:
    with database.transaction() as tx:
        outbox.put_all(tx, None, HOME)
        first, second = outbox.next_ids(tx, 2)
        outbox.put_all(tx, None, REPLY)
        outbox.put_with_ids(tx, None, [first, second], [(REPLY, None), (REPLY, first)])
    with database.transaction() as tx:
        rows = tx.session.execute(select(Effect.id, Effect.state, Effect.after_id).where(Effect.id >= first)).all()
        assert (second, EffectState.WAITING, first) in [tuple(row) for row in rows]
        assert tx.session.scalars(select(Effect.kind).order_by(Effect.id)).first() is EffectKind.HOME


def test_an_effect_that_is_claimed_at_once_is_inserted_as_claimed(database: Database) -> None:
    with watched(database.engine) as found, database.transaction() as tx:
        [number] = outbox.next_ids(tx, 1)
        outbox.put_with_ids(tx, None, [number], [(REPLY, None)])
        claimed = claim_one(tx, "worker", number)
        assert claimed is not None
    assert found.count == 2
    with database.transaction() as tx:
        stored = tx.session.get_one(Effect, number)
        same = ("id", "kind", "payload", "state", "worker", "lease_until", "attempts", "first_claimed_at", "lane")
        assert [getattr(stored, name) for name in same] == [getattr(claimed, name) for name in same]
        assert (stored.state, stored.worker, stored.attempts) == (EffectState.RUNNING, "worker", 1)


def test_a_savepoint_takes_back_only_what_came_after_it(database: Database) -> None:
    def broken(tx: Transaction) -> None:
        with tx.session.begin_nested():
            outbox.put_all(tx, None, REPLY)
            raise KeyError

    with database.transaction() as tx:
        outbox.put_all(tx, None, HOME)
        with pytest.raises(KeyError):
            broken(tx)
    with database.transaction() as tx:
        assert kinds(tx) == [EffectKind.HOME]


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def broken() -> None:
        with database.transaction() as tx:
            outbox.put_all(tx, None, HOME)
            raise KeyError

    with pytest.raises(KeyError):
        broken()
    with database.transaction() as tx:
        assert kinds(tx) == []


@pytest.mark.parametrize("wrong", [{"what": object()}, {"what": {1, 2}}])
def test_what_json_can_not_hold_fails_the_transaction(database: Database, wrong: dict[str, Any]) -> None:
    def broken() -> None:
        with database.transaction() as tx:
            outbox.put_all(tx, None, NewEffect(EffectKind.REPLY, wrong))

    with pytest.raises((TypeError, StatementError), match="JSON serializable"):
        broken()


def test_what_is_not_given_is_null_and_not_the_null_of_json(database: Database) -> None:
    with database.transaction() as tx:
        outbox.put_all(tx, None, NewEffect(EffectKind.REPLY, {"none": None}))
        write_held(tx.session)
        nulls = text("SELECT count(*) FROM effect WHERE worker IS NULL AND after_id IS NULL AND payload IS NOT NULL")
        assert tx.session.scalar(nulls) == 1


def fired_at(tx: Transaction) -> dict[str, datetime | None]:
    return {row.key: row.fired_at for row in tx.session.execute(select(Timer.key, Timer.fired_at))}


def test_keys_are_deleted_with_what_is_inserted_but_for_those_that_have_fired_meanwhile(database: Database) -> None:
    with database.transaction() as tx:
        timetable.add(tx, None, [planned("waits"), planned("fired"), planned("it's % 'quoted\"")])
    with database.transaction() as tx:
        tx.session.scalars(select(Timer).where(Timer.key == "fired")).one().fired_at = NOON
    with watched(database.engine) as found, database.transaction() as tx:
        timetable._DELETE.hold(tx.session, ["waits", "fired", "it's % 'quoted\"", "unknown"])
        timetable.add(tx, None, [planned("new")])
        outbox.put_all(tx, None, HOME)
        assert found.count == 0
    assert found.count == (1 if not database.is_sqlite else 3)
    with database.transaction() as tx:
        assert fired_at(tx) == {"fired": NOON, "new": None}
        assert kinds(tx) == [EffectKind.HOME]


def test_what_is_held_for_other_tables_stays_held_while_one_is_read(database: Database) -> None:
    statement = select(table_of(Timer).c.key)
    with watched(database.engine) as found, database.transaction() as tx:
        outbox.put_all(tx, None, HOME)
        assert read_past_held(tx.session, statement, {}, table_of(Timer)).all() == []
        assert found.count == 1
        timetable.add(tx, None, [planned("new")])
        assert read_past_held(tx.session, statement, {}, table_of(Timer)).scalars().all() == ["new"]
        assert kinds(tx) == [EffectKind.HOME]


def test_a_flush_leaves_what_is_held_for_the_end(database: Database) -> None:
    with database.transaction() as tx:
        tx.session.add(ProcessedForm(form="a", content="b", sent_at=NOON))
        outbox.put_all(tx, None, HOME)
        with watched(database.engine) as found:
            tx.session.flush()
            assert found.count == 1
        outbox.put_all(tx, None, REPLY)
        assert kinds(tx) == [EffectKind.HOME, EffectKind.REPLY]
