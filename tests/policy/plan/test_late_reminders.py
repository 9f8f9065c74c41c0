"""A reminder says how late it is itself, and not how late the update is that it asks for."""

from datetime import UTC, datetime, timedelta

from bot.policy.file.loading import preset
from bot.policy.plan.reminders.promised import CUSTOMER, INTERNAL, due_together
from bot.policy.plan.reminders.reminder import Due
from bot.policy.plan.timers import Planned, TimerKind
from tests.support.escalations import escalation

FRIDAY = datetime(2026, 3, 6, 16, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)


def due(now: datetime, **at: datetime) -> Due:
    """Return what is due of updates that were promised for Friday, by the audience and when its owner is reminded."""
    timers = [
        Planned(f"ESC-1:{audience}", TimerKind.UPDATE_LATE, when, {"audience": audience, "due": FRIDAY.isoformat()})
        for audience, when in at.items()
    ]
    return Due(timers, escalation(), preset("sev"), now)


def test_on_time_it_says_nothing_of_being_late() -> None:
    found = due_together(TimerKind.UPDATE_LATE, due(MONDAY + timedelta(seconds=2), customer=MONDAY))
    assert found is not None
    assert found.late is None
    assert found.due_at == FRIDAY


def test_after_an_outage_of_ten_minutes_it_is_ten_minutes_late() -> None:
    found = due_together(TimerKind.UPDATE_LATE, due(MONDAY + timedelta(minutes=10), customer=MONDAY))
    assert found is not None
    assert found.late == timedelta(minutes=10)


def test_of_two_at_once_the_one_that_waited_longer_counts() -> None:
    later = MONDAY + timedelta(minutes=5)
    found = due_together(TimerKind.UPDATE_LATE, due(MONDAY + timedelta(minutes=10), internal=MONDAY, customer=later))
    assert found is not None
    assert found.audiences == (CUSTOMER, INTERNAL)
    assert found.late == timedelta(minutes=10)
