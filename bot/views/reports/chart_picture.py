"""Charts as pictures, drawn by Matplotlib. It's optional, and takes a second to load: so it loads at the first one."""

import io
from functools import cache
from importlib.util import find_spec
from typing import Any, Final

from bot.ports.workspace import Picture
from bot.views.kit.text import clip, one_line
from bot.views.reports.charts import Plot

WIDTH: Final = 1200
HEIGHT: Final = 750
# What Slack takes as a file's description.
LONGEST_ALT: Final = 1000
_DPI: Final = 150
# Told apart by everyone: the colours of Okabe and Ito, each with a marker and a pattern of its own.
_LOOKS: Final = (
    ("#0072B2", "o", ""),
    ("#D55E00", "s", "//"),
    ("#009E73", "^", ".."),
    ("#CC79A7", "D", "xx"),
    ("#56B4E9", "v", "\\\\"),
    ("#E69F00", "P", "++"),
)
# Dark on white, because a picture doesn't know the reader's theme.
_INK: Final = "#1d1c1d"
_PAPER: Final = "#ffffff"
_GRID: Final = "#d0d0d0"
_LONGEST_NAME: Final = 30
_LONGEST_ABOUT: Final = 84
_SLANT_FROM: Final = 7
_BAR: Final = 0.8
# Large, because phones show a picture at a third of its size.
_LARGE: Final = 18
_SMALL: Final = 13
_SMALLER: Final = 11
_ABREAST: Final = 3


@cache
def is_possible() -> bool:
    """Return True if Matplotlib is installed."""
    return find_spec("matplotlib") is not None


def alt_text(plot: Plot) -> str:
    """Return what a picture shows, with its numbers, for those who don't see it."""
    drawn = plot.drawn()
    unit = f", {drawn.unit}" if drawn.unit == "%" else ""
    first, last = drawn.categories[0], drawn.categories[-1]
    span = first if first == last else f"{first} to {last}"
    rows = [f"{name} {', '.join(f'{value:.0f}' for value in values)}" for name, values in drawn.series.items()]
    return clip(f"{drawn.title}{unit}, {span}. {'; '.join(rows)}.", LONGEST_ALT)


def picture(plot: Plot, about: str) -> Picture:
    """Return a chart ready to send. Not for the event loop, and one at a time."""
    return Picture("chart.png", f"{plot.drawn().title} · {about}", alt_text(plot), draw(plot, about))


def draw(plot: Plot, about: str = "") -> bytes:
    """Return a chart as a PNG of `WIDTH` by `HEIGHT` pixels. `about` says below its title what it counts.

    Matplotlib keeps no list of figures that are made this way, so its memory is free afterwards.
    """
    from matplotlib import rcParams  # noqa: PLC0415 - optional, and slow to load
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    rcParams["text.parse_math"] = False  # a dollar is a dollar
    drawn = plot.drawn()
    figure: Any = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=_PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    places = range(len(drawn.categories))
    marks = _lines(axes, drawn) if drawn.kind == "line" else _bars(axes, drawn)
    unit = f", {drawn.unit}" if drawn.unit == "%" else ""
    figure.suptitle(_known(f"{drawn.title}{unit}"), x=0.01, ha="left", color=_INK, fontsize=_LARGE, fontweight="bold")
    axes.set_title(_known(about, _LONGEST_ABOUT), loc="left", color=_INK, fontsize=_SMALLER)
    slanted = {"rotation": 40, "ha": "right"} if len(places) > _SLANT_FROM else {}
    axes.set_xticks(list(places), [_known(label) for label in drawn.categories], **slanted)
    axes.tick_params(colors=_INK, labelsize=_SMALL)
    axes.set_ylim(bottom=0, top=105 if drawn.unit == "%" else None)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    names = [_known(name) or f"Series {place}" for place, name in enumerate(drawn.series, 1)]
    below: dict[str, Any] = {"loc": "outside lower center", "ncols": _ABREAST, "frameon": False}
    figure.legend(marks, names, labelcolor=_INK, fontsize=_SMALL, **below)
    written = io.BytesIO()
    figure.savefig(written, format="png", metadata={"Software": None})
    figure.clear()
    return written.getvalue()


def _lines(axes: Any, plot: Plot) -> list[Any]:
    """Draw each line thinner than the one before, so that equal ones show both."""
    return [
        axes.plot(
            range(len(plot.categories)),
            values,
            color=color,
            marker=marker,
            linewidth=4 - place / 2,
            markersize=9 - place,
        )[0]
        for place, (values, (color, marker, _)) in enumerate(zip(plot.series.values(), _LOOKS, strict=False))
    ]


def _bars(axes: Any, plot: Plot) -> list[Any]:
    """Draw bars on top of each other, the first series at the bottom."""
    below, marks = [0.0] * len(plot.categories), []
    for values, (color, _, hatch) in zip(plot.series.values(), _LOOKS, strict=False):
        bar = axes.bar(range(len(below)), values, _BAR, below, color=color, hatch=hatch, edgecolor=_PAPER)
        marks.append(bar)
        below = [low + value for low, value in zip(below, values, strict=True)]
    return marks


def _known(words: str, limit: int = _LONGEST_NAME) -> str:
    """Return words without the characters that the picture's font lacks; the description has them."""
    return clip(one_line("".join(char for char in words if ord(char) in _characters())), limit)


@cache
def _characters() -> frozenset[int]:
    from matplotlib import font_manager, ft2font  # noqa: PLC0415 - optional, and slow to load

    font = ft2font.FT2Font(font_manager.findfont("DejaVu Sans"))
    return frozenset(font.get_charmap())
