"""The form that pages somebody early."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import StaticSelectElement

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.views.kit import ids, labels
from bot.views.kit.form_values import option_of, text_of
from bot.views.kit.info_form import shown
from bot.views.kit.parts import context, modal, option, question, section, text_input

_NOTE = 300
_KEY = 40


def draw(
    facts: EscalationFacts, policy: Policy, people: Sequence[tuple[str, str, str]], names: Mapping[str, str]
) -> View:
    """Draw the form. `people` are key and title of a rung, and who is on it; the first is chosen."""
    about = section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")
    if not people:
        return shown("Escalate now", [about, section("There's no one else to page. Bring someone in from *More*.")])
    offered = [option(key[:_KEY], f"{names.get(person, person)} ({title})") for key, title, person in people]
    chosen = StaticSelectElement(action_id="rung", options=offered, initial_option=offered[0])
    return modal(
        ids.ESCALATE_NOW,
        "Escalate now",
        [
            about,
            question("rung", "Page", chosen, hint="They join the channel and are paged until someone answers."),
            question("note", "What do you need?", text_input("note", limit=_NOTE), optional=True),
            context("Not sure? Escalate early: it's no failure."),
        ],
        submit="Page now",
        metadata=json.dumps({"number": facts.number}),
    )


def read(view: Mapping[str, Any]) -> tuple[str, str]:
    """Return the rung and the note."""
    return option_of(view, "rung") or "", text_of(view, "note")
