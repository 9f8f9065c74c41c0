"""Zones: what people write is answered helpfully or not at all, and rotas hand over right when the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.policy.model.rotas import Rota
from bot.policy.time import zones
from bot.policy.time.zones import ZoneName

A_PLACE = "write an IANA name such as Europe/Berlin"


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "UTC", "Asia/Kolkata", "US/Eastern", "EST"])
def test_a_zone_is_taken(name: str) -> None:
    assert TypeAdapter(ZoneName).validate_python(name) == name


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("Europe/Berln", "did you mean Europe/Berlin?"),
        ("europe/berlin", "did you mean Europe/Berlin?"),
        ("New York", "did you mean America/New_York?"),
        ("Berlin", "did you mean Europe/Berlin?"),
        ("PST", "did you mean America/Los_Angeles?"),
        ("Pacific Standard Time", "did you mean America/Los_Angeles?"),
        ("Eastern Time", "did you mean America/New_York?"),
        ("US Eastern", "did you mean US/Eastern?"),
        ("CEST", "did you mean Europe/Berlin?"),
        # India or Israel, Britain or Bangladesh, Chicago or Shanghai: nobody knows.
        ("IST", A_PLACE),
        ("BST", A_PLACE),
        ("CST", A_PLACE),
        ("Mars/Olympus", A_PLACE),
        ("?", A_PLACE),
        ("", A_PLACE),
        ("UTC+2", "an offset is wrong for half the year in most places; write a place, such as Europe/Berlin"),
        ("+02:00", "an offset is wrong for half the year in most places; write a place, such as Europe/Berlin"),
        ("localtime", A_PLACE),
        ("../../etc/passwd", A_PLACE),
    ],
)
def test_an_invalid_zone_is_answered_with_the_intended_place_or_the_format(written: str, right: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(ZoneName).validate_python(written)
    assert right in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("EST", "write America/New_York"),
        ("MST", "write America/Denver, or America/Phoenix"),
        ("HST", "write Pacific/Honolulu"),
        ("Etc/GMT+5", "write a place, such as America/New_York"),
    ],
)
def test_a_zone_that_never_changes_its_clocks_is_warned_of(name: str, right: str) -> None:
    found = zones.advice(name)
    assert found is not None
    assert found[1] == right


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "GMT", "CET", "Asia/Kolkata", "America/Phoenix", "EST5EDT"])
def test_places_without_summer_time_are_what_they_say(name: str) -> None:
    assert zones.advice(name) is None


def test_est_is_read_as_new_york() -> None:
    summer = datetime(2026, 7, 6, 12, tzinfo=UTC)
    assert summer.astimezone(zones.zone_info("EST")).utcoffset() == timedelta(hours=-4)


@pytest.mark.parametrize(
    ("hand_over", "moments"),
    [
        # 2026-10-25, 03:00 CEST becomes 02:00 CET: 02:30 comes twice, and the hand-over once.
        ("02:30", ["00:29 ana", "00:30 eli", "00:59 eli", "01:00 eli", "01:29 eli", "01:30 eli", "05:00 eli"]),
        ("02:00", ["23:59 ana", "00:00 eli", "00:59 eli", "01:00 eli"]),
        ("09:00", ["00:30 ana", "01:30 ana", "07:59 ana", "08:00 eli"]),
    ],
)
def test_a_rota_hands_over_once_in_the_night_in_which_clocks_are_put_back(hand_over: str, moments: list[str]) -> None:
    rota = _rota(f"2026-10-24T{hand_over}")
    for moment in moments:
        clock, who = moment.split()
        day = "2026-10-24" if clock.startswith("23") else "2026-10-25"
        assert rota.on_call(datetime.fromisoformat(f"{day}T{clock}+00:00")) == who, moment


def test_a_rota_hands_over_in_the_night_in_which_clocks_are_put_forward() -> None:
    rota = _rota("2026-03-28T02:30")
    # 2026-03-29, 02:00 CET becomes 03:00 CEST: 02:30 is skipped.
    berlin = ZoneInfo("Europe/Berlin")
    assert rota.on_call(datetime(2026, 3, 29, 1, 59, tzinfo=berlin)) == "ana"
    assert rota.on_call(datetime(2026, 3, 29, 3, 0, tzinfo=berlin)) == "eli"
    assert rota.on_call(datetime(2026, 3, 30, 2, 29, tzinfo=berlin)) == "eli"
    assert rota.on_call(datetime(2026, 3, 30, 2, 30, tzinfo=berlin)) == "ana"


def _rota(starts_at: str) -> Rota:
    return Rota.model_validate(
        {"people": ["ana", "eli"], "starts_at": starts_at, "every": "1d", "zone": "Europe/Berlin"}
    )


@pytest.mark.parametrize(
    "name", ["a/" * 2000, "a." * 2000, "../../etc/passwd", "/etc/localtime", "\ud83d", "a\0b", "", None, "."]
)
def test_a_text_that_can_be_no_name_of_a_zone_is_not_looked_up(name: str | None) -> None:
    assert zones.find(name) is None


def test_the_names_of_the_zone_database_are_found() -> None:
    assert all(zones.find(name) for name in zones._names())
