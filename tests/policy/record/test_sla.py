from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.policy.record import sla
from bot.policy.record.sla import ClockFacts, ClockState, Span, Terms
from bot.policy.time.calendars import ALWAYS, Calendar
from bot.policy.time.durations import Duration, Unit

NEW_YORK = ZoneInfo("America/New_York")
CALENDARS = {"office": Calendar.model_validate({"zone": "America/New_York", "hours": {"MON-FRI": "09:00-18:00"}})}


def at(text: str) -> datetime:
    """Read a time in New York, in the week of Monday 2025-01-06."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def clock(target: str | None, *times: str | None, calendar: str = "office") -> ClockFacts:
    """Return a clock with spans of start, stop, start, stop…"""
    moments = [*times, *([None] if len(times) % 2 else [])]
    spans = (
        Span(at(start), at(stop) if stop else None)
        for start, stop in zip(moments[::2], moments[1::2], strict=True)
        if start
    )
    terms = Terms(Duration.parse(target), calendar) if target else None
    return ClockFacts(terms, tuple(spans))


def test_a_clock_in_wall_time_is_due_whatever_the_hour() -> None:
    running = clock("15m", "2025-01-11T23:50", calendar="24x7")
    assert sla.due_at(running, CALENDARS) == at("2025-01-12T00:05")
    assert sla.elapsed(running, CALENDARS, at("2025-01-11T23:55")) == timedelta(minutes=5)


def test_wall_time_on_an_office_calendar_is_still_wall_time() -> None:
    running = clock("4h", "2025-01-10T17:00")
    assert sla.due_at(running, CALENDARS) == at("2025-01-10T21:00")
    assert sla.fraction_at(running, CALENDARS, 0.5) == at("2025-01-10T19:00")


def test_percentages_are_of_working_time() -> None:
    running = clock("4bh", "2025-01-10T17:00")
    assert sla.due_at(running, CALENDARS) == at("2025-01-13T12:00")
    assert sla.fraction_at(running, CALENDARS, 0.5) == at("2025-01-13T10:00")
    assert sla.fraction_at(clock("5bd", "2025-01-06T10:00"), CALENDARS, 0.8) == at("2025-01-10T10:00")
    assert sla.fraction_at(clock("1bd", "2025-01-11T12:00"), CALENDARS, 0.5) == at("2025-01-13T13:30")


def test_still_running_when_due_is_overdue_and_stopping_then_is_in_time() -> None:
    due = at("2025-01-06T09:15")
    running = clock("15m", "2025-01-06T09:00")
    assert sla.state(running, CALENDARS, due - timedelta(seconds=1)) is ClockState.RUNNING
    assert sla.state(running, CALENDARS, due) is ClockState.OVERDUE
    assert sla.state(clock("15m", "2025-01-06T09:00", "2025-01-06T09:15"), CALENDARS, due) is ClockState.MET
    assert sla.state(clock("15m", "2025-01-06T09:00", "2025-01-06T09:16"), CALENDARS, due) is ClockState.BREACHED


def test_a_level_without_such_a_clock_has_none() -> None:
    backlog = clock(None, "2025-01-06T09:00")
    now = at("2025-01-06T10:00")
    assert sla.state(backlog, CALENDARS, now) is ClockState.NONE
    assert sla.due_at(backlog, CALENDARS) is None
    assert sla.fraction_at(backlog, CALENDARS, 0.5) is None
    assert sla.elapsed(backlog, CALENDARS, now) == timedelta(hours=1)


def test_a_clock_not_yet_started_says_nothing() -> None:
    waiting = clock("4bh")
    assert sla.state(waiting, CALENDARS, at("2025-01-06T10:00")) is ClockState.NONE
    assert sla.due_at(waiting, CALENDARS) is None


def test_a_pause_puts_the_due_time_off_by_the_working_time_it_took() -> None:
    resumed = clock("4bh", "2025-01-06T10:00", "2025-01-06T12:00", "2025-01-07T10:00")
    assert sla.due_at(resumed, CALENDARS) == at("2025-01-07T12:00")
    assert sla.elapsed(resumed, CALENDARS, at("2025-01-07T11:00")) == timedelta(hours=3)
    assert sla.fraction_at(resumed, CALENDARS, 0.5) == at("2025-01-06T12:00")
    assert sla.fraction_at(resumed, CALENDARS, 0.75) == at("2025-01-07T11:00")


def test_a_pause_outside_opening_hours_costs_a_business_clock_nothing() -> None:
    resumed = clock("1bd", "2025-01-06T10:00", "2025-01-06T19:00", "2025-01-07T08:00")
    assert sla.due_at(resumed, CALENDARS) == at("2025-01-07T10:00")


def test_a_pause_after_the_due_time_does_not_make_it_good() -> None:
    late = clock("1h", "2025-01-06T10:00", "2025-01-06T12:00", "2025-01-06T14:00")
    assert sla.due_at(late, CALENDARS) == at("2025-01-06T11:00")
    assert sla.state(late, CALENDARS, at("2025-01-06T14:30")) is ClockState.OVERDUE


def test_a_change_of_level_keeps_the_start() -> None:
    changed = sla.retargeted(
        clock("5bd", "2025-01-06T10:00"), Terms(Duration.parse("4h"), "24x7"), CALENDARS, at("2025-01-06T11:00")
    )
    assert sla.due_at(changed, CALENDARS) == at("2025-01-06T14:00")
    assert changed.counted_from is None


def test_a_change_of_level_that_finds_the_new_due_time_past_counts_from_the_change() -> None:
    change = at("2025-01-07T11:00")
    changed = sla.retargeted(clock("5bd", "2025-01-06T10:00"), Terms(Duration.parse("4h"), "24x7"), CALENDARS, change)
    assert changed.counted_from == change
    assert sla.due_at(changed, CALENDARS) == at("2025-01-07T15:00")
    assert sla.fraction_at(changed, CALENDARS, 0.5) == at("2025-01-07T13:00")
    assert sla.elapsed(changed, CALENDARS, change) == timedelta(hours=25)


def test_a_new_due_time_that_is_this_very_moment_is_past() -> None:
    change = at("2025-01-06T14:00")
    changed = sla.retargeted(clock("5bd", "2025-01-06T10:00"), Terms(Duration.parse("4h"), "24x7"), CALENDARS, change)
    assert sla.due_at(changed, CALENDARS) == at("2025-01-06T18:00")


def test_only_the_part_of_a_pause_after_the_change_of_level_counts() -> None:
    changed_while_paused = ClockFacts(
        Terms(Duration.parse("1h"), "24x7"),
        (Span(at("2025-01-06T10:00"), at("2025-01-06T12:00")), Span(at("2025-01-06T16:30"), None)),
        counted_from=at("2025-01-06T16:00"),
    )
    assert sla.due_at(changed_while_paused, CALENDARS) == at("2025-01-06T17:30")


def test_back_at_the_old_level_the_clock_runs_from_its_start_again() -> None:
    started = clock("5bd", "2025-01-06T10:00")
    up = sla.retargeted(started, Terms(Duration.parse("4h"), "24x7"), CALENDARS, at("2025-01-07T11:00"))
    assert sla.retargeted(up, started.terms, CALENDARS, at("2025-01-07T12:00")) == started


def test_pauses_count_from_a_change_of_level_on() -> None:
    paused_before = clock("1bd", "2025-01-06T10:00", "2025-01-06T11:00", "2025-01-06T13:00")
    terms = Terms(Duration.parse("1h"), "24x7")
    changed = sla.retargeted(paused_before, terms, CALENDARS, at("2025-01-06T16:00"))
    assert sla.due_at(changed, CALENDARS) == at("2025-01-06T17:00")
    resumed = ClockFacts(
        terms,
        (*changed.spans[:-1], Span(at("2025-01-06T13:00"), at("2025-01-06T16:30")), Span(at("2025-01-06T17:00"), None)),
        changed.counted_from,
    )
    assert sla.due_at(resumed, CALENDARS) == at("2025-01-06T17:30")


def test_a_clock_that_has_stopped_is_not_judged_again() -> None:
    met = clock("4bh", "2025-01-06T10:00", "2025-01-06T12:00")
    assert sla.retargeted(met, Terms(Duration.parse("15m"), "24x7"), CALENDARS, at("2025-01-06T13:00")) is met


def test_the_same_terms_change_nothing() -> None:
    late = clock("1h", "2025-01-06T10:00")
    assert sla.retargeted(late, late.terms, CALENDARS, at("2025-01-06T13:00")) is late


def test_a_level_without_the_clock_keeps_the_start_for_one_that_has_it() -> None:
    started = clock("1bd", "2025-01-06T10:00")
    backlog = sla.retargeted(started, None, CALENDARS, at("2025-01-06T11:00"))
    assert sla.due_at(backlog, CALENDARS) is None
    assert sla.retargeted(backlog, started.terms, CALENDARS, at("2025-01-06T12:00")) == started


minutes = st.integers(1, 20_000)


@given(
    target=st.sampled_from(["15m", "4h", "4bh", "24bh", "1bd", "5bd"]),
    start=minutes,
    lengths=st.lists(minutes, min_size=1, max_size=4),
)
def test_worked_and_left_make_the_whole_until_it_is_due(target: str, start: int, lengths: list[int]) -> None:
    """Whatever the pauses were, a clock that is not late has used and has left its target's working time."""
    moments = [at("2025-03-06T09:00").astimezone(UTC) + timedelta(minutes=start)]
    for length in lengths:
        moments.append(moments[-1] + timedelta(minutes=length))
    spans = tuple(map(Span, moments[::2], [*moments[1::2], None]))
    terms = Terms(Duration.parse(target), "office")
    now = moments[-1]
    due, whole_due = (sla.due_at(ClockFacts(terms, each), CALENDARS) for each in (spans, (Span(moments[0], None),)))
    assert due is not None
    assert whole_due is not None
    hours = ALWAYS if terms.target.unit is Unit.WALL else CALENDARS["office"]
    if now < due:
        used = sla.elapsed(ClockFacts(terms, spans), CALENDARS, now)
        assert used + hours.working_time(now, due) == hours.working_time(moments[0], whole_due)
