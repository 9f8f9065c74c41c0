"""Decide what the customer is told about a programme's plan, and what is new (docs/programme.md#telling-the-plan).

The words are ours. The sender reads them first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.policy.decide.account_programme import Plan
from bot.policy.model.facts import AccountFacts
from bot.policy.record.action_items import UNFINISHED, ActionItemFacts, ActionState
from bot.policy.wording.templates import GERMAN, customer_day, language_of

# One of whom nothing is known reads English.
_NOBODY: Final = AccountFacts()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """The words of one language; what stands in braces is filled in."""

    by: str
    all_by: str
    criteria: str
    steps: str
    all_due: str
    new: str
    done: str
    dropped: str
    moved: str
    reworded: str


_ENGLISH: Final = _Said(
    by="by {day}",
    all_by="All of it by {day}",
    criteria="New success criteria: {words}",
    steps="The steps are now: {words}",
    all_due="All of it is due by {day}",
    new="New: {what}, by {day}",
    done="Done: {what}",
    dropped="No longer planned: {what}",
    moved="{what}: by {day} instead of {before}",
    reworded="{before} is now: {what}",
)
_GERMAN: Final = _Said(
    by="bis {day}",
    all_by="Alles zusammen bis {day}",
    criteria="Neue Erfolgskriterien: {words}",
    steps="Die Schritte sind jetzt: {words}",
    all_due="Alles zusammen ist bis {day} geplant",
    new="Neu: {what}, bis {day}",
    done="Erledigt: {what}",
    dropped="Nicht mehr geplant: {what}",
    moved="{what}: bis {day} statt bis {before}",
    reworded="{before} heißt jetzt: {what}",
)


def in_lines(now: PlanSnapshot, owners: Mapping[int, str], account: AccountFacts = _NOBODY) -> str | None:
    """Return the unfinished items, a line each, with the names of `owners`; without items the plan's own words.

    Words and days are as the customer writes them.
    """
    lines, said = [], _said(account)
    for number, (what, due_on, state) in now.items.items():
        if state in UNFINISHED:
            who = f", {owners[number]}" if number in owners else ""
            lines.append(f"- {what}{who}, {said.by.format(day=customer_day(due_on, account))}")
    if lines:
        return "\n".join(lines)
    if not now.words:
        return None
    by = f"\n{said.all_by.format(day=customer_day(now.due_on, account))}" if now.due_on is not None else ""
    return f"{now.words}{by}"


def changes(before: PlanSnapshot, now: PlanSnapshot, account: AccountFacts = _NOBODY) -> tuple[str, ...]:
    """Return what has changed, a line each, in the customer's words and days."""
    found, said = [], _said(account)
    if now.criteria != before.criteria and now.criteria:
        found.append(said.criteria.format(words=now.criteria))
    for number, item in now.items.items():
        found += _changed(before.items.get(number), item, account)
    if now.words != before.words and now.words:
        found.append(said.steps.format(words=now.words))
    if now.due_on != before.due_on and now.due_on is not None:
        found.append(said.all_due.format(day=customer_day(now.due_on, account)))
    return tuple(found)


def _changed(
    before: tuple[str, date, ActionState] | None, now: tuple[str, date, ActionState], account: AccountFacts
) -> list[str]:
    said, (what, due_on, state) = _said(account), now
    day = customer_day(due_on, account)
    if before is None:
        return [said.new.format(what=what, day=day)] if state in UNFINISHED else []
    was_what, was_due, was_state = before
    if state is not was_state and state not in UNFINISHED:
        return [(said.done if state is ActionState.DONE else said.dropped).format(what=what)]
    if due_on != was_due:
        return [said.moved.format(what=what, day=day, before=customer_day(was_due, account))]
    return [said.reworded.format(before=was_what, what=what)] if what != was_what else []


def _said(account: AccountFacts) -> _Said:
    return _GERMAN if language_of(account) == GERMAN else _ENGLISH
