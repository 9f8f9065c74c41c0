"""List who hears of an escalation of each category, by which route, and by when they answer: a table for people."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy.model.categories import Category, Team, Trigger
from bot.policy.model.rules import Policy
from bot.policy.time.calendars import ROUND_THE_CLOCK


@dataclass(frozen=True, slots=True)
class HearingRow:
    """One line: what it is about, who hears of it, by which routes, and by when they answer, all in words."""

    about: str
    level: str
    who: str
    routes: str
    within: str


def rows(policy: Policy) -> Iterator[HearingRow]:
    """Yield a row for each team of a category, for each sign that brings in others, and for each channel told."""
    for category in policy.categories:
        level = policy.level(category.level).label if category.level else ""
        if category.team is not None:
            only = next((one.text for one in category.triggers if one.key == category.ask_if), None)
            about = f"{category.label}, only if: {only}" if category.ask_if and only else category.label
            yield _row(about, level, policy, category.team, is_asked=True)
        for copy in category.copies:
            yield _row(category.label, level, policy, copy, is_asked=False)
        for channel in category.alert:
            yield HearingRow(category.label, level, "Told", channel, "")
        for trigger in category.triggers:
            yield from _of_trigger(policy, category, trigger, level)


def _of_trigger(policy: Policy, category: Category, trigger: Trigger, level: str) -> Iterator[HearingRow]:
    about = f"{category.label}: {trigger.text}"
    if trigger.category is not None:
        taking = policy.category(trigger.category)
        if taking.team is not None:
            yield _row(about, level, policy, taking.team, is_asked=True)
    for copy in trigger.copies:
        yield _row(about, level, policy, copy, is_asked=False)
    watched = policy.patterns.churn_risk
    if trigger.churn_risk and watched is not None and watched.team is not None:
        yield _row(about, level, policy, watched.team, is_asked=False)


def other_rows(policy: Policy) -> Iterator[HearingRow]:
    """Yield a row for each team that hears of something else than a category."""
    patterns = policy.patterns
    for about, team in (
        ("Any escalation of an Enterprise customer", patterns.enterprise.team if patterns.enterprise else None),
        ("A customer who may leave", patterns.churn_risk.team if patterns.churn_risk else None),
        ("A customer who escalates again and again", patterns.repeats.team if patterns.repeats else None),
        ("A major incident", patterns.major_incident.team if patterns.major_incident else None),
        ("An identity that was checked", policy.verification.team),
    ):
        if team is not None:
            yield _row(about, "", policy, team, is_asked=False)


def table(policy: Policy) -> str:
    """Return both as a Markdown table."""
    head = "| About | Starts at | Who hears | By | Answers within |\n| --- | --- | --- | --- | --- |"
    lines = [
        f"| {_cell(one.about)} | {_cell(one.level)} | {_cell(one.who)} | {_cell(one.routes)} | {_cell(one.within)} |"
        for one in (*rows(policy), *other_rows(policy))
    ]
    return "\n".join([head, *lines])


def _row(about: str, level: str, policy: Policy, key: str, *, is_asked: bool) -> HearingRow:
    team = policy.team(key)
    on_call = f"message and ring to who is on call for {team.on_call}, at the heaviest level" if team.on_call else None
    routes = [each for each in (team.slack, f"mail to {team.email}" if team.email else None, on_call) if each]
    who = team.name if is_asked else f"{team.name} (copied)"
    return HearingRow(about, level, who, ", ".join(routes) or "no one is reached", _within(team) if is_asked else "")


def _within(team: Team) -> str:
    if team.response is None:
        return ""
    where = "around the clock" if team.calendar == ROUND_THE_CLOCK else f"on the calendar {team.calendar}"
    return f"{team.response.in_words()}, {where}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
