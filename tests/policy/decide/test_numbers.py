"""Each number by its definition, computed by hand from the ledger in `measured_ledger.py`."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from bot.policy.decide.measuring import measure
from bot.policy.decide.numbers import DEFINITIONS, Period, grouped, numbers, silence, week_of
from tests.policy.decide.measured_ledger import LEDGER, at
from tests.support.story import NEW_YORK, ROOT

MEASURES = {one.number: measure(one) for one in LEDGER}
MARCH = Period(at("Sun 03-01 00:00"), at("Wed 04-01 00:00"), {}, NEW_YORK)
NOW = at("Wed 04-01 12:00")

MIN, HOUR = 60, 3600
# By hand, for each escalation of the month that counts: the minutes to acknowledge and whether that was in time, the
# hours until the impact stopped and whether that was in time, the hours to resolve, and the longest silence in hours.
# None where a clock isn't judged, or hasn't stopped.
BY_HAND: Mapping[int, tuple[int | None, bool | None, float | None, bool | None, float | None, float]] = {
    1: (10, True, 3, True, 5, 2),
    2: (20, False, 5, False, 6, 3),
    3: (60, True, 9, True, 27, 27),
    # Friday 17 to 18, Monday 9 to 16: 8 hours. To Tuesday 17: 1 + 9 + 8 = 18. Round the clock 96, less the lost hour.
    4: (8 * 60, True, 18, True, 95, 95),
    # An hour less than the wall clock says.
    5: (40, False, 3, True, 4, 3),
    # 6 and 2 hours until the impact stopped, 7 and 3 to resolve; due on Friday at 13:00 instead of 09:00.
    6: (30, True, 8, True, 10, 7),
    7: (5, True, 3, True, 4, 3),
    9: (30, True, 2, True, 3, 3),
    # Tuesday and Wednesday 9 hours each, Thursday 8. Due a business day after the change of Thursday 09:00.
    10: (30, True, 26, True, 57, 57),
    11: (15, True, 1, True, 2, 2),
    12: (3, True, 3, True, 4, 4),
    13: (3 * 60, True, None, None, 24, 24),
    # Since Thursday 12 March 09:00: 20 days and 3 hours.
    14: (None, None, None, None, None, 20 * 24 + 3),
    17: (None, None, None, None, None, 19),
    18: (None, False, None, False, None, 26.5),
    19: (10, True, None, None, None, 0.5),
    20: (1, True, 2, True, 2, 2),
    21: (30, True, 5, True, 5, 4),
    22: (30, True, 4, True, 4, 2),
    23: (20, False, 1, True, 1, 1),
    24: (30, True, 2, True, 2, 2),
    25: (None, None, None, None, None, 25),
    26: (30, True, 2, True, 2, 2),
    28: (60, True, 3, True, 3, 3),
    29: (60, True, 3, True, 3, 3),
    # One hour before it was withdrawn, one after it was reopened.
    30: (30, True, 2, True, 2, 1),
    31: (15, True, 1, True, 1, 1),
    32: (5, True, 1, True, 1, 1),
}


@pytest.mark.parametrize("number", sorted(BY_HAND))
def test_an_escalation_is_measured_as_by_hand(number: int) -> None:
    one = MEASURES[number]
    ack, ack_in_time, stop, stop_in_time, resolve, quiet = BY_HAND[number]
    assert one.counts
    assert one.response_seconds == (ack * MIN if ack is not None else None)
    assert _in_time(one.response_due_at, one.response_at) is ack_in_time
    assert one.mitigate_seconds == (stop * HOUR if stop is not None else None)
    assert _in_time(one.mitigate_due_at, one.mitigate_at) is stop_in_time
    assert one.resolve_seconds == (resolve * HOUR if resolve is not None else None)
    assert silence(one, NOW) == quiet * HOUR


def test_what_was_withdrawn_declined_or_never_accepted_does_not_count() -> None:
    assert [number for number, one in MEASURES.items() if not one.counts] == [8, 15, 16]


def test_the_numbers_of_the_month_are_those_counted_by_hand() -> None:
    tickets = {date(2026, 3, day): 50 for day in (9, 10, 11, 12)}
    found = numbers(list(MEASURES.values()), Period(MARCH.since, MARCH.until, tickets, NEW_YORK), NOW)
    expected = {
        # 33, less 8, 15, 16 (they don't count), 27 (February), 33 (April).
        "escalations": (28, 28),
        # 45 and 15 minutes: the middle of two is their mean.
        "time_to_escalate": (30 * MIN, 2),
        # Judged are all but 14, 17 and 25; late were 2, 5, 18 and 23.
        "acknowledged_in_time": (100 * 21 / 25, 25),
        # In order: 1 3 5 5 10 10 15 15 20 20 30 30 [30] 30 30 30 30 30 40 60 60 60 180 480 - of 24, so the middle is
        # the mean of the 12th and the 13th.
        "time_to_acknowledge": (30 * MIN, 24),
        # Judged are those with such a clock that has stopped, and 18; late were 2 and 18.
        "mitigated_in_time": (100 * 21 / 23, 23),
        # In order: 1 1 1 1 2 2 2 2 2 3 3 [3 3] 3 3 3 ... of 22.
        "time_to_mitigate": (3 * HOUR, 22),
        # In order: 1 1 1 2 2 2 2 2 3 3 3 [4] 4 4 4 5 5 6 10 24 27 57 95 - of 23.
        "time_to_resolve": (4 * HOUR, 23),
        # Kept: 1 four, 2 one, 3 two, 14 two, 18 and 19 one. Late 2; broken 2, 14, 21; overdue 18.
        "promises_kept": (100 * 11 / 16, 16),
        "longest_silence": ((20 * 24 + 3) * HOUR, 28),
        # 6, of the 23 that were resolved.
        "reopened": (100 / 23, 23),
        # 24 and 25.
        "repeats": (100 * 2 / 28, 28),
        # On the 9th: 7. On the 10th: 9, 10. On the 11th: 11, 12, 13. On the 12th: 14, 26. Of 200 tickets.
        "escalation_rate": (100 * 8 / 200, 200),
        # 28, of 28 and 29.
        "first_level_share": (50, 2),
        "satisfaction": (3.5, 2),
        # 11.
        "raised_by_hand": (100 / 28, 28),
        # 9 and 10.
        "raised_by_policy": (100 * 2 / 28, 28),
        # 13.
        "chosen_lighter": (100 / 28, 28),
        # 6 (resolved only), 14, 17, 18, 19, 25.
        "open_now": (6, 28),
    }
    assert {key: one.value for key, one in found.items()} == pytest.approx(
        {key: value for key, (value, _) in expected.items()}
    )
    assert {key: one.of for key, one in found.items()} == {key: of for key, (_, of) in expected.items()}
    assert set(found) == set(DEFINITIONS)


def test_small_numbers_are_marked_as_small() -> None:
    found = numbers(list(MEASURES.values()), MARCH, NOW)
    assert {key for key, one in found.items() if one.is_small} == {
        "time_to_escalate",
        "first_level_share",
        "satisfaction",
    }


def test_without_tickets_there_is_no_rate() -> None:
    found = numbers(list(MEASURES.values()), MARCH, NOW)
    assert (found["escalation_rate"].value, found["escalation_rate"].of) == (None, 0)


def test_a_period_without_escalations_has_no_numbers() -> None:
    empty = Period(MARCH.since - timedelta(days=300), MARCH.since - timedelta(days=200), {}, NEW_YORK)
    found = numbers(list(MEASURES.values()), empty, NOW)
    assert {key: one.value for key, one in found.items() if one.value is not None} == {"escalations": 0, "open_now": 0}


def test_groups_come_with_the_largest_first() -> None:
    found = grouped(list(MEASURES.values()), MARCH, NOW, lambda one: one.level)
    # By hand. Sev 1: 1 2 5 7 11 18 19 20 23 32. Sev 2: 3 6 9 10 21 22 24 26 30 31. Sev 3: 4 12 14 28 29.
    # Sev 4: 13 17 25.
    counts = {level: figures["escalations"].of for level, figures in found.items()}
    assert counts == {"sev1": 10, "sev2": 10, "sev3": 5, "sev4": 3}
    assert list(found) == ["sev1", "sev2", "sev3", "sev4"]
    assert found["sev1"]["acknowledged_in_time"].value == pytest.approx(60)
    assert found["sev2"]["repeats"].value == pytest.approx(10)


def test_a_week_begins_on_monday_in_the_zone_of_its_reader() -> None:
    assert week_of(at("Sun 03-08 23:30"), NEW_YORK) == date(2026, 3, 2)
    assert week_of(at("Mon 03-09 00:00"), NEW_YORK) == date(2026, 3, 9)


def test_the_documents_have_every_definition_word_for_word() -> None:
    rows = (ROOT / "docs" / "numbers.md").read_text()
    for found in DEFINITIONS.values():
        assert f"| {found.name} | {found.words} |" in rows


def _in_time(due: object, stopped: object) -> bool | None:
    """Judge a clock as it is on 1 April at noon."""
    if due is None or (stopped is None and due > NOW):  # type: ignore[operator]
        return None
    return stopped is not None and stopped <= due  # type: ignore[operator]
