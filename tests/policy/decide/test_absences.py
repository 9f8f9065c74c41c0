"""Absences in words: when somebody is back, and which status says that they're not working."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.policy.decide.absences import NoTime, back_at, is_out_of_office, read_back

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 6, 14, 30, tzinfo=BERLIN)  # a Friday


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("until monday", "2026-03-09T09:00"),
        ("until friday", "2026-03-13T09:00"),
        ("till next tue", "2026-03-10T09:00"),
        ("tomorrow", "2026-03-07T09:00"),
        ("until next week", "2026-03-09T09:00"),
        ("until 2026-04-01", "2026-04-01T09:00"),
        ("until 12 March", "2026-03-12T09:00"),
        ("until march 12th", "2026-03-12T09:00"),
        ("until 2 jan", "2027-01-02T09:00"),
        ("back on wednesday at 14:00", "2026-03-11T14:00"),
        ("until tomorrow 14:00", "2026-03-07T14:00"),
        ("until 12 march 3pm", "2026-03-12T15:00"),
        ("until 4 pm", "2026-03-06T16:00"),
        ("until 4pm", "2026-03-06T16:00"),
        ("until 09:15", "2026-03-07T09:15"),
        ("for 2 days", "2026-03-08T14:30"),
        ("for an hour", "2026-03-06T15:30"),
        # The clocks are put forward in between: nine o'clock is nine o'clock.
        ("until 30 march", "2026-03-30T09:00"),
    ],
)
def test_people_say_when_they_are_back(text: str, back: str) -> None:
    assert back_at(text, NOW, BERLIN) == datetime.fromisoformat(back).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    "text", ["", "until", "until the cows come home", "until 31 feb", "2026-01-01", "until 25:00", "12"]
)
def test_words_that_name_no_time_to_come_are_none(text: str) -> None:
    assert back_at(text, NOW, BERLIN) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("until yesterday", NoTime.PAST),
        ("until last monday", NoTime.PAST),
        ("until last week", NoTime.PAST),
        ("until 2026-01-01", NoTime.PAST),
        ("until 12 march 2020", NoTime.PAST),
        ("until today at 09:00", NoTime.PAST),
        ("for 0 days", NoTime.PAST),
        ("until the cows come home", NoTime.UNKNOWN),
        ("until 31 feb", NoTime.UNKNOWN),
    ],
)
def test_a_time_that_has_passed_is_told_from_words_that_are_none(text: str, why: NoTime) -> None:
    assert read_back(text, NOW, BERLIN) is why


def test_away_today_means_back_tomorrow() -> None:
    assert back_at("today", NOW, BERLIN) == back_at("tomorrow", NOW, BERLIN)


@pytest.mark.parametrize("status", ["Out of office until Monday", "OOO", "on vacation", "Parental leave", "Out sick"])
def test_these_are_away(status: str) -> None:
    assert is_out_of_office(status)


@pytest.mark.parametrize("status", ["", "In a meeting", "Booking a room", "Working from the office", "Commuting"])
def test_these_work(status: str) -> None:
    assert not is_out_of_office(status)


def test_a_palm_tree_says_it_too() -> None:
    assert is_out_of_office("back soon", ":palm_tree:")
