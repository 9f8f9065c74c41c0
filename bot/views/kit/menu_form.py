"""The form behind "More…": more actions on an escalation, because a menu on a card holds only five."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import RadioButtonsElement, StaticSelectElement

from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.views.kit import ids
from bot.views.kit.parts import modal, option, question, section
from bot.views.kit.text import clip

_MOST_RADIO_BUTTONS = 10


@dataclass(frozen=True, slots=True)
class MenuChoice:
    """A menu entry: its key, its label, and its description."""

    key: str
    words: str
    about: str


def draw(facts: EscalationFacts, choices: Sequence[MenuChoice]) -> View:
    """Draw the choices that apply."""
    title, metadata = clip(f"More for {facts.key}", 24), json.dumps({"number": facts.number})
    if not choices:
        return modal(ids.MORE, title, [section("There is nothing else to do with it now.")], close="Close")
    options = [option(choice.key, choice.words, choice.about) for choice in choices]
    element = (
        RadioButtonsElement(action_id="choice", options=options)
        if len(options) <= _MOST_RADIO_BUTTONS
        else StaticSelectElement(action_id="choice", options=options)
    )
    return modal(
        ids.MORE, title, [question("choice", "What do you want to do?", element)], submit="Go on", metadata=metadata
    )


def read(view: Mapping[str, Any]) -> tuple[int, str]:
    """Return the escalation and the selected key."""
    chosen = view["state"]["values"]["choice"]["choice"]["selected_option"]["value"]
    return int(json.loads(view["private_metadata"])["number"]), str(chosen)
