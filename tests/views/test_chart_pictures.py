"""Charts as pictures: what they show, and what says so to those who don't see it."""

import io
from typing import Any

import pytest

from bot.views.reports import chart_picture
from bot.views.reports.charts import Plot

# Installed by `make setup`, as tests/test_packages.py holds; not where only the program itself is.
Image = pytest.importorskip("PIL.Image")
pytest.importorskip("matplotlib")

DAYS = [f"{day} Mar" for day in range(1, 6)]
BLUE, ORANGE = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)
COUNTS = Plot("bar", "Declared", DAYS, {"Sev 1": [1, 0, 2, 0, 1], "Sev 2": [2, 3, 1, 0, 0]}, "Escalations")
SHARES = Plot("line", "In time", DAYS, {"Acknowledged": [50, 60, 70, 80, 90], "Promises kept": [100] * 5}, "%")


def colours(content: bytes) -> dict[Any, int]:
    """Return how many pixels of a picture have each colour."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    assert picture.size == (chart_picture.WIDTH, chart_picture.HEIGHT)
    return {colour: count for count, colour in picture.getcolors(picture.width * picture.height)}


@pytest.mark.parametrize("plot", [COUNTS, SHARES], ids=["bars", "lines"])
def test_a_picture_shows_each_series_on_white_and_is_the_same_each_time(plot: Plot) -> None:
    content = chart_picture.draw(plot, "Last 7 days")
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert content == chart_picture.draw(plot, "Last 7 days")
    found = colours(content)
    assert max(found, key=lambda colour: found[colour]) == (255, 255, 255), "readable whatever the theme"
    assert min(found[BLUE], found[ORANGE]) > 500
    alone = colours(chart_picture.draw(Plot(plot.kind, plot.title, DAYS, dict([*plot.series.items()][:1]), plot.unit)))
    assert ORANGE not in alone


def test_bars_are_as_high_as_what_they_count() -> None:
    one = colours(chart_picture.draw(Plot("bar", "Declared", DAYS, {"a": [1, 0, 0, 0, 0], "b": [4] * 5}, "")))
    four = colours(chart_picture.draw(Plot("bar", "Declared", DAYS, {"a": [4, 0, 0, 0, 0], "b": [1] * 5}, "")))
    assert 3 < four[BLUE] / one[BLUE] < 7


def test_it_s_described_with_its_numbers() -> None:
    assert chart_picture.alt_text(SHARES) == (
        "In time, %, 1 Mar to 5 Mar. Acknowledged 50, 60, 70, 80, 90; Promises kept 100, 100, 100, 100, 100."
    )
    assert chart_picture.alt_text(COUNTS) == "Declared, 1 Mar to 5 Mar. Sev 1 1, 0, 2, 0, 1; Sev 2 2, 3, 1, 0, 0."
    large = Plot("bar", "Declared", [f"{n}" for n in range(90)], {f"Level {n}": [10**6] * 90 for n in range(9)}, "")
    assert len(chart_picture.alt_text(large)) <= chart_picture.LONGEST_ALT


def test_any_words_can_be_drawn() -> None:
    odd = {"重大": [1.0], "_Sev": [2.0], "$x_{$": [3.0], "🔥": [0.0], "\x00": [1.0]}
    plot = Plot("bar", "重大 $", ["1 Mar"], odd, "")
    assert colours(chart_picture.draw(plot, "Last 7 days · 株式会社 \\alpha $"))[BLUE] > 100
    assert "重大 1; _Sev 2" in chart_picture.alt_text(plot)


def test_a_day_on_which_nothing_was_declared_is_a_chart() -> None:
    assert colours(chart_picture.draw(Plot("bar", "Declared", ["1 Mar"], {"Sev 1": [0]}, "Escalations")))
