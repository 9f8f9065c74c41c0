"""A backlog of timers fires by priority: what pages somebody first, of the heaviest level first, then the oldest."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.metrics import REGISTRY
from bot.models.work import Timer
from bot.policy.plan.timers import TimerKind, urgency
from bot.scheduler import tick
from bot.scheduler.tick import Tick
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from tests.support.members import meet
from tests.support.statements import watched
from tests.support.story import DIRECTORY, moment

MANY, BATCH = 60, 25


@pytest.fixture
def services(database_url: str, folder: Path) -> Iterator[Services]:
    (folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
    loaded = settings.load(database_url=database_url, directory=folder / "directory.yml")
    clock = ManualClock(moment("Fri 2026-03-06 10:00"))
    services = build_services(loaded, clock=clock, real_clock=clock)
    meet(services.database)
    yield services
    services.core.close()


def declare(services: Services, account: str, level: str) -> int:
    declaration = Declaration(account_id=None, new_account=account, summary="Exports are down", level=level)
    return services.declarations.declare(declaration, by="U01NOOR", request=account).number


def forward(services: Services, **hours: float) -> None:
    clock = services.database.clock
    assert isinstance(clock, ManualClock)
    clock.forward(timedelta(**hours))


def due(services: Services) -> Sequence[Any]:
    with services.database.transaction() as tx:
        waiting = select(Timer.escalation_id, Timer.kind, Timer.priority, Timer.due_at).where(
            Timer.fired_at.is_(None), Timer.due_at <= tx.now
        )
        return tx.session.execute(waiting).all()


def test_the_page_of_the_heaviest_comes_before_all_that_has_been_due_for_longer(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(MANY):
        declare(services, f"Customer {number}", "sev3")
    forward(services, hours=2)
    heavy = declare(services, "Acme", "sev1")
    forward(services, hours=3)
    backlog = due(services)
    assert len(backlog) > 2 * BATCH
    own = min(timer.due_at for timer in backlog if timer.escalation_id == heavy)
    assert sum(timer.due_at < own for timer in backlog) > BATCH, "most has been due for longer"
    first = {
        number: min(timer.priority for timer in backlog if timer.escalation_id == number) for number, *_ in backlog
    }

    fired: list[int] = []
    timer_runner = type(services.timer_runner)
    fire = timer_runner.fire

    def noting(self: Any, number: int, **more: Any) -> tuple[str, ...]:
        fired.append(number)
        return fire(self, number, **more)

    monkeypatch.setattr(timer_runner, "fire", noting)
    monkeypatch.setattr(tick, "_BATCH", BATCH)
    with watched(services.database.engine) as found:
        asyncio.run(Tick(services.core, services.timer_runner, services.digests).run())
    assert fired[0] == heavy
    assert [first[number] for number in dict.fromkeys(fired)] == sorted(first.values())
    assert not due(services)
    looks = [statement for statement in found.run if "ORDER BY timer.priority" in statement]
    assert len(looks) <= len(backlog) / BATCH + 2, "each look takes a batch, and none comes to nothing"
    oldest = min(timer.due_at for timer in backlog)
    late = (services.database.clock.now() - oldest).total_seconds()
    assert 0 < (REGISTRY.get_sample_value("escalate_tick_lateness_seconds") or 0) <= late


def test_what_waits_goes_by_the_new_level_when_that_changes(services: Services) -> None:
    number = declare(services, "Acme", "sev3")
    before = priorities(services, number)
    with services.records.changing(number, by="U01NOOR") as change:
        change.row.level = "sev1"
    after = priorities(services, number)
    assert {key: after[key] for key in before if key in after} == {
        key: priority - priority % 10 for key, priority in before.items() if key in after
    }
    assert any(priority % 10 for priority in before.values())


def priorities(services: Services, number: int) -> dict[str, int]:
    with services.database.transaction() as tx:
        rows = tx.session.execute(select(Timer.key, Timer.priority).where(Timer.escalation_id == number)).all()
        return {row.key: row.priority for row in rows}


def test_what_pages_is_urgent_and_what_can_wait_comes_last() -> None:
    assert urgency(TimerKind.PAGE_AGAIN) < urgency(TimerKind.UPDATE_DUE) < urgency(TimerKind.DIGEST)
    assert urgency(TimerKind.CLOCK_BREACH) == urgency(TimerKind.UPDATE_MISSED) == 0
