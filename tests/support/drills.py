"""Drills played without a workspace."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.policy.model.training import DrillStep
from bot.policy.training import drills
from bot.policy.training.drills import DrillEvent, DrillFacts, EventKind

START: Final = datetime(2026, 3, 8, 6, 55, tzinfo=UTC)  # five minutes before New York's clocks change


def at(drill: DrillFacts, minute: float) -> datetime:
    return START + timedelta(minutes=minute) / drill.scenario.speed


def step(drill: DrillFacts, what: DrillStep, minute: float, **said: Any) -> DrillFacts:
    event = DrillEvent(EventKind.STEP, what, at(drill, minute), **said)
    return replace(drill, events=(*drill.events, event))


def listen(drill: DrillFacts, minute: float) -> DrillFacts:
    """Send everything that is due by a minute."""
    now = at(drill, minute)
    for _ in range(200):
        due = drills.due(drill, now)
        if due is None:
            return drill
        if due.kind is EventKind.ENDED:
            return replace(drill, ended_at=due.at)
        events = [*drill.events, DrillEvent(due.kind, due.key, due.at, due.says, due.by.value)]
        if due.gives is not None:
            events.append(DrillEvent(EventKind.STEP, due.gives, due.at))
        drill = replace(drill, events=tuple(sorted(events, key=lambda event: event.at)))
    raise AssertionError("the drill talks without end")
