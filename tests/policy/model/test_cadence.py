from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.model.cadence import Cadence, next_due, next_update, on_change_due, stages
from bot.policy.time.calendars import Calendar

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = Calendar.model_validate({"zone": "America/New_York", "hours": {"MON-FRI": "09:00-18:00"}})
RED = Cadence.model_validate("1bd")
YELLOW = Cadence.model_validate({"every": "2bd", "also_on": ["FRI"]})
GREEN = Cadence.model_validate({"every": "3bd", "also_on": ["FRI"]})
HALF_HOURLY = Cadence.model_validate("30m")
TWO_HOURLY = Cadence.model_validate("2h")
DAILY = Cadence.model_validate("1bd")
ON_CHANGE = Cadence.model_validate("on_change")
AS_NEEDED = Cadence.model_validate("as_needed")


def at(text: str) -> datetime:
    """Read `Tue 10:00`, in New York, in the week of Monday 2025-01-06; `Tue+` is a week later."""
    day, time = text.split()
    number = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].index(day.rstrip("+")) + 6 + 7 * day.count("+")
    return datetime.fromisoformat(f"2025-01-{number:02}T{time}").replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("cadence", "last", "due"),
    [
        (YELLOW, "Tue 10:00", "Thu 10:00"),
        (YELLOW, "Thu 10:00", "Fri 18:00"),
        (YELLOW, "Fri 16:00", "Tue+ 16:00"),
        (YELLOW, "Fri 08:00", "Tue+ 09:00"),
        (YELLOW, "Fri 18:30", "Wed+ 09:00"),
        (YELLOW, "Sat 12:00", "Wed+ 09:00"),
        (GREEN, "Mon 10:00", "Thu 10:00"),
        (GREEN, "Tue 10:00", "Fri 10:00"),
        (GREEN, "Wed 10:00", "Fri 18:00"),
        (GREEN, "Fri 10:00", "Wed+ 10:00"),
        (RED, "Fri 10:00", "Mon+ 10:00"),
        (HALF_HOURLY, "Sat 23:45", "Sun 00:15"),
        (TWO_HOURLY, "Fri 17:00", "Fri 19:00"),
    ],
)
def test_the_next_update_follows_the_last_one(cadence: Cadence, last: str, due: str) -> None:
    assert next_due(cadence, at(last), OFFICE) == at(due)


@pytest.mark.parametrize("cadence", [ON_CHANGE, AS_NEEDED, Cadence()])
def test_some_levels_owe_no_update_until_something_happens(cadence: Cadence) -> None:
    assert next_due(cadence, at("Mon 10:00"), OFFICE) is None


def test_declaring_does_not_satisfy_the_friday_update() -> None:
    assert next_due(YELLOW, at("Fri 10:00"), OFFICE, updated=False) == at("Fri 18:00")
    assert next_due(YELLOW, at("Fri 18:00"), OFFICE, updated=False) == at("Wed+ 09:00")


def test_a_friday_that_is_a_holiday_is_carried_by_the_working_day_before() -> None:
    holidays = OFFICE.model_copy(update={"closed": (at("Thu 12:00").date(), at("Fri 12:00").date())})
    weekly = Cadence.model_validate({"also_on": ["FRI"]})
    assert next_due(weekly, at("Tue 10:00"), holidays) == at("Wed 18:00")
    assert next_due(weekly, at("Wed 10:00"), holidays) == at("Fri+ 18:00")
    assert next_due(weekly, at("Wed 10:00"), holidays, updated=False) == at("Wed 18:00")


def test_a_whole_week_off_is_carried_by_the_friday_before() -> None:
    week_off = tuple(at(f"{day}+ 12:00").date() for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))
    holidays = OFFICE.model_copy(update={"closed": week_off})
    weekly = Cadence.model_validate({"also_on": ["FRI"]})
    assert next_due(weekly, at("Fri 10:00"), holidays) == at("Fri++ 18:00")


def test_several_days_of_the_week_may_be_named() -> None:
    cadence = Cadence.model_validate({"also_on": ["TUE", "THU"]})
    assert next_due(cadence, at("Tue 10:00"), OFFICE) == at("Thu 18:00")
    assert next_due(cadence, at("Thu 10:00"), OFFICE) == at("Tue+ 18:00")


def test_the_stricter_of_level_and_health_wins() -> None:
    assert next_update([AS_NEEDED, YELLOW], OFFICE, last_at=at("Tue 10:00"), updated=True) == at("Thu 10:00")
    assert next_update([TWO_HOURLY, YELLOW], OFFICE, last_at=at("Tue 10:00"), updated=True) == at("Tue 12:00")
    assert next_update([AS_NEEDED], OFFICE, last_at=at("Tue 10:00"), updated=True) is None


def test_after_a_change_of_level_the_new_cadence_counts_from_the_last_update() -> None:
    due = next_update([TWO_HOURLY], OFFICE, last_at=at("Tue 10:00"), updated=True, recast_at=at("Tue 11:00"))
    assert due == at("Tue 12:00")


def test_after_a_change_of_level_that_comes_too_late_it_counts_from_the_change() -> None:
    due = next_update([HALF_HOURLY], OFFICE, last_at=at("Tue 10:00"), updated=True, recast_at=at("Tue 11:00"))
    assert due == at("Tue 11:30")


def test_a_change_of_level_or_health_does_not_satisfy_the_friday_update() -> None:
    due = next_update([RED, YELLOW], OFFICE, last_at=at("Mon 10:00"), updated=True, recast_at=at("Fri 11:00"))
    assert due == at("Fri 18:00")


def test_a_promise_stands_when_the_cadence_grows_longer() -> None:
    facts: dict[str, Any] = {"last_at": at("Tue 10:00"), "updated": True, "promised_at": at("Tue 12:00")}
    assert next_update([DAILY], OFFICE, **facts, recast_at=at("Tue 11:00")) == at("Tue 12:00")
    assert next_update([HALF_HOURLY], OFFICE, **facts, recast_at=at("Tue 10:10")) == at("Tue 10:30")


def test_a_promise_already_broken_does_not_outlive_a_change_of_level() -> None:
    due = next_update(
        [HALF_HOURLY],
        OFFICE,
        last_at=at("Tue 10:00"),
        updated=True,
        promised_at=at("Tue 12:00"),
        recast_at=at("Tue 12:10"),
    )
    assert due == at("Tue 12:40")


def test_what_is_due_at_the_very_moment_of_a_change_counts_from_the_change() -> None:
    facts: dict[str, Any] = {"last_at": at("Tue 10:00"), "updated": True, "recast_at": at("Tue 10:30")}
    assert next_update([HALF_HOURLY], OFFICE, **facts) == at("Tue 11:00")
    assert next_update([HALF_HOURLY], OFFICE, **facts, promised_at=at("Tue 10:30")) == at("Tue 11:00")


def test_a_promise_is_kept_where_no_cadence_asks_for_one() -> None:
    due = next_update([AS_NEEDED], OFFICE, last_at=at("Tue 10:00"), updated=True, promised_at=at("Thu 10:00"))
    assert due == at("Thu 10:00")


def test_a_promise_does_not_reach_beyond_the_cadence() -> None:
    due = next_update([TWO_HOURLY], OFFICE, last_at=at("Tue 10:00"), updated=True, promised_at=at("Thu 10:00"))
    assert due == at("Tue 12:00")


def test_under_on_change_a_change_makes_an_update_due_in_one_business_day() -> None:
    assert on_change_due(at("Fri 19:00"), OFFICE) == at("Tue+ 09:00")
    changed = {"changed_at": at("Fri 16:00")}
    assert next_update([ON_CHANGE], OFFICE, last_at=at("Mon 10:00"), updated=True, **changed) == at("Mon+ 16:00")
    assert next_update([DAILY], OFFICE, last_at=at("Fri 15:00"), updated=True, **changed) == at("Mon+ 15:00")


@pytest.mark.parametrize(
    ("cadence", "due", "direct", "page"),
    [
        (HALF_HOURLY, "Sat 12:00", "Sat 12:05", "Sat 12:15"),
        (TWO_HOURLY, "Fri 17:58", "Fri 18:03", "Fri 18:13"),
        (AS_NEEDED, "Mon 10:00", "Mon 10:05", "Mon 10:15"),
        (DAILY, "Mon 10:00", "Mon 11:00", "Mon 14:00"),
        (YELLOW, "Fri 18:00", "Mon+ 10:00", "Mon+ 13:00"),
        (ON_CHANGE, "Mon 16:00", "Mon 17:00", "Tue 11:00"),
        (Cadence.model_validate({"also_on": ["FRI"]}), "Fri 18:00", "Mon+ 10:00", "Mon+ 13:00"),
    ],
)
def test_a_missed_update_speaks_up_in_three_stages(cadence: Cadence, due: str, direct: str, page: str) -> None:
    assert stages(cadence, at(due), OFFICE) == (at(due), at(direct), at(page))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("30m", "every 30 minutes"),
        ("1h", "every hour"),
        ("1bd", "every business day"),
        ({"every": "2bd", "also_on": ["FRI"]}, "every 2 business days and on Friday"),
        ({"also_on": ["TUE", "THU"]}, "on Tuesday and Thursday"),
        ("on_change", "on change"),
        ({"every": "1bd", "on_change": True}, "every business day and on change"),
        ("as_needed", "as needed"),
        ("none", "none"),
    ],
)
def test_a_cadence_is_written_shortly_and_said_plainly(written: Any, words: str) -> None:
    cadence = Cadence.model_validate(written)
    assert cadence.in_words() == words
    assert Cadence.model_validate_json(cadence.model_dump_json()) == cadence


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("daily", "'daily' is not a cadence; write 30m, 1bd, on_change, as_needed, none or {every: …}"),
        (["1bd"], r"\['1bd'\] is not a cadence"),
        ({"every": "1bd", "as_needed": True}, "as_needed is given with another rule"),
        ({"also_on": ["Freitag"]}, "'Freitag' is not a day of the week"),
    ],
)
def test_a_broken_cadence_says_what_would_be_right(written: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Cadence.model_validate(written)


@given(
    cadence=st.sampled_from([RED, YELLOW, GREEN, HALF_HOURLY, DAILY]),
    minutes=st.tuples(st.integers(0, 20_000), st.integers(0, 5_000)),
)
def test_a_later_update_never_makes_the_next_one_due_earlier(cadence: Cadence, minutes: tuple[int, int]) -> None:
    first = datetime.fromtimestamp(at("Mon 00:00").timestamp() + 60 * minutes[0], NEW_YORK)
    second = datetime.fromtimestamp(first.timestamp() + 60 * minutes[1], NEW_YORK)
    due, later = next_due(cadence, first, OFFICE), next_due(cadence, second, OFFICE)
    assert due is not None
    assert later is not None
    assert first < due <= later
