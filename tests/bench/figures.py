"""The result of a measurement: one figure, one line of JSON."""

import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A number with its unit. `target` is its upper limit; None if there is none."""

    name: str
    value: float
    unit: str
    target: float | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Return True if the target is met."""
        return self.target is None or self.value <= self.target

    def line(self) -> str:
        """Return it as JSON, on one line."""
        judged = {} if self.target is None else {"target": self.target, "ok": self.ok}
        return json.dumps(
            {"figure": self.name, "value": rounded(self.value), "unit": self.unit, **judged, **self.details}
        )


def rounded(value: float) -> float:
    """Return a number rounded to three significant digits."""
    return float(f"{value:.3g}") if abs(value) < 100 else round(value)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of all values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """Return the median of several runs."""
    return statistics.median(values)


def say(words: str) -> None:
    """Print progress to stderr; only figures go to stdout."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
