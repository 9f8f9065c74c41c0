"""Numbers in words: shares rounded down, lengths in two units, and what they rest on if that is little."""

from datetime import timedelta
from math import floor

from bot.policy.decide.numbers import Definition, Number, NumberUnit
from bot.policy.decide.reports import Movement
from bot.views.kit.text import length

_FINE_BELOW = 10
# What the subtraction of two shares may lose.
_NOISE = 1e-6


def value(of: Definition, number: Number) -> str:
    """Return a number with its unit; a dash if it rests on nothing."""
    if number.value is None:
        return "-"
    match of.unit:
        case NumberUnit.PERCENT:
            return f"{_share(number.value)} %"
        case NumberUnit.SECONDS:
            return length(timedelta(seconds=round(number.value)))
        case NumberUnit.STARS:
            return f"{floor(number.value * 10) / 10:.1f} of 5"
        case NumberUnit.COUNT:
            return f"{number.value:.0f}"


def moved(of: Definition, shift: Movement | None) -> str:
    """Return how a number has moved since the period before, marked as good or bad; empty if it can't be said."""
    if shift is None:
        return ""
    said = _distance(of.unit, abs(shift.by))
    if said in {"0", "0.0", "0.0 points", "0 s"} or not shift.by:
        return "no change"
    mark = {True: ":large_green_circle: ", False: ":red_circle: ", None: ""}[shift.is_good]
    return f"{mark}{'up' if shift.by > 0 else 'down'} {said}"


def rests_on(of: Definition, number: Number) -> str:
    """Return what a number rests on."""
    return f"of {number.of} {of.of}"


def _share(percent: float) -> str:
    """Round down: to a whole number, or to tenths where that would be a lot."""
    if percent < _FINE_BELOW and percent != floor(percent):
        return f"{floor(percent * 10) / 10:.1f}"
    return str(floor(percent))


def _distance(unit: NumberUnit, by: float) -> str:
    match unit:
        case NumberUnit.SECONDS:
            return length(timedelta(seconds=round(by)))
        case NumberUnit.STARS:
            return f"{by:.1f}"
        case NumberUnit.PERCENT:
            # Rounded down as the share is: none moves further than it is high.
            points = f"{by:.1f}" if by < 1 else str(floor(by + _NOISE))
            return f"{points} {'point' if points == '1' else 'points'}"
        case _:
            return f"{by:.0f}"
