"""A job that the database prevented is no defect: another replica may hold a row, or the server may be away."""

from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import OperationalError

from bot import settings
from bot.app import build_engine, build_services
from bot.database import outbox
from bot.database.failures import again_on_conflict
from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.integrations.slack.budget import Budget
from bot.models.work import Effect, EffectKind, EffectState
from bot.outside import build_files
from bot.scheduler import claims
from bot.scheduler.effects.kit import EffectKit
from bot.scheduler.outcomes import Retry
from bot.scheduler.tick import Tick
from bot.services.firing import TimerRunner

if TYPE_CHECKING:
    from bot.integrations.slack.workspace import SlackWorkspace

LOCKED = OperationalError("SELECT", {}, Exception("canceling statement due to lock timeout"))


@pytest.mark.parametrize(("error", "expected"), [(LOCKED, 0), (KeyError("a defect"), 1)], ids=["away", "defect"])
async def test_a_job_that_the_database_prevented_is_no_defect(
    sqlite_url: str, defects: list[str], error: Exception, expected: int
) -> None:
    loaded = settings.load(database_url=sqlite_url)
    services = build_services(loaded)
    workspace = cast("SlackWorkspace", object())
    engine = build_engine(EffectKit(workspace, services), build_files(loaded, services), Budget(lambda: 0.0))

    async def work() -> None:
        raise error

    await engine._guarded("on call", work)()
    services.core.close()
    assert len(defects) == expected
    defects.clear()


def test_timers_that_the_database_prevented_are_not_tried_one_by_one(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = build_services(settings.load(database_url=sqlite_url))
    tried: list[str | None] = []

    def fire(_runner: TimerRunner, _escalation: int, *, only: str | None = None) -> tuple[str, ...]:
        tried.append(only)
        raise LOCKED

    monkeypatch.setattr(TimerRunner, "fire", fire)
    tick = Tick(services.core, services.timer_runner, services.digests)
    assert tick._fire(1, ("ESC-1:a", "ESC-1:b")) == 0
    services.core.close()
    assert tried == [None], "each would wait for the same lock"


def test_what_another_process_queued_meanwhile_is_no_defect(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two transactions don't see each other's rows: the first look for effects with the same key finds none."""
    services = build_services(settings.load(database_url=sqlite_url))
    drop, looks = claims._drop_newer, list[int]()

    def blind_at_first(tx: Transaction, same: ColumnElement[bool]) -> None:
        looks.append(1)
        if len(looks) > 1:
            drop(tx, same)

    monkeypatch.setattr(claims, "_drop_newer", blind_at_first)
    with services.database.transaction() as tx:
        outbox.put_all(tx, None, NewEffect(EffectKind.HOME, {"person": "U01ANA", "first": 0}, coalesce="same"))
    with services.database.transaction() as tx:
        claimed = tx.session.scalars(select(Effect)).one()
        claimed.state, claimed.worker, claimed.attempts = EffectState.RUNNING, "w", 1
    with services.database.transaction() as tx:
        outbox.put_all(tx, None, NewEffect(EffectKind.HOME, {"person": "U01ANA", "first": 0}, coalesce="same"))

    def settle() -> bool:
        with services.database.transaction() as tx:
            return claims.settle(tx, claimed, "w", Retry(timedelta(seconds=1), in_doubt=False, error="busy"))

    assert again_on_conflict(settle)
    with services.database.transaction() as tx:
        states = tx.session.scalars(select(Effect.state).order_by(Effect.id)).all()
    services.core.close()
    assert states == [EffectState.READY, EffectState.DROPPED]
    assert len(looks) == 2
