"""The manager's forms: another owner, a waiver; and the picker if no escalation is implied."""

import json
from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import RadioButtonsElement, UserSelectElement

from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts, role_name
from bot.ports.workspace import View
from bot.views.kit import ids, picking, standing
from bot.views.kit.parts import context, modal, option, question, section, text_input
from bot.views.kit.text import person

_LINE = 300


def assign(facts: EscalationFacts, policy: Policy, viewer: str) -> View:
    """Draw the form that assigns a role; it proposes the viewer."""
    roles = [
        option(
            role, f"{role_name(role).capitalize()}", "owns the fix" if role == FIX_OWNER else "owns the customer's side"
        )
        for role in (FIX_OWNER, RELATIONSHIP_OWNER)
    ]
    return modal(
        ids.ASSIGN,
        "Change an owner",
        [
            section(f"{standing.title(facts, policy)} · {facts.key}\n{standing.owners(facts)}"),
            question("role", "Role", RadioButtonsElement(action_id="role", options=roles, initial_option=roles[0])),
            question(
                "person",
                "Who takes it?",
                UserSelectElement(action_id="person", initial_user=viewer),
                hint="With your own name you take it over.",
            ),
        ],
        submit="Hand over",
        metadata=json.dumps({"number": facts.number}),
    )


def waive(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form that waives the customer's confirmation."""
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    return modal(
        ids.WAIVE,
        "Waive confirmation",
        [
            section(f"{standing.title(facts, policy)} · {facts.key}\n{standing.summary(facts)}"),
            context(
                f"Only a manager may do this, here {manager}. Name and reason are posted, and waivers are counted."
            ),
            question("reason", "Why without the customer's word?", text_input("reason", limit=_LINE)),
        ],
        submit="Waive",
        metadata=json.dumps({"number": facts.number}),
    )


def pick(move: str, words: str, found: Excerpt[EscalationFacts]) -> View:
    """Draw the picker for a command that does not name its escalation. `move` is done with the selected one."""
    if not found.shown:
        return modal(
            ids.PICK, "Which escalation?", [section("There is none for which this could be done.")], close="Close"
        )
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
        submit="Go on",
        metadata=json.dumps({"move": move}),
    )


def move_of(view: Mapping[str, Any]) -> str:
    """Return the move the picker was opened for."""
    return str(json.loads(view["private_metadata"])["move"])


def notice(title: str, words: str) -> View:
    """Draw a form without questions: a refusal, an apology, a loading message."""
    return modal(ids.PICK, title, [section(words)], close="Close")
