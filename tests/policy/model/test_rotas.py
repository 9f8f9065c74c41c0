"""Rotas: whose turn it is, also on days off and in the nights in which the clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.policy.model.rotas import Rota, first_shown
from bot.policy.time.zones import zone_info

BERLIN = ZoneInfo("Europe/Berlin")
# Both nights of Berlin and New York, one that moves by half an hour, and a date that Apia left out.
NIGHTS = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Pacific/Apia", "2011-12-30"),
]


def rota(**given: Any) -> Rota:
    return Rota.model_validate(
        {"people": ["ana", "ben", "cem"], "starts_at": "2026-01-05T09:00", "every": "1w", "zone": "Europe/Berlin"}
        | given
    )


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_a_week_belongs_to_one_person_from_hand_over_to_hand_over() -> None:
    weekly = rota()
    assert weekly.on_call(at("2026-01-05T08:59")) is None
    assert weekly.on_call(at("2026-01-05T09:00")) == "ana"
    assert weekly.on_call(at("2026-01-12T08:59")) == "ana"
    assert weekly.on_call(at("2026-01-12T09:00")) == "ben"
    assert weekly.on_call(at("2026-01-26T09:00")) == "ana"


def test_a_rota_of_working_days_takes_nobodys_turn_away() -> None:
    daily = rota(every="1bd", hours={"MON-FRI": "09:00-17:00"})
    days = ["05", "06", "07", "08", "09", "12", "13"]
    assert [daily.on_call(at(f"2026-01-{day}T10:00")) for day in days] == [
        "ana",
        "ben",
        "cem",
        "ana",
        "ben",
        "cem",
        "ana",
    ]
    assert daily.on_call(at("2026-01-10T10:00")) is None
    assert daily.on_call(at("2026-01-09T17:00")) is None


def test_a_holiday_takes_nobodys_turn_away_either() -> None:
    daily = rota(every="1bd", hours={"MON-FRI": "09:00-17:00"}, holidays={"country": "DE"}, closed=["2026-01-07"])
    assert daily.on_call(at("2026-01-07T10:00")) is None
    assert daily.on_call(at("2026-01-08T10:00")) == "cem"
    assert daily.on_call(at("2026-04-03T10:00")) is None  # Good Friday


def test_a_night_belongs_to_whoever_began_it() -> None:
    nights = rota(starts_at="2026-01-05T22:00", every="1bd", hours={"MON-FRI": "22:00-06:00"})
    assert nights.on_call(at("2026-01-06T05:59")) == "ana"
    assert nights.on_call(at("2026-01-06T06:00")) is None
    assert nights.on_call(at("2026-01-06T22:00")) == "ben"
    assert nights.on_call(at("2026-01-10T05:00")) == "ben"  # Friday's night


@pytest.mark.parametrize("every", ["4bh", "1m", "10s"])
def test_a_length_that_is_no_turn_is_refused(every: str) -> None:
    with pytest.raises(ValidationError, match="not the length of a shift"):
        rota(every=every)


def test_working_days_need_hours_and_days_off_do_too() -> None:
    with pytest.raises(ValidationError, match="no hours are given"):
        rota(every="1bd")
    with pytest.raises(ValidationError, match="days off are given"):
        rota(closed=["2026-01-07"])


@given(
    night=st.sampled_from(NIGHTS),
    hand_over=st.integers(0, 24 * 60 - 1),
    every=st.sampled_from(["1d", "12h", "8h", "1w", "36h", "90m"]),
    minutes=st.lists(st.integers(-36 * 60, 36 * 60), min_size=2, max_size=12),
)
@example(("Europe/Berlin", "2026-10-25"), 150, "1d", [-60, 0, 30, 60, 90, 120, 150, 180])
@example(("Europe/Berlin", "2026-03-29"), 150, "1d", [-60, 0, 30, 60, 90, 120, 150, 180])
def test_turns_follow_each_other_without_gap_or_return_in_every_night(
    night: tuple[str, str], hand_over: int, every: str, minutes: list[int]
) -> None:
    """Nobody's turn comes back or is skipped, and a shift begins when the wall clock first shows its time."""
    zone, day = night
    tz = zone_info(zone)
    first = datetime.fromisoformat(day) - timedelta(days=3) + timedelta(minutes=hand_over)
    people = [f"p{number}" for number in range(200)]
    turns = rota(people=people, starts_at=first.isoformat(), every=every, zone=zone)
    middle = datetime.fromisoformat(day).replace(tzinfo=tz).astimezone(UTC)
    moments = sorted(middle + timedelta(minutes=minute) for minute in minutes)
    found = [turns.on_call(moment) for moment in moments]
    numbers = [int(person[1:]) for person in found if person is not None]
    assert len(numbers) == len(found)
    assert numbers == sorted(numbers)
    for moment, person in zip(moments, found, strict=True):
        change = turns.next_change(moment)
        assert change > moment
        assert turns.on_call(change - timedelta(seconds=1)) == person
        wall = change.astimezone(tz).replace(tzinfo=None, fold=0)
        if turns.on_call(change) != person:
            before = (change - timedelta(seconds=1)).astimezone(tz).replace(tzinfo=None, fold=0)
            assert wall >= first
            # Either the clock shows the time of a hand-over, or it jumped over it.
            steps = (wall - first) % turns.every.length
            assert steps == timedelta(0) or wall - before > timedelta(seconds=1)


@given(night=st.sampled_from(NIGHTS), minute=st.integers(0, 24 * 60 - 1))
def test_a_time_is_first_shown_once(night: tuple[str, str], minute: int) -> None:
    zone, day = night
    wall = datetime.fromisoformat(day) + timedelta(minutes=minute)
    shown = first_shown(wall, zone)
    local = shown.astimezone(zone_info(zone)).replace(tzinfo=None, fold=0)
    assert local >= wall
    assert (shown - timedelta(seconds=1)).astimezone(zone_info(zone)).replace(tzinfo=None, fold=0) < wall
