"""A policy as a table for a terminal: the matrix, then what changes a level, who responds, who is paged."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date

from bot.commands.tables import table
from bot.policy.model.rules import Policy
from bot.views.policies import policy_words

_Row = list[str]


def as_text(policy: Policy, width: int, today: date) -> str:
    """Return a policy as text for a terminal of that width; `today` decides whether its review is overdue."""
    parts = [
        list(_head(policy, width, today)),
        list(table([["", *(level.label for level in policy.levels)], *_matrix(policy)], width)),
        _section("How severity is found", policy_words.asked(policy), width),
        _section("Health of an account programme", _health(policy), width),
        _section("Account programmes", ([*row] for row in policy_words.programmes(policy)), width),
        _section("Plans", _plans(policy), width),
        _section("Rules", _rules(policy), width),
        _section("Categories", _categories(policy), width),
        _section("Ladder of a page", _ladder(policy), width),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _section(title: str, rows: Iterable[_Row], width: int) -> list[str]:
    listed = list(rows)
    return [f"{title}:", *(f"  {line}" for line in table(listed, width - 2))] if listed else []


def _head(policy: Policy, width: int, today: date) -> Iterator[str]:
    yield policy_words.version(policy)
    for words in (policy_words.governance(policy), policy_words.overdue(policy, today)):
        yield from textwrap.wrap(words or "", width)
    for name, calendar in policy.calendars.items():
        yield f"Calendar {name}: {policy_words.hours(calendar)}"


def _matrix(policy: Policy) -> Iterator[_Row]:
    return ([title, *cells] for title, cells in policy_words.matrix(policy))


def _health(policy: Policy) -> Iterator[_Row]:
    return ([state.label, state.cadence.in_words(), state.definition] for state in policy.health)


def _plans(policy: Policy) -> Iterator[_Row]:
    return ([level, plan, changes] for level, plan, changes in policy_words.plans(policy))


def _rules(policy: Policy) -> Iterator[_Row]:
    for rule in policy.rules:
        condition = f"when {policy_words.condition(rule)}"
        yield [rule.key, policy_words.effect(policy, rule), f"{condition}: {rule.why}" if rule.why else condition]


def _categories(policy: Policy) -> Iterator[_Row]:
    return ([category.key, *policy_words.category(policy, category)] for category in policy.categories)


def _ladder(policy: Policy) -> Iterator[_Row]:
    return ([rung.key, rung.title, *policy_words.rung(policy, rung)] for rung in policy.ladder)
