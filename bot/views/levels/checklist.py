"""The form of a level's checklist: what the record proves is shown as done, the rest is ticked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import CheckboxesElement

from bot.policy.decide.checklists import ItemState, ItemTick
from bot.policy.model.levels import ChecklistNeed
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.info_form import shown
from bot.views.kit.parts import context, modal, option, question, section
from bot.views.kit.text import escape, moment, person

_SHOWN: Final = 40  # lines of each part
_MOST: Final = 10  # Slack's limit for one group of checkboxes


@dataclass(frozen=True, slots=True)
class ChecklistTicks:
    """The items ticked and unticked since the form was opened: two people may have it open."""

    number: int
    now: frozenset[str]
    taken_back: frozenset[str]


def form(facts: EscalationFacts, policy: Policy, items: Sequence[ItemState]) -> View:
    """Draw the form: what the record proves as lines, everything else as boxes."""
    proved = [item for item in items if item.done_by_record]
    open_to = [item for item in items if not item.done_by_record]
    blocks: list[Block] = [section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")]
    if not items:
        blocks.append(section(f"{escape(policy.level(facts.level).label)} has no checklist."))
    elif not facts.is_live:
        blocks.append(section("\n".join(_line(item, policy) for item in items[:_SHOWN])))
        return shown("Checklist", blocks)
    if proved:
        blocks.append(section("\n".join(f":white_check_mark: {escape(item.label)}" for item in proved[:_SHOWN])))
    ticked = [f"{escape(item.label)}: {_ticked(item.tick, policy)}" for item in open_to if item.tick is not None]
    if ticked:
        blocks.append(context("\n".join(ticked[:_SHOWN])))
    if not open_to:
        return modal(ids.CHECKLIST, "Checklist", blocks, close="Close")
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


def _line(item: ItemState, policy: Policy) -> str:
    """Return an item of a closed escalation, which can only be read."""
    by = f" · {_ticked(item.tick, policy)}" if item.tick is not None and not item.done_by_record else ""
    return f"{':white_check_mark:' if item.is_done else ':white_large_square:'} {escape(item.label)}{by}"


def _ticked(tick: ItemTick, policy: Policy) -> str:
    return f"{person(tick.by)}, {moment(tick.at, str(policy.zone))}"


def _boxes(block_id: str, items: Sequence[ItemState]) -> Block:
    options = [
        option(item.key, item.label, "Only if needed" if item.need is ChecklistNeed.IF_NEEDED else None)
        for item in items
    ]
    ticked = [one for one, item in zip(options, items, strict=True) if item.tick is not None]
    boxes = CheckboxesElement(action_id=block_id, options=options, initial_options=ticked or None)
    return question(block_id, "Tick what's done", boxes, hint="We keep your name and the time.", optional=True)
