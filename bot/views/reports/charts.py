"""Charts: drawn by Slack, or as text for clients that draw none. The numbers stand beside them in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from bot.ports.workspace import Block
from bot.views.kit.text import clip, escape, one_line

_TITLE: Final = 50
_LABEL: Final = 20
_POINTS: Final = 20
_SERIES: Final = 6
# As text it has to fit beside each other, and on one screen.
_LINES: Final = 14
_COLUMN: Final = 14
_FIRST: Final = "From"


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart: for each series a value for each category. Of more than is drawn the last are shown."""

    kind: Literal["bar", "line"]
    title: str
    categories: Sequence[str]
    series: Mapping[str, Sequence[float]]
    unit: str

    def drawn(self) -> "Plot":
        """Return the part that is drawn, with its words cut to Slack's limits."""
        series = {_short(name, _LABEL): list(values)[-_POINTS:] for name, values in list(self.series.items())[:_SERIES]}
        labels = [_short(label, _LABEL) for label in self.categories][-_POINTS:]
        return replace(
            self,
            title=_short(self.title, _TITLE),
            categories=labels,
            series=series,
            unit=_short(self.unit, _TITLE),
        )

    def block(self) -> Block:
        """Return it as Slack's own chart."""
        drawn = self.drawn()
        series = [
            {
                "name": name,
                "data": [
                    {"label": label, "value": value} for label, value in zip(drawn.categories, values, strict=False)
                ],
            }
            for name, values in drawn.series.items()
        ]
        axes = {"categories": drawn.categories, "y_label": drawn.unit}
        chart: dict[str, Any] = {"type": self.kind, "series": series, "axis_config": axes}
        return {"type": "data_visualization", "title": drawn.title, "chart": chart}

    def text(self) -> str:
        """Return it as a table of fixed width, as markup: a line for each category."""
        series = dict(list(self.series.items())[:_SERIES])
        heads = [_short(name, _COLUMN) for name in series]
        width = max(len(_short(label, _LABEL)) for label in (_FIRST, *self.categories))
        lines = ["  ".join([_FIRST.ljust(width), *heads])]
        for place in range(len(self.categories))[-_LINES:]:
            cells = [
                f"{values[place]:.0f}".rjust(len(head)) for head, values in zip(heads, series.values(), strict=True)
            ]
            lines.append("  ".join([_short(self.categories[place], _LABEL).ljust(width), *cells]))
        table = escape("\n".join(lines)).replace("`", "'")
        unit = f", {self.unit}" if self.unit == "%" else ""
        return f"*{escape(self.title)}{unit}*\n```{table}```"


def _short(words: str, limit: int) -> str:
    """Cut words to Slack's limits; a label is never empty."""
    return clip(one_line(words), limit) or "-"
