"""Numbers of a report in words: what they are in, and whether their change is good."""

from bot.policy.decide.numbers import DEFINITIONS, Number
from bot.policy.decide.reports import shift
from bot.views.reports import figures

RATE = "escalation_rate"


def moved(key: str, before: float, now: float, target: int | None = None) -> str:
    return figures.moved(DEFINITIONS[key], shift(key, Number(now, 40), Number(before, 40), target))


def test_a_share_moves_in_points() -> None:
    assert moved("acknowledged_in_time", 95, 88) == ":red_circle: down 7 points"
    assert moved("acknowledged_in_time", 95, 96) == ":large_green_circle: up 1 point"
    assert moved("acknowledged_in_time", 95, 95.4) == ":large_green_circle: up 0.4 points"
    assert moved("acknowledged_in_time", 95, 95.01) == "no change"
    assert moved("time_to_resolve", 60, 180) == ":red_circle: up 2 min"


def test_a_share_never_moves_further_than_it_is_high() -> None:
    assert figures.value(DEFINITIONS["repeats"], Number(100 / 3.5, 21)) == "28 %"
    assert moved("repeats", 0, 100 / 3.5) == ":red_circle: up 28 points"
    assert moved("acknowledged_in_time", 100 / 3, 100 / 3 + 29) == ":large_green_circle: up 29 points"


def test_what_is_within_its_target_is_not_red() -> None:
    assert moved(RATE, 5, 12, 15) == "up 7 points"
    assert moved(RATE, 12, 5, 15) == ":large_green_circle: down 7 points"
    assert moved(RATE, 12, 15, 15) == ":red_circle: up 3 points"
    assert moved(RATE, 5, 12) == ":red_circle: up 7 points"
