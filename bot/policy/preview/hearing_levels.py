"""List who hears of an escalation of each level, by which route, and within how long: a table for people."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy.decide import ladder
from bot.policy.model.levels import Level
from bot.policy.model.rules import Policy
from bot.policy.model.slots import Rung
from bot.policy.time.calendars import ROUND_THE_CLOCK
from bot.policy.time.durations import Duration, Unit

_AT_ONCE = "at once"


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One line: the level, when somebody hears, who, by which route, and within how long, all in words."""

    level: str
    when: str
    who: str
    routes: str
    within: str


def rows(policy: Policy) -> Iterator[LevelRow]:
    """Yield the rows of each level, heaviest first."""
    for level in policy.levels:
        yield from _declared(policy, level)
        yield from _climbing(policy, level)
        yield from _late(policy, level)


def _declared(policy: Policy, level: Level) -> Iterator[LevelRow]:
    declared = "It is declared"
    ways = (
        (level.invite, "invited to its channel"),
        (level.tell, "direct message, or mail"),
        (level.page, "page: their own routes, every 5 minutes"),
    )
    for roles, routes in ways:
        if roles:
            yield LevelRow(level.label, declared, _roles(policy, roles), routes, _AT_ONCE)


def _climbing(policy: Policy, level: Level) -> Iterator[LevelRow]:
    """Yield the rest of the ladder, for as long as no one acknowledges."""
    if not level.page:
        return
    reached = [ladder.rung_of(policy, role) for role in level.page]
    seconds = 0
    for stage in ladder.stages(ladder.above(policy, level.code, reached)):
        after = stage[0].after
        if after is None or after.unit is not Unit.WALL:
            continue
        seconds += after.amount
        who = ", ".join(_rung(policy, step.rung) for step in stage)
        within = f"after {Duration(Unit.WALL, seconds).in_words()}"
        by = "every route they have" if stage[0].rung.team else "page"
        yield LevelRow(level.label, "No one responds to the page", who, by, within)
    for step in ladder.steps(policy, level.code):
        if step.if_needed:
            yield LevelRow(level.label, "Someone asks for them", _rung(policy, step.rung), "page", _AT_ONCE)


def _late(policy: Policy, level: Level) -> Iterator[LevelRow]:
    for what, due in (("It isn't acknowledged", level.response), ("Its impact lasts", level.resolution)):
        if due is not None:
            within = f"after {due.in_words()}{_counted(level, due)}"
            yield LevelRow(level.label, what, "Manager, and the channel", "page, and a message", within)
    for step in level.climb_unresolved:
        within = f"after {step.after.in_words()}"
        yield LevelRow(level.label, "Its impact lasts", _roles(policy, (step.slot,)), "direct message, or mail", within)
    customer = level.cadence.customer
    if customer.every is not None:
        slow = customer.every.unit is Unit.BUSINESS_DAYS
        steps = (
            ("The channel", "a message", "when it is due"),
            ("Customer owner", "direct message, or mail", "1 business hour" if slow else "5 minutes"),
            ("Manager", "page", "4 business hours" if slow else "15 minutes"),
        )
        for who, routes, after in steps:
            within = after if after.startswith("when") else f"{after} later"
            what = f"The customer's update is missed ({customer.in_words()})"
            yield LevelRow(level.label, what, who, routes, within)


def table(policy: Policy) -> str:
    """Return the rows as a Markdown table."""
    head = "| Level | When | Who hears | By | Within |\n| --- | --- | --- | --- | --- |"
    lines = [f"| {one.level} | {one.when} | {one.who} | {one.routes} | {one.within} |" for one in rows(policy)]
    return "\n".join([head, *lines])


def _roles(policy: Policy, roles: tuple[str, ...]) -> str:
    return ", ".join(policy.slot(role).label for role in roles)


def _rung(policy: Policy, rung: Rung) -> str:
    if rung.team is None or rung.team == "category":
        return rung.title
    return policy.team(rung.team).name


def _counted(level: Level, due: Duration) -> str:
    is_always = level.calendar == ROUND_THE_CLOCK and due.unit is Unit.WALL
    return ", around the clock" if is_always else ""
