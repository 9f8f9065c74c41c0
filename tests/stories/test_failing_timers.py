"""Timers that fail are retried at growing intervals, never given up, and counted."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.database import queries
from bot.metrics import REGISTRY
from bot.models.work import Timer
from tests.support.story import Story

pytestmark = pytest.mark.both_databases


def failing(story: Story) -> Timer:
    """Return the timer that has failed most often."""
    with story.program.services.database.transaction() as tx:
        return tx.session.scalars(select(Timer).order_by(Timer.failures.desc()).limit(1)).one()


def test_a_timer_that_fails_backs_off_and_fires_when_it_can(
    story: Story, defects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    timer_runner = type(story.program.engine.tick.timer_runner)
    fire, tries = timer_runner.fire, []

    def fails(_self: Any, escalation: int, **_more: Any) -> Any:
        tries.append(escalation)
        raise LookupError("a defect")

    monkeypatch.setattr(timer_runner, "fire", fails)
    story.forward(hours=4)
    rounds = len(tries)
    assert 1 <= rounds < 60, "not retried in a tight loop"
    story.settle()
    assert len(tries) == rounds
    for _ in range(queries.MOST_FAILURES + 5):
        story.forward(minutes=16)
    timer = failing(story)
    assert timer.failures > queries.MOST_FAILURES, "it is tried for as long as it takes"
    assert timer.not_before is not None
    assert timer.not_before - story.real_clock.at <= timedelta(minutes=15)
    assert (REGISTRY.get_sample_value("escalate_timers_failing") or 0) >= 1
    assert (REGISTRY.get_sample_value("escalate_timer_failures_total") or 0) >= timer.failures
    monkeypatch.setattr(timer_runner, "fire", fire)
    story.forward(minutes=16)
    with story.program.services.database.transaction() as tx:
        assert tx.session.scalars(select(Timer.key).where(Timer.failures > 0, Timer.fired_at.is_(None))).all() == []
        assert queries.failing(tx.session) == 0
    assert story.direct("ana"), "what was due is said at last"
    defects.clear()
