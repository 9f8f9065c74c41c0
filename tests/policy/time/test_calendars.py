from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.policy.time.calendars import ALWAYS, Calendar, named
from bot.policy.time.durations import Duration

NEW_YORK = Calendar.model_validate({"zone": "America/New_York", "hours": {"MON-FRI": "09:00-18:00"}})
LUNCH = Calendar.model_validate(
    {"zone": "Europe/Berlin", "hours": {"MON-THU": ["09:00-12:00", "13:00-17:00"], "FRI": "09:00-13:00"}}
)
WEEKDAYS_ROUND_THE_CLOCK = Calendar.model_validate({"zone": "Europe/Berlin", "hours": {"MON-FRI": "00:00-24:00"}})


def wall(calendar: Calendar, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(calendar.zone))


def ends(calendar: Calendar, start: str, duration: str) -> str:
    due = calendar.add(wall(calendar, start), Duration.parse(duration))
    assert due.tzinfo is UTC
    return due.astimezone(ZoneInfo(calendar.zone)).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2025-01-10T17:00", "4bh", "Mon 2025-01-13 12:00"),
        ("2025-01-06T09:00", "24bh", "Wed 2025-01-08 15:00"),
        ("2025-01-11T12:00", "4bh", "Mon 2025-01-13 13:00"),
        ("2025-01-11T12:00", "1bd", "Tue 2025-01-14 09:00"),
        ("2025-01-06T14:00", "4bh", "Mon 2025-01-06 18:00"),
        ("2025-01-06T18:00", "1bd", "Wed 2025-01-08 09:00"),
        ("2025-01-06T17:59", "1bd", "Tue 2025-01-07 17:59"),
        ("2025-01-10T16:00", "2bd", "Tue 2025-01-14 16:00"),
        ("2025-01-10T17:00", "4h", "Fri 2025-01-10 21:00"),
        ("2024-02-28T10:00", "1bd", "Thu 2024-02-29 10:00"),
        ("2024-02-29T10:00", "1bd", "Fri 2024-03-01 10:00"),
        ("2025-03-07T10:00", "1bd", "Mon 2025-03-10 10:00"),
        ("2025-03-07T17:00", "2bh", "Mon 2025-03-10 10:00"),
    ],
)
def test_a_duration_ends_when_policy_says(start: str, duration: str, due: str) -> None:
    assert ends(NEW_YORK, start, duration) == due


NIGHT = Calendar.model_validate({"zone": "America/New_York", "hours": {"MON-FRI": "22:00-06:00"}})
# The same nights, divided at midnight.
DIVIDED_NIGHT = Calendar.model_validate(
    {
        "zone": "America/New_York",
        "hours": {"MON": "22:00-24:00", "TUE-FRI": ["00:00-06:00", "22:00-24:00"], "SAT": "00:00-06:00"},
    }
)


@pytest.mark.parametrize("calendar", [NIGHT, DIVIDED_NIGHT], ids=["over midnight", "divided"])
@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2026-07-10T23:00", "1bd", "Mon 2026-07-13 23:00"),
        ("2026-07-11T03:00", "1bd", "Tue 2026-07-14 03:00"),
        ("2026-07-11T05:00", "2bh", "Mon 2026-07-13 23:00"),
        ("2026-07-10T23:00", "7bh", "Sat 2026-07-11 06:00"),
        ("2026-07-11T12:00", "1bd", "Tue 2026-07-14 22:00"),
        ("2026-07-06T23:00", "2bh", "Tue 2026-07-07 01:00"),
    ],
)
def test_a_shift_over_midnight_is_one_working_day(calendar: Calendar, start: str, duration: str, due: str) -> None:
    assert ends(calendar, start, duration) == due


def test_a_night_belongs_to_the_date_on_which_it_begins() -> None:
    assert NIGHT.hours == DIVIDED_NIGHT.hours
    assert [NIGHT.is_working_day(date(2026, 7, 10 + n)) for n in range(3)] == [True, False, False]
    assert NIGHT.closing_on(date(2026, 7, 10)) == datetime(2026, 7, 11, 10, tzinfo=UTC)
    shut = NIGHT.model_copy(update={"closed": (date(2026, 7, 10),)})
    assert shut.is_open(wall(shut, "2026-07-10T05:00"))
    assert not shut.is_open(wall(shut, "2026-07-11T05:00"))
    assert Calendar.model_validate_json(NIGHT.model_dump_json()) == NIGHT


def test_a_place_open_round_the_clock_for_days_has_days_and_no_nights() -> None:
    support = {"SUN": "14:00-24:00", "MON-THU": "00:00-24:00", "FRI": "00:00-17:00"}
    calendar = Calendar.model_validate({"zone": "America/Los_Angeles", "hours": support})
    assert ends(calendar, "2026-07-09T10:00", "1bd") == "Fri 2026-07-10 10:00"
    assert ends(calendar, "2026-07-10T10:00", "1bd") == "Sun 2026-07-12 14:00"


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2025-01-06T11:00", "2bh", "Mon 2025-01-06 14:00"),
        ("2025-01-06T11:00", "1bh", "Mon 2025-01-06 12:00"),
        ("2025-01-06T12:30", "1bd", "Tue 2025-01-07 13:00"),
        ("2025-01-09T11:59", "1bd", "Fri 2025-01-10 11:59"),
        ("2025-01-09T16:00", "1bd", "Fri 2025-01-10 13:00"),
        ("2025-01-10T12:30", "1bd", "Mon 2025-01-13 13:00"),
    ],
)
def test_a_business_day_that_would_end_in_a_pause_ends_at_the_next_opening_else_at_closing(
    start: str, duration: str, due: str
) -> None:
    assert ends(LUNCH, start, duration) == due


def test_hours_that_run_out_at_a_midnight_before_a_shut_day_end_at_the_next_opening() -> None:
    assert ends(WEEKDAYS_ROUND_THE_CLOCK, "2025-01-10T20:00", "4bh") == "Mon 2025-01-13 00:00"
    assert ends(WEEKDAYS_ROUND_THE_CLOCK, "2025-01-09T20:00", "4bh") == "Fri 2025-01-10 00:00"


def test_the_built_in_calendar_never_closes() -> None:
    start = datetime(2025, 1, 11, 12, tzinfo=UTC)
    assert ALWAYS.is_open(start)
    assert ALWAYS.add(start, Duration.parse("4bh")) == start + timedelta(hours=4)
    assert ALWAYS.add(start, Duration.parse("2bd")) == start + timedelta(days=2)
    assert ALWAYS.working_time(start, start + timedelta(days=400)) == timedelta(days=400)
    assert named({"office": NEW_YORK}, "24x7") is ALWAYS
    assert named({"office": NEW_YORK}, "office") is NEW_YORK


def test_closing_time_is_closed_and_opening_time_is_open() -> None:
    assert NEW_YORK.is_open(wall(NEW_YORK, "2025-01-06T09:00"))
    assert not NEW_YORK.is_open(wall(NEW_YORK, "2025-01-06T18:00"))
    assert NEW_YORK.closing_on(date(2025, 1, 6)) == wall(NEW_YORK, "2025-01-06T18:00")
    assert NEW_YORK.closing_on(date(2025, 1, 5)) is None


def test_public_holidays_own_closed_days_and_own_open_days_are_honoured() -> None:
    office = Calendar.model_validate(
        {
            "zone": "Europe/Berlin",
            "hours": {"MON-FRI": "09:00-17:00"},
            "holidays": {"country": "DE", "subdivision": "BY"},
            "closed": ["2025-12-24"],
            "open": {"2025-12-27": "10:00-12:00", "2025-11-01": ["10:00-11:00", "14:00-15:00"]},
        }
    )
    assert not office.is_working_day(date(2025, 6, 19))  # Corpus Christi, kept in Bavaria
    assert not office.is_working_day(date(2025, 12, 24))
    assert not office.is_working_day(date(2025, 12, 25))
    assert office.is_working_day(date(2025, 12, 27))
    assert office.is_working_day(date(2025, 11, 1))
    assert ends(office, "2025-12-23T16:00", "4bh") == "Mon 2025-12-29 10:00"
    assert ends(office, "2025-12-23T16:00", "2bh") == "Sat 2025-12-27 11:00"
    assert office.working_day_before(date(2025, 12, 27)) == date(2025, 12, 23)


def test_a_holiday_on_a_weekend_is_kept_when_it_is_observed() -> None:
    office = NEW_YORK.model_copy(update={"holidays": {"country": "US"}})
    office = Calendar.model_validate_json(office.model_dump_json(warnings=False))
    assert not office.is_working_day(date(2021, 12, 31))


def test_a_date_that_a_zone_skipped_is_not_a_working_day() -> None:
    apia = Calendar.model_validate({"zone": "Pacific/Apia", "hours": {"MON-SUN": "09:00-17:00"}})
    assert apia.is_working_day(date(2011, 12, 29))
    assert not apia.is_working_day(date(2011, 12, 30))
    assert ends(apia, "2011-12-29T10:00", "1bd") == "Sat 2011-12-31 10:00"
    assert ends(apia, "2011-12-29T16:00", "2bh") == "Sat 2011-12-31 10:00"


def test_a_business_day_that_would_end_in_a_skipped_hour_ends_at_the_change() -> None:
    night = Calendar.model_validate({"zone": "America/New_York", "hours": {"MON-SUN": "00:00-06:00"}})
    assert ends(night, "2025-03-08T02:30", "1bd") == "Sun 2025-03-09 03:00"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        NEW_YORK.is_open(datetime(2025, 1, 6, 9))  # noqa: DTZ001 - the mistake under test


def test_a_calendar_that_will_not_open_again_says_so_instead_of_searching_for_ever() -> None:
    shut = NEW_YORK.model_copy(update={"hours": {}})
    with pytest.raises(ValueError, match="does not open within ten years"):
        shut.next_opening(wall(NEW_YORK, "2025-01-06T09:00"))
    with pytest.raises(ValueError, match="has no working day within ten years"):
        shut.working_day_before(date(2025, 1, 6))


def test_a_calendar_goes_through_json_and_back() -> None:
    office = Calendar.model_validate(
        {
            "zone": "Europe/Berlin",
            "hours": {"MON-THU": ["09:00-12:00", "13:00-24:00"], "SAT-SUN": []},
            "holidays": {"country": "DE"},
            "closed": ["2025-12-24"],
            "open": {"2025-12-27": "10:00-12:00"},
        }
    )
    office.is_working_day(date(2025, 5, 1))
    assert Calendar.model_validate_json(office.model_dump_json()) == office


def test_spans_that_touch_are_one_stretch() -> None:
    touching = Calendar.model_validate({"zone": "Europe/Berlin", "hours": {"MON": ["12:00-15:00", "09:00-12:00"]}})
    assert ends(touching, "2025-01-06T11:00", "2bh") == "Mon 2025-01-06 13:00"


def test_a_copy_forgets_what_the_original_had_worked_out() -> None:
    monday = wall(NEW_YORK, "2025-01-06T09:00")
    assert NEW_YORK.is_open(monday)
    assert not NEW_YORK.model_copy(update={"closed": (date(2025, 1, 6),)}).is_open(monday)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("zone", "Europe/Berln", "'Europe/Berln' is not a time zone; did you mean Europe/Berlin?"),
        ("zone", "?", "'?' is not a time zone; write an IANA name such as Europe/Berlin"),
        ("hours", {"MON": "9-5"}, "'9-5' is not a span of opening hours; write 09:00-18:00; 24:00 is midnight"),
        ("hours", {"MON": "18:00-18:00"}, "'18:00-18:00' ends when it starts; write 00:00-24:00 for a whole day"),
        ("hours", {"MON": "22:00-06:00", "TUE": "05:00-09:00"}, "22:00-06:00 of MON runs into 05:00-09:00 of TUE"),
        ("hours", {"MON": "09:00-24:30"}, "'09:00-24:30' ends after midnight"),
        ("hours", {"MON": ["09:00-12:00", "11:00-13:00"]}, "09:00-12:00 and 11:00-13:00 overlap"),
        ("hours", {"MONDAY": "09:00-12:00"}, "'MONDAY' is not a day of the week; write one of MON, TUE, WED"),
        ("hours", {"MON-FRI": "09:00-12:00", "FRI": "09:00-11:00"}, "FRI occurs twice; write all spans of a day"),
        ("hours", {}, "there is no opening hour in the week; open at least one day"),
        ("hours", "always", "'always' are not opening hours; write {MON-FRI: 09:00-18:00}"),
        ("holidays", {"country": "Germany"}, "no holidays are known for 'Germany'; write an ISO 3166 code"),
        ("holidays", {"country": "DE", "subdivision": "BYY"}, "DE has no subdivision 'BYY'; did you mean BY?"),
    ],
)
def test_a_broken_calendar_says_what_would_be_right(field: str, value: Any, problem: str) -> None:
    written = {"zone": "Europe/Berlin", "hours": {"MON": "09:00-17:00"}, field: value}
    with pytest.raises(ValueError, match="validation error") as refusal:
        Calendar.model_validate(written)
    assert problem in str(refusal.value)


def test_without_a_part_of_britain_the_holidays_of_england_count() -> None:
    written = {"zone": "Europe/London", "hours": {"MON-FRI": "09:00-17:30"}, "holidays": {"country": "GB"}}
    assert ends(Calendar.model_validate(written), "2027-03-25T15:00", "1bd") == "Tue 2027-03-30 15:00"
