"""A policy in words: the matrix as rows, and a line for each rule, category, rung and calendar.

Plain text for the terminal and for Slack; callers escape it. It does not import Slack's SDK, so that `escalate policy`
starts quickly.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from bot.policy.decide import plan_tables
from bot.policy.decide.ladder import PACE
from bot.policy.model.cadence import Cadence
from bot.policy.model.categories import Category
from bot.policy.model.facts import ACCOUNT
from bot.policy.model.levels import Level, PageAt, Requirement
from bot.policy.model.programmes import Consent
from bot.policy.model.rules import Policy, Rule
from bot.policy.model.slots import CATEGORY_TEAM, Rung
from bot.policy.time.calendars import ROUND_THE_CLOCK, Calendar

NONE = "—"
_CONSENTS: Final = {
    Consent.CUSTOMER: "the customer's consent",
    Consent.STAKEHOLDERS: "the stakeholders' consent",
    Consent.SUCCESS_CRITERIA: "the success criteria met",
}
LevelRow = tuple[str, list[str]]


def version(policy: Policy) -> str:
    """Return a policy's title: "Severity 1 to 4 (sev, version 1)"."""
    return f"{policy.title} ({policy.name}, version {policy.version})"


def governance(policy: Policy) -> str:
    """Return the policy's owner, its last review and its next one, and for whose eyes it is."""
    looked_at = f" Reviewed on {_day(policy.reviewed_on)}." if policy.reviewed_on else ""
    marked = f" {policy.classification.rstrip('.')}." if policy.classification else ""
    next_on = _day(policy.next_review_on) if policy.next_review_on else "not set"
    return f"Owner: {policy.owner}.{looked_at} Next review: {next_on}.{marked}"


def _day(on: date) -> str:
    """Return a day as `kit.text.plain_day` does, which the command line doesn't load: it knows Slack."""
    return f"{on.day} {on:%b %Y}"


def overdue(policy: Policy, today: date) -> str | None:
    """Return that the review is overdue, if it is; `today` is a date in the policy's zone."""
    if policy.next_review_on is None or not policy.review_is_overdue(today):
        return None
    days = (today - policy.next_review_on).days
    late = "yesterday" if days == 1 else f"{days} days ago"
    return (
        f"The review of this policy was due on {_day(policy.next_review_on)}, {late}. "
        f"{policy.owner}: look at it, then set its next_review_on."
    )


def matrix(policy: Policy) -> Iterator[LevelRow]:
    """Yield the rows of the matrix: a name, and a cell for each level. Rows without any value are left out."""
    yield "Code", [level.code for level in policy.levels]
    for title, cell in (
        ("Means", lambda level: level.definition),
        ("Urgency", lambda level: level.urgency or NONE),
        ("Acknowledge", lambda level: level.response.in_words() if level.response else NONE),
        ("Resolve", _resolution),
        ("Clocks run", lambda level: _calendar(policy, level)),
        ("Internal updates", lambda level: _cadence(level.cadence.internal)),
        ("Customer updates", lambda level: _cadence(level.cadence.customer)),
        ("Brought in", lambda level: _slots(policy, level.invite)),
        ("Told directly", lambda level: _slots(policy, level.tell)),
        ("Paged", lambda level: _paged(policy, level)),
        ("If unresolved", lambda level: _brought_in(policy, level)),
        ("Paged in turn", lambda level: _own_ladder(policy, level)),
        ("Paged again", lambda level: f"after {level.start_over.in_words()}"),
        ("Review", _review),
        ("Watched for", lambda level: f"{level.monitor} days" if level.monitor else NONE),
    ):
        cells = [cell(level) for level in policy.levels]
        if set(cells) != {NONE}:
            yield title, cells


def asked(policy: Policy) -> list[list[str]]:
    """Return the table of the two questions: a row for each answer to the first; empty without a matrix."""
    found = policy.matrix
    if found is None:
        return []
    head = [f"{found.broken.question} / {found.affected.question}", *found.affected.labels.values()]
    return [
        head,
        *(
            [label, *(policy.level(found.levels[key][column]).label for column in found.affected.labels)]
            for key, label in found.broken.labels.items()
        ),
    ]


def programmes(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield what an account programme takes: when a proposal is accepted, and what it ends with."""
    kind = next((kind for kind in policy.kinds if kind.key == ACCOUNT), None)
    if kind is None:
        return
    if kind.accept_after is not None:
        guard = policy.guards.accept
        who = " or ".join([*(policy.slot(slot).label for slot in guard.slots), *guard.people])
        by = f"by {who}, or " if who else ""
        yield "Accepted", f"{by}after {kind.accept_after.in_words()} without an answer"
    if kind.remediation_plan:
        yield "Plan", "with an owner and a date"
    if kind.consents:
        yield "Closed", f"with {', '.join(_CONSENTS[consent] for consent in kind.consents)}"
    if kind.review is Requirement.REQUIRED and kind.review_due is not None:
        yield "Review", f"within {kind.review_due.in_words()}"


def plans(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Yield what each plan changes at each level: the level's label, the plan, and the numbers."""
    for level in policy.levels:
        for each in level.plans:
            changes = ", ".join(plan_tables.differences(level, level.for_plan(each.plan)))
            if changes:
                yield level.label, each.plan, changes


def effect(policy: Policy, rule: Rule) -> str:
    """Return a rule's effect: "one level up", "at least Sev 2", "clocks run 24x7"."""
    match rule.operation:
        case "bump":
            does = "one level up"
        case "floor":
            does = f"at least {policy.level(str(rule.floor)).label}"
        case "cap":
            does = f"at most {policy.level(str(rule.cap)).label}"
        case "multiply":
            does = f"response and resolution times {rule.multiply}"
        case "set_calendar":
            does = f"clocks run {_on(policy, str(rule.set_calendar))}"
        case "tag":
            does = f"marked {rule.tag}"
        case _:
            does = f"{policy.slot(str(rule.add_role)).label} is brought in"
    return does if rule.enabled else f"{does} (switched off)"


def condition(rule: Rule) -> str:
    """Return a rule's condition: "health below 60", "renewal within 90 days and health at most 70"."""
    return _in_words(rule.when.model_dump(mode="json", exclude_defaults=True))


def category(policy: Policy, found: Category) -> tuple[str, str, str]:
    """Return where a category starts, who is responsible, and what else is special about it."""
    starts = f"from {policy.level(found.level).label}" if found.level else "from the level that is chosen"
    team = policy.team(found.team).name if found.team else "no one"
    marks = [f"never below {policy.level(found.least).label}"] if found.least else []
    marks += [f"answered in {found.response.in_words()}"] if found.response else []
    marks += ["confidential"] if found.visibility is found.visibility.PRIVATE else []
    return starts, team, ", ".join(marks)


def rung(policy: Policy, found: Rung) -> tuple[str, str]:
    """Return who is paged on a rung of the ladder, and when."""
    if found.slot is not None:
        who = policy.slot(found.slot).label
    else:
        who = "the category's team" if found.team == CATEGORY_TEAM else policy.team(str(found.team)).name
    first = next(rung for rung in policy.ladder if rung.in_turn) if found.in_turn else None
    when = "at once" if found is first else f"after {(found.after or PACE).in_words()}"
    return who, when if found.in_turn else "informed only, never in turn"


def hours(calendar: Calendar) -> str:
    """Return when a calendar is open: zone, days and hours, holidays."""
    written = calendar.model_dump(mode="json", exclude_defaults=True)
    weekly = [f"{days} {' and '.join(spans) or 'shut'}" for days, spans in _joined(written["hours"])]
    holidays = [f"public holidays of {' '.join(written['holidays'].values())}"] if "holidays" in written else []
    own = [f"{len(written[key])} own {key} dates" for key in ("closed", "open") if key in written]
    return ", ".join([calendar.zone, *weekly, *(holidays or ["no public holidays"]), *own])


def _joined(weekly: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Yield neighbouring days with the same hours merged: `MON-FRI`."""
    days = list(weekly)
    while days:
        same = next((n for n, day in enumerate(days) if weekly[day] != weekly[days[0]]), len(days))
        yield (days[0] if same == 1 else f"{days[0]}-{days[same - 1]}"), weekly[days[0]]
        days = days[same:]


def _resolution(level: Level) -> str:
    if level.resolution is not None:
        return level.resolution.in_words()
    return "backlog" if level.backlog else NONE


def _calendar(policy: Policy, level: Level) -> str:
    return NONE if level.response is None and level.resolution is None else _on(policy, level.calendar)


def _on(policy: Policy, calendar: str) -> str:
    if calendar == ROUND_THE_CLOCK:
        return "24x7"
    return "in business hours" if calendar == policy.business_calendar else f"on the calendar {calendar}"


def _cadence(cadence: Cadence) -> str:
    return NONE if cadence == Cadence() else cadence.in_words()


def _slots(policy: Policy, keys: Iterable[str]) -> str:
    return ", ".join(policy.slot(key).label for key in keys) or NONE


def _paged(policy: Policy, level: Level) -> str:
    late = " (when the response is late)" if level.page and level.page_at is PageAt.BREACH else ""
    return _slots(policy, level.page) + late


def _own_ladder(policy: Policy, level: Level) -> str:
    titles = {rung.key: rung.title for rung in policy.ladder}
    steps = (
        f"{titles[step.rung]} {f'after {step.after.in_words()}' if step.after else 'at once'}"
        f"{' if needed' if step.if_needed else ''}"
        for step in level.ladder
    )
    last = [f"up to the {policy.slot(level.climbs_to).label}"] if level.climbs_to else []
    return "; ".join([*steps, *last]) or NONE


def _brought_in(policy: Policy, level: Level) -> str:
    steps = (f"{policy.slot(step.slot).label} after {step.after.in_words()}" for step in level.climb_unresolved)
    return ", ".join(steps) or NONE


def _review(level: Level) -> str:
    if level.review is Requirement.NONE or level.review_due is None:
        return NONE
    when = f"within {level.review_due.in_words()}"
    return when if level.review is Requirement.REQUIRED else f"if needed, {when}"


def _in_words(tests: Mapping[str, Any]) -> str:
    return " and ".join(_test(key, value) for key, value in tests.items())


def _test(key: str, value: Any) -> str:
    """Return one test of a condition: `health below 60`, `vip`, `(tier strategic or health below 60)`."""
    name = key.replace("_", " ")
    match value:
        case bool():
            return name if value else f"not {name}"
        case int() if key == "renewal_within_days":
            return f"renewal within {value} days"
        case {"at_least": times, "within_days": days}:
            return f"{times} {name} within {days} days"
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
