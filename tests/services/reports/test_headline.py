"""The metrics of the numbers, and the Grafana dashboard that draws them."""

import json
import re

from bot import metrics
from bot.policy.decide.numbers import DEFINITIONS
from bot.services.reports.headline import GAUGES
from tests.support.story import ROOT

DASHBOARD = ROOT / "docs" / "grafana" / "escalate.json"
_METRIC = re.compile(r"\bescalate_[a-z_]+\b")


def test_every_number_has_a_metric() -> None:
    assert set(GAUGES) == set(DEFINITIONS)


def test_the_dashboard_names_metrics_that_exist_and_every_number() -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    drawn = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    named = set(_METRIC.findall(drawn))
    assert named <= {metric.name for metric in metrics.REGISTRY.collect()}
    assert {next(iter(gauge.describe())).name for gauge in GAUGES.values()} <= named


def test_the_dashboard_describes_each_number_as_it_is_defined() -> None:
    panels = {panel["title"]: panel["description"] for panel in json.loads(DASHBOARD.read_text())["panels"]}
    assert {one.name: panels[one.name] for one in DEFINITIONS.values()} == {
        one.name: one.words for one in DEFINITIONS.values()
    }
