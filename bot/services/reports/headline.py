"""The numbers of the last thirty days, looked at every few minutes: for Home and for Prometheus."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Final

from prometheus_client import Gauge

from bot import metrics
from bot.database.people import People
from bot.policy.decide.numbers import DEFINITIONS, Definition, Numbers, NumberUnit, number
from bot.policy.decide.reports import NumbersReport
from bot.policy.model.directory import identity_key
from bot.policy.record.escalation import MANAGER
from bot.services.reports.reports import LEVEL, Reports

_ALL: Final = "all"
_WHOLE: Final = 100.0
# Prometheus has base units: seconds, and shares from 0 to 1.
_ENDINGS: Final = {
    NumberUnit.PERCENT: "_ratio",
    NumberUnit.SECONDS: "_seconds",
    NumberUnit.STARS: "_stars",
    NumberUnit.COUNT: "",
}


def _gauge(definition: Definition) -> Gauge:
    words = f"{definition.name}, of the last 30 days. {definition.words}"
    return Gauge(f"escalate_{definition.key}{_ENDINGS[definition.unit]}", words, ["level"], registry=metrics.REGISTRY)


GAUGES: Final[Mapping[str, Gauge]] = {key: _gauge(definition) for key, definition in DEFINITIONS.items()}
_BASIS: Final = Gauge(
    "escalate_number_basis", "How many a number rests on, of the last 30 days", ["number"], registry=metrics.REGISTRY
)
_OPEN: Final = Gauge("escalate_open_by_owner", "Open escalations of a fix owner", ["owner"], registry=metrics.REGISTRY)
_RENEWALS: Final = Gauge(
    "escalate_renewals",
    "Customers whose renewal is known, of the last 30 days, by whether they renewed, and had repeats",
    ["outcome", "repeats"],
    registry=metrics.REGISTRY,
)


@dataclass
class Headline:
    """Holds the numbers as last looked at. `latest` is None until then."""

    reports: Reports
    people: People
    latest: NumbersReport | None = field(default=None)

    def refresh(self) -> None:
        """Look at the numbers."""
        found, month = self.reports.headline(), self.reports.breakdown(None, None, LEVEL)
        self.latest = found
        for gauge in (*GAUGES.values(), _OPEN):
            gauge.clear()
        _expose(found.found, _ALL)
        for level, numbers in month.groups.items():
            _expose(numbers, level)
        for key in DEFINITIONS:
            _BASIS.labels(key).set(number(found.found, key).of)
        for owner, count in self.reports.workload().items():
            _OPEN.labels(owner).set(count)
        for repeats, share in (("yes", month.retention.repeating), ("no", month.retention.others)):
            _RENEWALS.labels("renewed", repeats).set(share.renewed)
            _RENEWALS.labels("left", repeats).set(share.of - share.renewed)

    def of_manager(self, own: Collection[str]) -> NumbersReport | None:
        """Return the numbers for somebody (by their identities) who is a manager in the directory; None for others."""
        directory = self.people.directory
        named = {entry.manager for entry in directory.people if entry.manager}
        named |= {directory.fallback[MANAGER]} if MANAGER in directory.fallback else set()
        mine = {identity_key(one) for one in own}
        return self.latest if any(identity_key(manager) in mine for manager in named) else None


def _expose(numbers: Numbers, level: str) -> None:
    """Set the metrics of a level; a number that rests on nothing isn't one."""
    for key, gauge in GAUGES.items():
        value = number(numbers, key).value
        share = DEFINITIONS[key].unit is NumberUnit.PERCENT
        gauge.labels(level).set(nan if value is None else value / _WHOLE if share else value)
