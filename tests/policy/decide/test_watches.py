"""The watch after resolution: its days by the highest level ever held, and when somebody is asked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.decide.watches import WatchDay, watch_of
from bot.policy.file.loading import preset
from bot.policy.plan import schedule
from bot.policy.plan.actions import WatchDue, decide
from bot.policy.plan.reminders.reminder import Due
from bot.policy.plan.timers import TimerKind
from bot.policy.record.escalation import Status
from tests.support.escalations import escalation

P_LEVELS = preset("p-levels")
NEW_YORK = P_LEVELS.zone
RESOLVED_AT = datetime(2026, 3, 5, 15, tzinfo=UTC)  # a Thursday, 10:00 in New York, before the clocks change
A_YEAR = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@pytest.mark.parametrize(
    ("highest", "asks"),
    [
        ("p1", [(WatchDay.HALFWAY, "Fri 03-20 10:00"), (WatchDay.LAST, "Sat 04-04 10:00")]),
        ("p2", [(WatchDay.LAST, "Thu 03-19 10:00")]),
        ("p3", [(WatchDay.LAST, "Thu 03-12 10:00")]),
        ("p4", []),
    ],
)
def test_the_watch_follows_the_highest_level_ever_held(highest: str, asks: list[tuple[WatchDay, str]]) -> None:
    facts = escalation(level="p4", highest_level=highest, status=Status.RESOLVED, resolved_at=RESOLVED_AT)
    watch = watch_of(facts, P_LEVELS)
    found = [(day, f"{at.astimezone(NEW_YORK):%a %m-%d %H:%M}") for day, at in (watch.asks if watch else ())]
    assert found == asks


@given(resolved_at=A_YEAR, highest=st.sampled_from(["p1", "p2", "p3"]))
def test_people_are_asked_on_that_day_and_in_working_hours_if_it_is_a_working_day(
    resolved_at: datetime, highest: str
) -> None:
    facts = escalation(level="p3", highest_level=highest, status=Status.RESOLVED, resolved_at=resolved_at)
    watch = watch_of(facts, P_LEVELS)
    assert watch is not None
    business = P_LEVELS.business
    assert business.local_day(watch.until) == business.local_day(resolved_at) + timedelta(days=watch.days)
    for _, at in watch.asks:
        closing = business.closing_on(business.local_day(at))
        assert closing is None or business.is_open(at) or at == closing


def test_closing_keeps_the_watch_while_reopening_and_withdrawing_end_it() -> None:
    common = {"level": "p1", "highest_level": "p1"}
    closed = {"status": Status.CLOSED, "resolved_at": RESOLVED_AT, "closed_at": RESOLVED_AT, "closed_by": "U01ANA"}
    for given_, count in (
        ({"status": Status.RESOLVED, "resolved_at": RESOLVED_AT}, 2),
        ({**closed, "channel_archived_at": RESOLVED_AT}, 2),
        ({"status": Status.OPEN, "reopened_at": RESOLVED_AT}, 0),
        ({**closed, "withdrawn_reason": "A mistake."}, 0),
    ):
        planned = schedule.plan(escalation(**common, **given_), P_LEVELS, archive_after=timedelta(days=1))
        watches = [timer for timer in planned if timer.kind is TimerKind.WATCH_DUE]
        assert len(watches) == count, given_


def test_an_outage_asks_only_the_last_question() -> None:
    facts = escalation(level="p1", highest_level="p1", status=Status.RESOLVED, resolved_at=RESOLVED_AT)
    planned = schedule.plan(facts, P_LEVELS, archive_after=timedelta(days=1))
    due = [timer for timer in planned if timer.kind is TimerKind.WATCH_DUE]
    assert decide(Due(due, facts, P_LEVELS, RESOLVED_AT + timedelta(days=60))) == (WatchDue(day=WatchDay.LAST),)
