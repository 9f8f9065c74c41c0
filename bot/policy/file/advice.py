"""Warnings about values that a policy may have but are unwise, for `escalate policy check`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from typing import Final

from bot.policy.decide import ladder
from bot.policy.decide.targets import due, terms
from bot.policy.file.documents import Path
from bot.policy.file.problems import PolicyProblem
from bot.policy.model.levels import Level, PageAt
from bot.policy.model.matrix import Matrix
from bot.policy.model.rules import Policy
from bot.policy.time import zones
from bot.policy.time.calendars import Calendar
from bot.policy.time.durations import Unit

_A_MONDAY: Final = datetime(2025, 1, 6, 17, tzinfo=UTC)  # a time at which targets in different units are compared
_LONG_NIGHT: Final = timedelta(hours=12)
_PARTS_NAMED: Final = 12
_NOTHING: Final = timedelta(0)


def warnings(policy: Policy, today: date) -> Iterator[PolicyProblem]:
    """Yield what is unwise, each with what would be better. `today` decides whether a review date has passed."""
    yield from _governance(policy, today)
    for level in policy.levels:
        yield from _level(policy, level)
    yield from _order(policy)
    if policy.matrix is not None:
        yield from _matrix(policy, policy.matrix)
    for category in policy.categories:
        if category.team is None:
            path = ("categories", category.key, "team")
            yield PolicyProblem(path, f"no team answers for {category.label}", "name one of the teams")
    for team in policy.teams:
        if not (team.email or team.slack):
            yield PolicyProblem(
                ("teams", team.key), f"{team.name} cannot be reached", "write an email or a slack channel"
            )
    for key, calendar in policy.calendars.items():
        yield from _calendar(key, calendar, today)
    yield from _rules(policy)


def _rules(policy: Policy) -> Iterator[PolicyProblem]:
    for rule in policy.rules:
        if rule.multiply is not None and rule.multiply > 1:
            path = ("rules", rule.key, "multiply")
            yield PolicyProblem(
                path, f"accounts of this rule wait {rule.multiply} times as long", "write a number below 1"
            )
        if rule.cap is not None and policy.is_top(rule.cap):
            path, label = ("rules", rule.key, "cap"), policy.level(rule.cap).label
            yield PolicyProblem(path, f"a cap at {label} limits nothing", "name a lower level")


def _governance(policy: Policy, today: date) -> Iterator[PolicyProblem]:
    if policy.next_review_on is None:
        yield PolicyProblem(("next_review_on",), "no date is set for the next review", "write a date")
    elif policy.review_is_overdue(today):
        wrong = f"the review was due on {policy.next_review_on}"
        yield PolicyProblem(("next_review_on",), wrong, "review the policy, then set reviewed_on and next_review_on")


def _calendar(key: str, calendar: Calendar, today: date) -> Iterator[PolicyProblem]:
    """Check for zones without summer time, holidays that depend on a part of a country, and very long nights."""
    path = ("calendars", key)
    if (zone := zones.advice(calendar.zone)) is not None:
        yield PolicyProblem((*path, "zone"), *zone)
    parts = calendar.holidays.parts_that_differ(today.year) if calendar.holidays is not None else ()
    if calendar.holidays is not None and parts:
        wrong = f"the parts of {calendar.holidays.country} keep different holidays, and {calendar.holidays.counted}"
        named = ", ".join(parts[:_PARTS_NAMED]) + (", …" if len(parts) > _PARTS_NAMED else "")
        yield PolicyProblem((*path, "holidays"), wrong, f"write a subdivision: {named}")
    for day, spans in calendar.hours.items():
        for span in spans:
            if span.is_over_midnight and span.end - span.start > _LONG_NIGHT:
                wrong = f"{day.name} is open from {span}, over midnight"
                yield PolicyProblem((*path, "hours"), wrong, "change its ends if it is the day that is meant")


def _level(policy: Policy, level: Level) -> Iterator[PolicyProblem]:
    path = ("levels", level.code)
    if not level.invite:
        yield PolicyProblem((*path, "invite"), f"no one is invited to {level.label}", "name slots, such as fix_owner")
    if policy.is_top(level.code) and policy.has_issues and not _pages_at_once(level):
        yield PolicyProblem((*path, "page"), f"no one is paged when {level.label} is declared", "name fix_owner")
    elif level is not policy.levels[-1] and not _ever_pages(level):
        wrong = f"no one is ever paged for {level.label}: it has no page, no response and no cadence"
        yield PolicyProblem(path, wrong, "give it one of the three")
    if policy.is_top(level.code) and _pages_at_once(level) and _is_clocked(level) and not _has_ladder(policy, level):
        wrong = f"no one is paged after the first for {level.label}: there is no ladder"
        yield PolicyProblem(("ladder",), wrong, "write its rungs, each with a slot and a wait")
    if _pages_at_once(level) and level.response is not None and level.response.unit is Unit.WALL:
        reach = _ladder_reach(policy, level)
        if reach is not None and reach < level.response.length:
            wrong = f"the ladder of {level.label} ends before its response is due"
            yield PolicyProblem((*path, "response"), wrong, "add a rung, or let rungs wait longer")


def _pages_at_once(level: Level) -> bool:
    return bool(level.page) and level.page_at is PageAt.DECLARATION


def _is_clocked(level: Level) -> bool:
    return level.response is not None or level.resolution is not None


def _has_ladder(policy: Policy, level: Level) -> bool:
    return bool(level.ladder) or any(rung.in_turn for rung in policy.ladder)


def _ever_pages(level: Level) -> bool:
    """Return True if anything about a level leads to a page: its own, a breach, or a missed update."""
    cadences = (level.cadence.internal, level.cadence.customer)
    recurs = any(cadence.every or cadence.also_on or cadence.on_change for cadence in cadences)
    return bool(level.page) or level.response is not None or level.resolution is not None or recurs


def _ladder_reach(policy: Policy, level: Level) -> timedelta | None:
    """Return how long after the declaration the last rung is paged; None without a ladder, or one in business time."""
    begun = [ladder.rung_of(policy, role) for role in level.page]
    waits = [stage[0].after for stage in ladder.stages(ladder.above(policy, level.code, begun))]
    if not ladder.steps(policy, level.code) or any(wait and wait.unit is not Unit.WALL for wait in waits):
        return None
    return sum((wait.length for wait in waits if wait), _NOTHING)


def _matrix(policy: Policy, matrix: Matrix) -> Iterator[PolicyProblem]:
    """Check that every level can be reached, and that the table never falls where more is broken or more are affected.

    The heaviest answers come first, as the heaviest levels do.
    """
    rows, columns = ([answer.key for answer in asked.answers] for asked in (matrix.broken, matrix.affected))
    reached = {level for cells in matrix.levels.values() for level in cells.values()}
    for level in policy.levels:
        if level.code not in reached:
            wrong = f"no answers lead to {level.label}"
            yield PolicyProblem(("matrix", "levels"), wrong, "name it in the table, unless only rules should give it")
    for row, column in product(rows, columns):
        mine = policy.rank(matrix.levels[row][column])
        for heavier_row, heavier_column in ((_above(rows, row), column), (row, _above(columns, column))):
            if policy.rank(matrix.levels[heavier_row][heavier_column]) > mine:
                wrong = f"{row} with {column} is heavier than {heavier_row} with {heavier_column}"
                yield PolicyProblem(("matrix", "levels", row, column), wrong, "put the heaviest answers first")


def _above(keys: Sequence[str], key: str) -> str:
    """Return the answer before one, or itself if it is the first."""
    return keys[max(0, keys.index(key) - 1)]


def _order(policy: Policy) -> Iterator[PolicyProblem]:
    """Compare each level with the next lighter one."""
    for heavier, lighter in pairwise(policy.levels):
        yield from _slower(policy, heavier, lighter, ("levels", heavier.code), "put the heaviest level first")
        for plan in dict.fromkeys(each.plan for each in (*heavier.plans, *lighter.plans)):
            path = ("levels", heavier.code, "plans")
            mine, theirs = heavier.for_plan(plan), lighter.for_plan(plan)
            for found in _slower(policy, mine, theirs, path, f"let the higher level of {plan} be the faster one"):
                yield replace(found, path=path, wrong=f"for the plan {plan}, {found.wrong}")


def _slower(policy: Policy, heavier: Level, lighter: Level, path: Path, right: str) -> Iterator[PolicyProblem]:
    """Yield the targets for which the heavier level takes longer."""
    for field in ("response", "resolution"):
        first, second = getattr(heavier, field), getattr(lighter, field)
        mine = due(policy, terms(policy, first, heavier.calendar), _A_MONDAY)
        theirs = due(policy, terms(policy, second, lighter.calendar), _A_MONDAY)
        if mine is not None and theirs is not None and mine > theirs:
            wrong = f"{heavier.label} takes {first.in_words()}, longer than the {second.in_words()} of {lighter.label}"
            yield PolicyProblem((*path, field), wrong, right)
