"""The chart of a report: each day, week or month of its period, also those without escalations."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.policy.decide.measuring import measure
from bot.policy.decide.numbers import Period
from bot.policy.decide.reports import NumbersReport, report
from bot.policy.file.loading import preset
from bot.views.reports import report_form
from tests.policy.decide import measured_ledger

POLICY = preset("sev")
BERLIN = ZoneInfo("Europe/Berlin")
UNTIL = datetime(2026, 12, 1, tzinfo=BERLIN)
ONE = measure(measured_ledger.LEDGER[0])


def reported(days: int, *declared: datetime) -> NumbersReport:
    """Return the report of the days before December whose escalations were declared then, judged for nothing."""
    unjudged = ONE._replace(response_due_at=None, mitigate_due_at=None)
    measures = [unjudged._replace(escalation_id=at.toordinal(), declared_at=at) for at in declared]
    period = Period((UNTIL - timedelta(days=days)).replace(tzinfo=BERLIN), UNTIL, {}, BERLIN)
    return report(measures, period, replace(period, until=period.since), UNTIL)


def test_weeks_without_escalations_are_drawn_as_none() -> None:
    found = reported(30, *(datetime(2026, 11, day, 12, tzinfo=UTC) for day in (2, 9, 30)))
    plot = report_form.plot(found, POLICY)
    assert plot is not None
    assert plot.categories == ["26 Oct", "2 Nov", "9 Nov", "16 Nov", "23 Nov", "30 Nov"]
    assert list(plot.series.values()) == [[0, 1, 1, 0, 0, 1]]
    assert [one["label"] for one in plot.block()["chart"]["series"][0]["data"]] == plot.categories
    assert "16 Nov" in plot.text()


def test_a_line_has_no_gaps() -> None:
    policy = POLICY
    found = reported(30, *(datetime(2026, 11, day, 12, tzinfo=UTC) for day in (2, 9, 30)))
    known = dict.fromkeys(found.course, found.found)
    whole = {key: replace(one, value=50.0) for key, one in found.found.items()}
    for day in (date(2026, 11, 2), date(2026, 11, 9)):
        known[day] = whole
    line = report_form.plot(replace(found, course=known), policy)
    assert line is not None
    assert (line.kind, line.categories) == ("line", ["2 Nov", "9 Nov"])
    known[date(2026, 11, 30)] = whole
    bars = report_form.plot(replace(found, course=known), policy)
    assert bars is not None
    assert bars.kind == "bar"


def test_a_quarter_has_weeks_and_a_year_months_within_what_is_drawn() -> None:
    declared = datetime(2026, 11, 2, 12, tzinfo=UTC)
    for days, points in ((7, 7), (10, 10), (11, 3), (90, 14), (366, 13)):
        found = reported(days, declared, UNTIL - timedelta(days=2))
        plot = report_form.plot(found, POLICY)
        assert plot is not None
        assert len(plot.drawn().categories) == points
        assert len(set(plot.drawn().categories)) == points
        assert all(label in plot.text() for label in plot.categories)
    assert report_form.plot(reported(30), POLICY) is None
