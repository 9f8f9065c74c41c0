"""Slack's own charts. Clients that don't draw them show nothing, so the numbers stand beside them in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.ports.workspace import Block
from bot.views.kit.text import clip, one_line

_TITLE: Final = 50
_LABEL: Final = 20
_POINTS: Final = 20
_SERIES: Final = 6


def bars(title: str, categories: Sequence[str], series: Mapping[str, Sequence[float]], *, unit: str) -> Block:
    """Return a bar chart: for each series a value for each category. Of more than Slack draws the last are shown."""
    return _plot("bar", title, categories, series, unit)


def lines(title: str, categories: Sequence[str], series: Mapping[str, Sequence[float]], *, unit: str) -> Block:
    """Return a line chart of the same."""
    return _plot("line", title, categories, series, unit)


def _plot(kind: str, title: str, categories: Sequence[str], series: Mapping[str, Sequence[float]], unit: str) -> Block:
    labels = [_short(label, _LABEL) for label in categories][-_POINTS:]
    drawn: dict[str, list[dict[str, Any]]] = {}
    for name, values in series.items():
        points = zip(labels, list(values)[-_POINTS:], strict=False)
        drawn[_short(name, _LABEL)] = [{"label": label, "value": value} for label, value in points]
    chart = {
        "type": kind,
        "series": [{"name": name, "data": data} for name, data in list(drawn.items())[:_SERIES]],
        "axis_config": {"categories": labels, "y_label": _short(unit, _TITLE)},
    }
    return {"type": "data_visualization", "title": _short(title, _TITLE), "chart": chart}


def _short(words: str, limit: int) -> str:
    """Cut words to Slack's limits; a label is never empty."""
    return clip(one_line(words), limit) or "-"
