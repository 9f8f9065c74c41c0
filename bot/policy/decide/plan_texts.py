"""What the customer is told of a programme's plan, and what has changed since (docs/programme.md#telling-the-plan).

The words are ours: whoever sends them reads them first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.policy.decide.account_programme import Plan
from bot.policy.record.action_items import UNFINISHED, ActionItemFacts, ActionState


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSnapshot:
    """A plan as a text told it: its criteria, its steps and date, and its items by id."""

    criteria: str
    words: str
    due_on: date | None
    items: Mapping[int, tuple[str, date, ActionState]]


@dataclass(frozen=True, slots=True)
class PlanWords:
    """The plan in lines, and what has changed since the customer was told; None if there is nothing to say."""

    criteria: str | None = None
    plan: str | None = None
    changes: str | None = None


def snapshot(criteria: str, plan: Plan | None, items: tuple[ActionItemFacts, ...]) -> PlanSnapshot:
    """Return the plan as it is now."""
    return PlanSnapshot(
        criteria=criteria.strip(),
        words=plan.words.strip() if plan is not None else "",
        due_on=plan.due_on if plan is not None else None,
        items={item.id: (item.what, item.due_on, item.state) for item in items},
    )


def in_lines(now: PlanSnapshot, owners: Mapping[int, str]) -> str | None:
    """Return the unfinished items, a line each, with the names of `owners`; without items the plan's own words."""
    lines = []
    for number, (what, due_on, state) in now.items.items():
        if state in UNFINISHED:
            who = f", {owners[number]}" if number in owners else ""
            lines.append(f"- {what}{who}, by {_day(due_on)}")
    if lines:
        return "\n".join(lines)
    by = f"\nAll of it by {_day(now.due_on)}" if now.words and now.due_on is not None else ""
    return f"{now.words}{by}" or None


def changes(before: PlanSnapshot, now: PlanSnapshot) -> tuple[str, ...]:
    """Return what has changed, a line each."""
    found = []
    if now.criteria != before.criteria and now.criteria:
        found.append(f"New success criteria: {now.criteria}")
    for number, (what, due_on, state) in now.items.items():
        found += _changed(before.items.get(number), what, due_on, state)
    if now.words != before.words and now.words:
        found.append(f"The steps are now: {now.words}")
    if now.due_on != before.due_on and now.due_on is not None:
        found.append(f"All of it is due by {_day(now.due_on)}")
    return tuple(found)


def _changed(before: tuple[str, date, ActionState] | None, what: str, due_on: date, state: ActionState) -> list[str]:
    if before is None:
        return [f"New: {what}, by {_day(due_on)}"] if state in UNFINISHED else []
    was_what, was_due, was_state = before
    if state is not was_state and state not in UNFINISHED:
        return [f"{'Done' if state is ActionState.DONE else 'No longer planned'}: {what}"]
    if due_on != was_due:
        return [f"{what}: by {_day(due_on)} instead of {_day(was_due)}"]
    return [f"{was_what} is now: {what}"] if what != was_what else []


def _day(on: date) -> str:
    return f"{on:%d %b}"
