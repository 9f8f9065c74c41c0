from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.policy.schema import Mistake
from bot.policy.time.durations import Duration, Unit

durations = st.one_of(
    st.builds(Duration, st.just(Unit.BUSINESS_DAYS), st.integers(1, 1000)),
    st.builds(Duration, st.sampled_from([Unit.WALL, Unit.BUSINESS_HOURS]), st.integers(1, 1000 * 86_400)),
)


@pytest.mark.parametrize(
    ("text", "unit", "amount", "words"),
    [
        ("15m", Unit.WALL, 15 * 60, "15 minutes"),
        ("4h", Unit.WALL, 4 * 3600, "4 hours"),
        ("1h30m", Unit.WALL, 90 * 60, "1 hour 30 minutes"),
        ("1d", Unit.WALL, 86_400, "1 day"),
        ("2w", Unit.WALL, 14 * 86_400, "14 days"),
        ("7m30s", Unit.WALL, 450, "7 minutes 30 seconds"),
        ("4bh", Unit.BUSINESS_HOURS, 4 * 3600, "4 business hours"),
        ("24bh", Unit.BUSINESS_HOURS, 24 * 3600, "24 business hours"),
        ("1bh30bm", Unit.BUSINESS_HOURS, 90 * 60, "1 business hour 30 minutes"),
        ("1bd", Unit.BUSINESS_DAYS, 1, "1 business day"),
        ("5bd", Unit.BUSINESS_DAYS, 5, "5 business days"),
    ],
)
def test_a_duration_is_read_and_said(text: str, unit: Unit, amount: int, words: str) -> None:
    assert Duration.parse(text) == Duration(unit, amount)
    assert Duration.parse(text).in_words() == words


@pytest.mark.parametrize(
    "text", ["", " ", "4", "h", "4 h", "four hours", "1.5h", "-4h", "4bh2h", "1bd4bh", "1h1d", "٣h30"]
)
def test_an_invalid_duration_is_refused_with_a_valid_one(text: str) -> None:
    with pytest.raises(Mistake) as refusal:
        Duration.parse(text)
    assert refusal.value.wrong == f"{text!r} is not a duration"
    assert refusal.value.right == "write 15m, 4h or 1d (wall time), 4bh (business hours) or 1bd (business days)"


@pytest.mark.parametrize("text", ["0m", "0bh", "0bd"])
def test_zero_is_not_a_duration(text: str) -> None:
    with pytest.raises(Mistake, match="is no time at all"):
        Duration.parse(text)


@pytest.mark.parametrize("text", ["1001d", "24001h", "24001bh", "1001bd"])
def test_a_duration_has_an_end(text: str) -> None:
    with pytest.raises(Mistake, match="the longest duration is 1000 days"):
        Duration.parse(text)


@given(durations)
def test_what_is_written_reads_back_as_the_same(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@given(durations)
def test_a_duration_goes_through_json_and_back(duration: Duration) -> None:
    adapter = TypeAdapter(Duration)
    assert adapter.validate_json(adapter.dump_json(duration)) == duration


def test_half_is_exact_and_rounds_down_to_a_second() -> None:
    assert Duration.parse("15m").scaled(Fraction(1, 2)) == Duration.parse("7m30s")
    assert Duration.parse("4bh").scaled(Fraction(1, 3)) == Duration.parse("1bh20bm")
    assert Duration.parse("1s").scaled(Fraction(1, 2)) == Duration.parse("1s")


def test_business_days_have_no_length_until_a_calendar_gives_them_one() -> None:
    with pytest.raises(ValueError, match="1bd has no length without a calendar"):
        Duration.parse("1bd").scaled(Fraction(1, 2))


@pytest.mark.parametrize(("business", "wall"), [("4bh", "4h"), ("2bd", "48h"), ("15m", "15m")])
def test_where_nothing_closes_business_time_is_wall_time(business: str, wall: str) -> None:
    assert Duration.parse(business).as_wall() == Duration.parse(wall)
