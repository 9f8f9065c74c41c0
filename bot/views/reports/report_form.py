"""The report: six numbers with their change, a chart, and the definitions one click away. It fits one screen."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from bot.policy.decide import report_words
from bot.policy.decide.numbers import DEFINITIONS, FEW, number
from bot.policy.decide.renewals import WORDS as RETENTION
from bot.policy.decide.renewals import RenewalShares
from bot.policy.decide.reports import CONFIDENTIAL, NumbersReport, shift
from bot.policy.model.rules import Policy
from bot.ports.workspace import Block, Message, View
from bot.views.kit import ids
from bot.views.kit.info_form import shown
from bot.views.kit.parts import actions, button, context, fields, section
from bot.views.kit.text import clip, escape, person, plain_day, times, with_days
from bot.views.reports import chart_picture, charts, figures

_NAMES: Final = {report_words.WEEK: "7 days", report_words.MONTH: "30 days", report_words.QUARTER: "Quarter"}
_VALUE: Final = 2000
_WORKLOAD: Final = "Open by fix owner"
_RENEWED: Final = "Customers that renewed"
_OWNERS: Final = 5
# The shares of the first chart, with names that fit its legend.
_COURSE: Final = {
    "acknowledged_in_time": "Acknowledged",
    "mitigated_in_time": "Impact stopped",
    "promises_kept": "Promises kept",
}


_AS_PICTURE: Final = "Chart as picture"
_COMES: Final = "The chart comes as a direct message from Escalate."


def draw(report: NumbersReport, policy: Policy, *, as_chart: bool = True, is_chart_queued: bool = False) -> View:
    """Draw a report. The policy in force names the levels. With `as_chart` Slack draws the chart, else it's text.

    Where pictures can be drawn a button asks for one, unless it `is_chart_queued`.
    """
    return shown("Report", [*_blocks(report, policy, as_chart=as_chart, is_chart_queued=is_chart_queued)])


def about(report: NumbersReport) -> str:
    """Return in plain words which escalations a report counts, and of which days."""
    return " · ".join([f"Last {times(report.days, 'day')}", *report.about, _span(report)])


def caption(report: NumbersReport) -> str:
    """Return the words above the picture of a chart, as markup; the picture itself says what it counts."""
    return f"Chart of your report: {escape(' · '.join(report.about))}" if report.about else "Chart of your report"


def chart_as_text(report: NumbersReport, found: charts.Plot) -> Message:
    """Return a chart's numbers as a message, for where Slack doesn't take the picture."""
    words = f"Slack didn't take the picture. {with_days(escape(about(report)))}\n{found.text()}"
    return Message(words, [section(words)])


def definitions() -> View:
    """Draw how every number is counted."""
    lines = [f"*{found.name}*\n{found.words}" for found in DEFINITIONS.values()]
    lines.append(f"*{_RENEWED}*\n{RETENTION}")
    lines.append(f"*{_WORKLOAD}*\nOpen escalations of each fix owner now, whenever they were declared.")
    half = len(lines) // 2
    last = "A report counts what was declared in its time. Confidential escalations count, and are never named."
    return shown(
        "How they're counted", [*(section("\n".join(part)) for part in (lines[:half], lines[half:])), context(last)]
    )


def _blocks(report: NumbersReport, policy: Policy, *, as_chart: bool, is_chart_queued: bool) -> Iterator[Block]:
    count, earlier = (number(found, "escalations").of for found in (report.found, report.before))
    about = "".join(f" · {escape(part)}" for part in report.about)
    yield section(f"*Last {times(report.days, 'day')}{about}* · {times(count, 'escalation')}")
    before = f"the period before, which had {times(earlier, 'escalation')}"
    yield context(f"{with_days(_span(report))}. Changes compare with {before}.")
    if count:
        yield fields([_field(report, key) for key in report.shown])
    small = [_retention(report.retention)] if report.retention.is_known else []
    small += [_workload(report.workload)] if report.workload else []
    if small:
        yield context(*small)
    notes = [*_notes(report)]
    if notes:
        yield context(*notes)
    found = plot(report, policy)
    can_send = found is not None and chart_picture.is_possible()
    yield _buttons(report, with_chart=can_send and not is_chart_queued)
    if can_send and is_chart_queued:
        yield context(_COMES)
    if found is not None:
        yield found.block() if as_chart else section(found.text())


def _retention(found: RenewalShares) -> str:
    """Return how many customers renewed, with repeats and without."""
    with_repeats, others = found.repeating, found.others
    said = [f"{with_repeats.renewed} of {with_repeats.of} with repeats"] if with_repeats.of else []
    said += [f"{others.renewed} of {others.of} without"] if others.of else []
    return f"*{_RENEWED}:* {', '.join(said)}"


def _workload(workload: Mapping[str, int]) -> str:
    """Return who has most open; the others in one number."""
    most = list(workload.items())[:_OWNERS]
    said = [f"{owner if owner == CONFIDENTIAL else person(owner)} {count}" for owner, count in most]
    rest = len(workload) - len(most)
    said += [f"{times(rest, 'other')} {sum(workload.values()) - sum(dict(most).values())}"] if rest else []
    return f"*{_WORKLOAD}:* {' · '.join(said)}"


def _span(report: NumbersReport) -> str:
    zone = report.period.zone
    first = report.period.since.astimezone(zone).date()
    last = (report.period.until - timedelta(microseconds=1)).astimezone(zone).date()
    return f"{plain_day(first)} to {plain_day(last)}"


def _field(report: NumbersReport, key: str) -> tuple[str, str]:
    """Return a number: its value, how it moved, and what it rests on if that is little."""
    of, found = DEFINITIONS[key], number(report.found, key)
    target = report.target if key == "escalation_rate" else None
    said = [figures.value(of, found), figures.moved(of, shift(key, found, number(report.before, key), target))]
    if target is not None:
        said.append(f"target {target} %")
    if found.is_small or found.value is None:
        said.append(f"of {found.of}")
    return of.name, " · ".join(part for part in said if part)


def plot(report: NumbersReport, policy: Policy) -> charts.Plot | None:
    """Return what was in time over the report's days, weeks or months, else how many there were in each.

    A share of none isn't known, and a line can't have gaps: then it's how many.
    """
    course = {day: [number(found, key).value for key in _COURSE] for day, found in report.course.items()}
    known = {day: [round(value) for value in values if value is not None] for day, values in course.items()}
    whole = {day: values for day, values in known.items() if len(values) == len(_COURSE)}
    places = [place for place, day in enumerate(report.course) if day in whole]
    if len(places) > 1 and places[-1] - places[0] == len(places) - 1:
        shares = dict(zip(_COURSE.values(), zip(*whole.values(), strict=True), strict=True))
        return charts.Plot("line", "In time", _labels(whole), shares, "%")
    present = {level for counts in report.levels.values() for level in counts}
    named = {level.code: level.label for level in policy.levels}
    codes = [*(code for code in named if code in present), *sorted(present - set(named))]
    counts = {named.get(code, code): [of.get(code, 0) for of in report.levels.values()] for code in codes}
    if not present:
        return None
    return charts.Plot("bar", "Declared", _labels(report.levels), counts, "Escalations")


def _labels(days: Collection[date]) -> list[str]:
    """Return a label for each date; with its year, where the same day comes twice."""
    short = [f"{on.day} {on:%b}" for on in days]
    return short if len(set(short)) == len(short) else [f"{on.day} {on:%b %Y}" for on in days]


def _notes(report: NumbersReport) -> Iterator[str]:
    if report.uncounted:
        yield f"{times(report.uncounted, 'escalation')} can't be counted yet."
    if 0 < report.known_days < report.days:
        yield f"Ticket volumes are known for {report.known_days} of {report.days} days."
    if 0 < number(report.found, "escalations").of < FEW:
        yield "Too few escalations to say much."


def _buttons(report: NumbersReport, *, with_chart: bool) -> Block:
    periods = [
        button(name, f"{ids.PRESS_REPORT}{days}", clip(report.words.typed(days), _VALUE))
        for days, name in _NAMES.items()
        if days != report.days
    ]
    picture = (
        [button(_AS_PICTURE, ids.PRESS_CHART, clip(report.words.typed(report.days), _VALUE))] if with_chart else []
    )
    return actions(*periods, button("How they're counted", ids.PRESS_DEFINITIONS, "report"), *picture)
