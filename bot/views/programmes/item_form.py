"""The form of an action item, and the list of items in the form of the plan."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import DatePickerElement, Option, StaticSelectElement, UserSelectElement

from bot.policy.decide.action_items import is_overdue, key_of
from bot.policy.model.rules import Policy
from bot.policy.record.action_items import UNFINISHED, ActionItemFacts, ActionState
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, modal, option, question, section, text_input
from bot.views.kit.text import day, escape, has_slack_id, person, plain

_LINE: Final = 300
_SHOWN: Final = 12
_CLIP: Final = 200
_STATES: Final = {
    ActionState.OPEN: "Open",
    ActionState.IN_PROGRESS: "In progress",
    ActionState.DONE: "Done",
    ActionState.DROPPED: "Dropped",
}


def listed(items: Sequence[ActionItemFacts], facts: EscalationFacts, policy: Policy, now: datetime) -> Iterator[Block]:
    """Yield the unfinished items, each with a button that changes it, how many are done, and a button for another."""
    unfinished = [item for item in items if item.state in UNFINISHED]
    for item in unfinished[:_SHOWN]:
        late = ":warning: overdue since" if is_overdue(item.due_on, policy, now) else "by"
        doing = " · in progress" if item.state is ActionState.IN_PROGRESS else ""
        yield section(
            f"{escape(item.what, _CLIP)}\n{person(item.owner)}, {late} {day(item.due_on)}{doing}",
            accessory=button("Change", ids.PRESS_ITEM, f"{facts.number}:{item.id}"),
            block_id=f"item-{item.id}",
        )
    totals = " · ".join(_totals(items, len(unfinished)))
    if totals:
        yield context(totals)
    yield actions(button("Add action item", ids.PRESS_ADD_ITEM, str(facts.number)))


def _totals(items: Sequence[ActionItemFacts], unfinished: int) -> Iterator[str]:
    if unfinished > _SHOWN:
        yield f"{unfinished - _SHOWN} more"
    for state in (ActionState.DONE, ActionState.DROPPED):
        count = sum(item.state is state for item in items)
        if count:
            yield f"{count} {_STATES[state].lower()}"


def draw(facts: EscalationFacts, policy: Policy, criteria: Sequence[str], item: ActionItemFacts | None) -> View:
    """Draw the form of one item; without `item` of another one."""
    blocks = [section(f"{labels.title(facts, policy)} · {facts.key}"), *_questions(criteria, item)]
    metadata = json.dumps({"number": facts.number, "item": item.id if item is not None else None})
    title = "Action item" if item is not None else "Add action item"
    return modal(ids.ITEM, title, blocks, submit="Save" if item is not None else "Add", metadata=metadata)


def _questions(criteria: Sequence[str], item: ActionItemFacts | None) -> Iterator[Block]:
    what = text_input("item", initial=item.what if item is not None else None, limit=_LINE)
    yield question("item", "What will you do?", what)
    owner = item.owner if item is not None and has_slack_id(item.owner) else None
    yield question("item_owner", "Owner", UserSelectElement(action_id="item_owner", initial_user=owner))
    due = item.due_on.isoformat() if item is not None else None
    yield question("item_due", "Due date", DatePickerElement(action_id="item_due", initial_date=due))
    aims = _aims(criteria, item.criterion if item is not None else None)
    if aims:
        aimed = item.criterion if item is not None else criteria[0] if len(criteria) == 1 else None
        yield question("criterion", "Which success criterion does it serve?", _select("criterion", aims, aimed))
    if item is not None:
        states = [option(state.value, words) for state, words in _STATES.items()]
        yield question("item_state", "State", _select("item_state", states, item.state.value))
        dropped = text_input("reason", initial=item.reason, limit=_LINE)
        yield question("reason", "Why is it dropped?", dropped, hint="Only if it's dropped.", optional=True)


def _aims(criteria: Sequence[str], present: str | None) -> list[Option]:
    known = dict.fromkeys([*criteria[:99], *([present] if present is not None else [])])
    return [option(key_of(line), line) for line in known]


def _select(action_id: str, options: Sequence[Option], initial: str | None) -> StaticSelectElement:
    value = key_of(initial) if initial is not None else None
    chosen = next((one for one in options if one.value == value), None)
    placeholder = plain("Choose", 150)
    return StaticSelectElement(
        action_id=action_id, placeholder=placeholder, options=list(options), initial_option=chosen
    )
