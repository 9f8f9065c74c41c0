"""A policy as people read it in a terminal: the matrix, then what changes a level, who answers, who is paged."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.commands.tables import table
from bot.policy.calendars import ROUND_THE_CLOCK, Calendar
from bot.policy.categories import Category
from bot.policy.levels import Channel, Level, PageAt, Requirement
from bot.policy.programmes import Health
from bot.policy.rules import Policy, Rule
from bot.policy.slots import CATEGORY_TEAM, Rung

_NONE = "—"
_Row = list[str]


def as_text(policy: Policy, width: int) -> str:
    """Write a policy down for a terminal of that width."""
    parts = [
        list(_head(policy)),
        list(table(list(_matrix(policy)), width)),
        _section("Health of an account programme", map(_health, policy.health), width),
        _section("Rules", map(_rule, policy.rules), width),
        _section("Categories", (_category(policy, category) for category in policy.categories), width),
        _section("Ladder of a page", (_rung(policy, rung) for rung in policy.ladder), width),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _section(title: str, rows: Iterable[_Row], width: int) -> list[str]:
    listed = list(rows)
    return [f"{title}:", *(f"  {line}" for line in table(listed, width - 2))] if listed else []


def _head(policy: Policy) -> Iterator[str]:
    yield f"{policy.title} ({policy.name}, version {policy.version})"
    yield f"Owner: {policy.owner}. Next review: {policy.next_review_on or 'nobody has said when'}."
    for name, calendar in policy.calendars.items():
        yield f"Calendar {name}: {_hours(calendar)}"


def _hours(calendar: Calendar) -> str:
    written = calendar.model_dump(mode="json", exclude_defaults=True)
    weekly = [f"{days} {' and '.join(spans) or 'shut'}" for days, spans in _joined(written["hours"])]
    holidays = [f"public holidays of {' '.join(written['holidays'].values())}"] if "holidays" in written else []
    own = [f"{len(written[key])} own {key} dates" for key in ("closed", "open") if key in written]
    return ", ".join([calendar.zone, *weekly, *(holidays or ["no public holidays"]), *own])


def _joined(hours: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Yield neighbouring days of the same hours as one: `MON-FRI`."""
    days = list(hours)
    while days:
        same = next((n for n, day in enumerate(days) if hours[day] != hours[days[0]]), len(days))
        yield (days[0] if same == 1 else f"{days[0]}-{days[same - 1]}"), hours[days[0]]
        days = days[same:]


def _matrix(policy: Policy) -> Iterator[_Row]:
    """Yield the rows of the matrix: a level is a column. What no level has is left out."""
    yield ["", *(level.label for level in policy.levels)]
    yield ["Code", *(level.code for level in policy.levels)]
    for title, cell in (
        ("Means", lambda level: level.definition),
        ("Response", lambda level: level.response.in_words() if level.response else _NONE),
        ("Resolution", _resolution),
        ("Clocks run", _calendar),
        ("Inside hears", lambda level: level.cadence.internal.in_words()),
        ("Customer hears", lambda level: level.cadence.customer.in_words()),
        ("Channel", lambda level: "on request" if level.channel is Channel.ON_REQUEST else "always"),
        ("Brought in", lambda level: _slots(policy, level.invite)),
        ("Told directly", lambda level: _slots(policy, level.tell)),
        ("Paged", lambda level: _paged(policy, level)),
        ("Own ladder", _own_ladder),
        ("Review", _review),
        ("Watched after", lambda level: f"{level.monitor} days" if level.monitor else _NONE),
    ):
        cells = [cell(level) for level in policy.levels]
        if set(cells) != {_NONE}:
            yield [title, *cells]


def _resolution(level: Level) -> str:
    if level.resolution is not None:
        return level.resolution.in_words()
    return "backlog" if level.backlog else _NONE


def _calendar(level: Level) -> str:
    if level.response is None and level.resolution is None:
        return _NONE
    return "24x7" if level.calendar == ROUND_THE_CLOCK else f"on {level.calendar}"


def _slots(policy: Policy, keys: Iterable[str]) -> str:
    return ", ".join(policy.slot(key).label for key in keys) or _NONE


def _paged(policy: Policy, level: Level) -> str:
    late = " (when the response is late)" if level.page and level.page_at is PageAt.BREACH else ""
    return _slots(policy, level.page) + late


def _own_ladder(level: Level) -> str:
    steps = (
        f"{step.rung} {f'after {step.after}' if step.after else 'at once'}{' if needed' if step.if_needed else ''}"
        for step in level.ladder
    )
    return ", ".join(steps) or _NONE


def _review(level: Level) -> str:
    if level.review is Requirement.NONE or level.review_due is None:
        return _NONE
    when = f"within {level.review_due.in_words()}"
    return when if level.review is Requirement.REQUIRED else f"if needed, {when}"


def _health(health: Health) -> _Row:
    return [health.label, health.cadence.in_words(), health.definition]


def _rule(rule: Rule) -> _Row:
    does = f"{rule.operation.replace('_', ' ')} {getattr(rule, rule.operation)}"
    when = _in_words(rule.when.model_dump(mode="json", exclude_defaults=True))
    return [rule.key, does if rule.enabled else f"{does} (switched off)", f"when {when}"]


def _in_words(condition: Mapping[str, Any]) -> str:
    return " and ".join(_test(key, value) for key, value in condition.items())


def _test(key: str, value: Any) -> str:
    """Write one test of a condition: `health below 60`, `vip`, `(tier strategic or health below 60)`."""
    name = key.replace("_", " ")
    match value:
        case bool():
            return name if value else f"not {name}"
        case dict() if key == "not":
            return f"not ({_in_words(value)})"
        case dict():
            return f"{name} {_in_words(value)}"
        case [{}, *_]:
            return "(" + (" or " if key == "any" else " and ").join(_in_words(each) for each in value) + ")"
        case list():
            return f"{name} {' or '.join(map(str, value))}"
        case _:
            return f"{name} {value}"


def _category(policy: Policy, category: Category) -> _Row:
    starts = policy.level(category.level).label if category.level else _NONE
    team = policy.team(category.team).name if category.team else "nobody"
    marks = [f"never below {policy.level(category.least).label}"] if category.least else []
    marks += [f"answered in {category.response.in_words()}"] if category.response else []
    marks += ["confidential"] if category.visibility is category.visibility.PRIVATE else []
    return [category.key, f"from {starts}", team, ", ".join(marks)]


def _rung(policy: Policy, rung: Rung) -> _Row:
    if rung.slot is not None:
        who = policy.slot(rung.slot).label
    else:
        who = "the category's team" if rung.team == CATEGORY_TEAM else policy.team(str(rung.team)).name
    when = f"after {rung.after.in_words()}" if rung.after else "at once"
    return [rung.key, rung.title, who, when if rung.in_turn else "for their knowledge, never in turn"]
