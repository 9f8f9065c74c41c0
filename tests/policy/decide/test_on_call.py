"""Finding who is on call: overrides, absences and stand-ins, the order of sources, consecutive shifts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.policy.decide.on_call import HORIZON, Duty, Roster
from bot.policy.model.directory import Directory
from bot.policy.model.on_call import Absence, FedShift, OnCallSource, ShiftOverride

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def directory(**area: Any) -> Directory:
    given = {"key": "exports", "name": "Exports", "owner": "olga@example.com", **area}
    people = [{"email": "ana@example.com", "slack_id": "U01ANA"}]
    return Directory.model_validate({"people": people, "areas": [given]})


WEEKLY = {"people": ["ana@example.com", "ben@example.com"], "starts_at": "2026-03-02T09:00", "every": "1w"}


def absent(person: str, stand_in: str | None = None, start: datetime = MONDAY, days: int = 3) -> Absence:
    return Absence(person, frozenset({person}), start, start + days * DAY, stand_in)


def test_an_override_wins_and_the_rota_has_the_rest() -> None:
    taken = ShiftOverride("exports", "cem@example.com", MONDAY + DAY, MONDAY + 2 * DAY, 1)
    roster = Roster(directory(rota=WEEKLY), overrides=[taken])
    found = [(shift.duty.person[:3], shift.starts_at - MONDAY) for shift in roster.shifts("Exports", MONDAY)][:4]
    assert found == [("ana", 0 * DAY), ("cem", DAY), ("ana", 2 * DAY), ("ben", 7 * DAY)]
    now, then = roster.now_and_next("exports", MONDAY)
    assert now is not None
    assert then is not None
    assert (now.ends_at, then.duty) == (MONDAY + DAY, Duty("cem@example.com", "override"))


def test_a_shift_taken_before_ones_own_lasts_until_that_ends() -> None:
    taken = ShiftOverride("exports", "ben@example.com", MONDAY, MONDAY + 7 * DAY, 1)
    now, then = Roster(directory(rota=WEEKLY), overrides=[taken]).now_and_next("exports", MONDAY + HOUR)
    assert now is not None
    assert then is not None
    assert (now.duty.person, now.ends_at) == ("ben@example.com", MONDAY + 14 * DAY)
    assert (then.duty.person, then.starts_at) == ("ana@example.com", MONDAY + 14 * DAY)
    away = absent("ana@example.com", "ben@example.com", days=7)
    now, then = Roster(directory(rota=WEEKLY), absences=[away]).now_and_next("exports", MONDAY)
    assert now is not None
    assert then is not None
    assert (now.duty.stands_in_for, now.ends_at) == ("ana@example.com", MONDAY + 7 * DAY)
    assert then.duty == Duty("ben@example.com", "rota"), "from then on in their own name"


def test_of_two_who_take_the_same_shift_the_later_has_it() -> None:
    taken = [
        ShiftOverride("exports", f"{who}@example.com", MONDAY, MONDAY + DAY, n) for n, who in ((2, "dan"), (1, "cem"))
    ]
    assert Roster(directory(rota=WEEKLY), overrides=taken).on_call("exports", MONDAY) == Duty(
        "dan@example.com", "override"
    )


def test_a_stand_in_takes_the_place_of_who_is_away_also_under_another_name() -> None:
    away = Absence("U01ANA", frozenset({"U01ANA"}), MONDAY, None, "cem@example.com")
    roster = Roster(directory(rota=WEEKLY), absences=[away])
    assert roster.on_call("exports", MONDAY) == Duty("cem@example.com", "rota", "ana@example.com")


def test_without_a_stand_in_the_next_of_the_rota_is_on_call() -> None:
    roster = Roster(directory(rota=WEEKLY), absences=[absent("ana@example.com")])
    assert roster.on_call("exports", MONDAY) == Duty("ben@example.com", "rota")
    assert roster.on_call("exports", MONDAY + 3 * DAY) == Duty("ana@example.com", "rota")


def test_stand_ins_who_are_away_have_stand_ins_and_a_circle_ends() -> None:
    chain = [absent("ana@example.com", "ben@example.com"), absent("ben@example.com", "cem@example.com")]
    assert Roster(directory(rota=WEEKLY), absences=chain).present("ana@example.com", MONDAY) == "cem@example.com"
    circle = [absent("ana@example.com", "ben@example.com"), absent("ben@example.com", "ana@example.com")]
    assert Roster(directory(rota=WEEKLY), absences=circle).on_call("exports", MONDAY) is None


def test_sources_are_tried_in_the_order_of_the_policy() -> None:
    area = directory(
        rota={**WEEKLY, "hours": {"MON-FRI": "09:00-17:00"}}, calendar_url="https://calendar.example/1.ics"
    )
    fed = [FedShift("exports", OnCallSource.CALENDAR, "cal@example.com", MONDAY - DAY, MONDAY + 9 * DAY)]
    assert Roster(area, fed=fed).on_call("exports", MONDAY) == Duty("ana@example.com", "rota")
    assert Roster(area, fed=fed).on_call("exports", MONDAY + 12 * HOUR) == Duty("cal@example.com", "calendar")
    turned = (OnCallSource.CALENDAR, OnCallSource.ROTA)
    assert Roster(area, turned, fed=fed).on_call("exports", MONDAY) == Duty("cal@example.com", "calendar")


def test_the_shorter_of_two_events_that_overlap_is_the_exception() -> None:
    fed = [
        FedShift("exports", OnCallSource.CALENDAR, "week@example.com", MONDAY, MONDAY + 7 * DAY),
        FedShift("exports", OnCallSource.CALENDAR, "swap@example.com", MONDAY + HOUR, MONDAY + 2 * HOUR),
    ]
    roster = Roster(directory(calendar_url="https://calendar.example/1.ics"), fed=fed)
    found = [shift.duty.person[:4] for shift in roster.shifts("exports", MONDAY)]
    assert found == ["week", "swap", "week"]


def test_three_regions_follow_the_sun() -> None:
    around = [
        ("apac", "Asia/Tokyo", "09:00-17:00"),
        ("emea", "Europe/London", "08:00-16:00"),
        ("amer", "America/New_York", "11:00-19:00"),
    ]
    rotas = [
        {
            "people": [f"{region}@example.com"],
            "starts_at": "2026-01-01T00:00",
            "every": "1d",
            "zone": zone,
            "region": region,
        }
        | {"hours": {"MON-SUN": hours}}
        for region, zone, hours in around
    ]
    roster = Roster(directory(rotas=rotas))
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    found = [roster.on_call("exports", midnight + n * HOUR) for n in (0, 7, 8, 15, 16, 23)]
    assert [duty.person.partition("@")[0] for duty in found if duty] == ["apac", "apac", "emea", "emea", "amer", "amer"]


def test_an_account_gets_the_rota_of_its_region_if_two_are_on_duty() -> None:
    daily = {"starts_at": "2026-01-01T00:00", "every": "1d"}
    rotas = [{**daily, "people": [f"{region}@example.com"], "region": region} for region in ("amer", "emea")]
    roster = Roster(directory(rotas=rotas))
    found = [roster.on_call("exports", MONDAY, region) for region in (None, "EMEA", "apac")]
    assert [duty.person for duty in found if duty] == ["amer@example.com", "emea@example.com", "amer@example.com"]


def test_an_area_without_any_source_has_nobody_on_call_and_an_unknown_one_too() -> None:
    roster = Roster(directory())
    assert roster.on_call("exports", MONDAY) is None
    assert roster.now_and_next("exports", MONDAY) == (None, None)
    assert roster.on_call("nothing", MONDAY) is None
    assert list(roster.shifts("nothing", MONDAY)) == []


hours = st.integers(-48, 24 * 20).map(lambda n: MONDAY + n * HOUR)
who = st.sampled_from(["ana@example.com", "ben@example.com", "cem@example.com", "dan@example.com"])


@given(
    taken=st.lists(st.tuples(who, hours, st.integers(1, 72)), max_size=4),
    away=st.lists(st.tuples(who, hours, st.integers(1, 72), st.none() | who), max_size=4),
    asked=st.lists(st.integers(0, 24 * 18), min_size=1, max_size=10),
    every=st.sampled_from(["1w", "1d", "12h", "1bd"]),
)
def test_shifts_say_at_every_moment_what_asking_at_that_moment_says(
    taken: list[tuple[str, datetime, int]],
    away: list[tuple[str, datetime, int, str | None]],
    asked: list[int],
    every: str,
) -> None:
    opening = {"hours": {"MON-FRI": "08:00-18:00"}} if every == "1bd" else {}
    roster = Roster(
        directory(rota={**WEEKLY, "every": every, "zone": "Europe/Berlin", **opening}),
        overrides=[ShiftOverride("exports", p, at, at + n * HOUR, i) for i, (p, at, n) in enumerate(taken)],
        absences=[Absence(p, frozenset({p}), at, at + n * HOUR, by) for p, at, n, by in away],
    )
    shifts = list(roster.shifts("exports", MONDAY))
    assert all(one.ends_at is not None and one.ends_at <= two.starts_at for one, two in pairwise(shifts))
    for n in asked:
        moment = MONDAY + n * HOUR
        assert moment < MONDAY + HORIZON
        found = next((s for s in shifts if s.starts_at <= moment and (s.ends_at is None or moment < s.ends_at)), None)
        assert (found.duty if found else None) == roster.on_call("exports", moment)
