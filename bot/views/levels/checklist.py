"""A level's checklist in the channel, and its form."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import CheckboxesElement

from bot.policy.decide.checklists import ItemState
from bot.policy.model.levels import ChecklistNeed
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, Message, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, modal, option, question, section
from bot.views.kit.text import escape, moment, person

_SHOWN: Final = 20  # lines of each part, so that the message stays one screen
_MOST: Final = 10  # Slack's limit for one group of checkboxes
_TITLES: Final[Mapping[ChecklistNeed, str]] = {
    ChecklistNeed.REQUIRED: "*To be done*",
    ChecklistNeed.IF_NEEDED: "*If needed*",
    ChecklistNeed.NOT_APPLICABLE: "*Done, though this level does not ask for it*",
}


@dataclass(frozen=True, slots=True)
class ChecklistTicks:
    """The items ticked and unticked since the form was opened: two people may have it open."""

    number: int
    now: frozenset[str]
    taken_back: frozenset[str]


def draw(facts: EscalationFacts, policy: Policy, items: Sequence[ItemState]) -> Message:
    """Draw the message. A level without a checklist may have followed one that has it."""
    wanted = [item for item in items if item.need is ChecklistNeed.REQUIRED]
    done = sum(item.is_done for item in wanted)
    label = escape(policy.level(facts.level).label)
    if not items:
        return Message(f"{label} has no checklist.", (section(f":ballot_box_with_check: {label} has no checklist."),))
    text = f"{facts.key}: {done} of {len(wanted)} on the {label} checklist are done."
    return Message(text, tuple(_blocks(facts, policy, items, f"*{label} checklist: {done} of {len(wanted)} done*")))


def form(facts: EscalationFacts, policy: Policy, items: Sequence[ItemState]) -> View:
    """Draw the form: items that are not ticked automatically, with those ticked already."""
    open_to = [item for item in items if not item.done_by_record]
    blocks: list[Block] = [section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")]
    if not open_to:
        nothing = section("There is nothing left to tick off: the record shows all of it to be done.")
        return modal(ids.CHECKLIST, "Checklist", [*blocks, nothing], close="Close")
    firsts = range(0, len(open_to), _MOST)
    blocks += [_boxes(f"items-{first}", open_to[first : first + _MOST]) for first in firsts]
    return modal(ids.CHECKLIST, "Checklist", blocks, submit="Save", metadata=json.dumps({"number": facts.number}))


def read(view: Mapping[str, Any]) -> ChecklistTicks:
    """Parse the form, as the difference to how it was opened."""
    before = frozenset(
        chosen["value"]
        for block in view["blocks"]
        if block["type"] == "input"
        for chosen in block["element"].get("initial_options") or ()
    )
    now = frozenset(
        chosen["value"]
        for field in view["state"]["values"].values()
        for element in field.values()
        for chosen in element.get("selected_options") or ()
    )
    return ChecklistTicks(
        int(json.loads(view["private_metadata"])["number"]), now=now - before, taken_back=before - now
    )


def _blocks(facts: EscalationFacts, policy: Policy, items: Sequence[ItemState], heading: str) -> Iterator[Block]:
    yield section(f":ballot_box_with_check: {heading}")
    for need, title in _TITLES.items():
        mine = [item for item in items if item.need is need]
        if mine:
            more = [f"… and {len(mine) - _SHOWN} more"] if len(mine) > _SHOWN else []
            yield section("\n".join([title, *(_line(item, policy) for item in mine[:_SHOWN]), *more]))
    if facts.is_live and any(not item.done_by_record for item in items):
        yield actions(button("Tick off…", ids.PRESS_CHECKLIST, str(facts.number)))
    yield context("What the record shows is ticked by itself; the rest is ticked by whoever has done it.")


def _line(item: ItemState, policy: Policy) -> str:
    label = escape(item.label)
    if item.tick is not None:
        return f":white_check_mark: {label} · {person(item.tick.by)}, {moment(item.tick.at, str(policy.zone))}"
    return f":white_check_mark: {label}" if item.done_by_record else f":white_large_square: {label}"


def _boxes(block_id: str, items: Sequence[ItemState]) -> Block:
    options = [
        option(item.key, item.label, "Only if needed" if item.need is ChecklistNeed.IF_NEEDED else None)
        for item in items
    ]
    ticked = [one for one, item in zip(options, items, strict=True) if item.tick is not None]
    boxes = CheckboxesElement(action_id=block_id, options=options, initial_options=ticked or None)
    return question(
        block_id, "What is done?", boxes, hint="Your name and the time are kept with what you tick.", optional=True
    )
