"""The form that asks which escalation is meant, if none is implied."""

import json
from collections.abc import Mapping
from typing import Any

from bot.policy.excerpts import Excerpt
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import View
from bot.views.kit import ids, picking
from bot.views.kit.parts import modal, question, section


def draw(move: str, words: str, found: Excerpt[EscalationFacts]) -> View:
    """Draw the picker for a command that does not name its escalation. `move` is done with the selected one."""
    if not found.shown:
        return modal(ids.PICK, "Which escalation?", [section("No escalation allows this now.")], close="Close")
    return modal(
        ids.PICK,
        "Which escalation?",
        [
            question(
                "escalation",
                words,
                picking.one("escalation", "Choose an escalation", found),
                hint=picking.hint(found),
            )
        ],
        submit="Continue",
        metadata=json.dumps({"move": move}),
    )


def move_of(view: Mapping[str, Any]) -> str:
    """Return the move the picker was opened for."""
    return str(json.loads(view["private_metadata"])["move"])
