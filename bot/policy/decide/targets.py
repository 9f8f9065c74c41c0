"""The targets of the clocks: the level's, the category's response, the calendar, the multiplier.

The rules: docs/policy.md#x8, docs/policy.md#x9, docs/policy.md#x12, docs/policy.md#durations,
docs/policy.md#order-of-evaluation.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from bot.policy.model.categories import Category
from bot.policy.model.conditions import Subject
from bot.policy.model.levels import Level
from bot.policy.model.rules import Policy
from bot.policy.record.sla import Terms
from bot.policy.record.weights import matching
from bot.policy.time.calendars import ROUND_THE_CLOCK
from bot.policy.time.durations import Duration, Unit


@dataclass(frozen=True, slots=True)
class TargetTerms:
    """The terms of response and resolution, and a sentence for each difference from the plain level."""

    response: Terms | None
    resolution: Terms | None
    trace: tuple[str, ...] = ()


def terms(policy: Policy, target: Duration | None, calendar: str) -> Terms | None:
    """Return a target on a calendar; business time under `24x7` counts on the business calendar all the same."""
    if target is None:
        return None
    if target.unit is not Unit.WALL and calendar == ROUND_THE_CLOCK:
        return Terms(target, policy.business_calendar)
    return Terms(target, calendar)


def due(policy: Policy, clock: Terms | None, start: datetime) -> datetime | None:
    """Return when a clock that starts now, without pauses, is due."""
    return None if clock is None else policy.calendar(clock.calendar).add(start, clock.target)


def targets(policy: Policy, level: Level, subject: Subject, declared_at: datetime) -> TargetTerms:
    """Return the terms of a declaration at that time, with the reasons."""
    plain = TargetTerms(terms(policy, level.response, level.calendar), terms(policy, level.resolution, level.calendar))
    answered = _with_category_response(policy, level, plain, subject, declared_at)
    return _multiplied(policy, _on_set_calendar(policy, answered, subject), subject, declared_at)


def _with_category_response(
    policy: Policy, level: Level, plain: TargetTerms, subject: Subject, declared_at: datetime
) -> TargetTerms:
    """Apply the category's response at its default level; at any other, the one that is due earlier."""
    category = policy.category(subject.issue.category) if subject.issue.category is not None else None
    stated = terms(policy, category.response, level.calendar) if category is not None else None
    if category is None or stated is None or stated == plain.response:
        return plain
    if level.code != category.level and _is_due_later(policy, stated, plain.response, declared_at):
        return plain
    return replace(plain, response=stated, trace=(*plain.trace, _category_sentence(category, stated, plain.response)))


def _is_due_later(policy: Policy, clock: Terms, other: Terms | None, start: datetime) -> bool:
    mine, theirs = due(policy, clock, start), due(policy, other, start)
    return mine is not None and theirs is not None and mine >= theirs


def _category_sentence(category: Category, stated: Terms, plain: Terms | None) -> str:
    change = f"Response {_change(plain, stated)}" if plain else f"Response in {stated.target.in_words()}"
    return f"{change}, because {category.label} asks for it (category {category.key})."


def _on_set_calendar(policy: Policy, plain: TargetTerms, subject: Subject) -> TargetTerms:
    """Move business time to another calendar; the last matching rule wins."""
    spoken = list(matching(policy, "set_calendar", subject))
    if not spoken:
        return plain
    rule, because = spoken[-1]
    calendar = rule.set_calendar or ROUND_THE_CLOCK
    moved = replace(plain, response=_moved(plain.response, calendar), resolution=_moved(plain.resolution, calendar))
    if moved == plain:
        return plain
    how = "round the clock" if calendar == ROUND_THE_CLOCK else f"on the calendar {calendar}"
    return replace(moved, trace=(*plain.trace, f"{_differing(plain, moved)} counted {how}, {because}."))


def _moved(clock: Terms | None, calendar: str) -> Terms | None:
    if clock is None or clock.target.unit is Unit.WALL:
        return clock
    return Terms(clock.target.as_wall() if calendar == ROUND_THE_CLOCK else clock.target, calendar)


def _multiplied(policy: Policy, plain: TargetTerms, subject: Subject, start: datetime) -> TargetTerms:
    reached = plain
    for rule, because in matching(policy, "multiply", subject):
        if rule.factor is None or rule.factor == 1:
            continue
        before = reached
        reached = replace(
            before,
            response=_scaled(policy, before.response, rule.factor, start),
            resolution=_scaled(policy, before.resolution, rule.factor, start),
        )
        changes = " and ".join(_changes(before, reached))
        if changes:
            reached = replace(reached, trace=(*before.trace, f"{changes[0].upper()}{changes[1:]}, {because}."))
    return reached


def _scaled(policy: Policy, clock: Terms | None, factor: Fraction, start: datetime) -> Terms | None:
    """Multiply a target; business days become the opening hours they would take from here."""
    if clock is None:
        return None
    target = clock.target
    if target.unit is Unit.BUSINESS_DAYS:
        calendar = policy.calendar(clock.calendar)
        hours = calendar.working_time(start, calendar.add(start, target))
        target = Duration(Unit.BUSINESS_HOURS, int(hours.total_seconds()))
    return Terms(target.scaled(factor), clock.calendar)


def _changes(before: TargetTerms, after: TargetTerms) -> Iterator[str]:
    if before.response and after.response and before.response != after.response:
        yield f"response {_change(before.response, after.response)}"
    if before.resolution and after.resolution and before.resolution != after.resolution:
        yield f"resolution {_change(before.resolution, after.resolution)}"


def _differing(before: TargetTerms, after: TargetTerms) -> str:
    names = [change.partition(" ")[0] for change in _changes(before, after)]
    return f"{' and '.join(names).capitalize()} {'are' if len(names) > 1 else 'is'}"


def _change(before: Terms, after: Terms) -> str:
    return f"{before.target.in_words()} → {after.target.in_words()}"
