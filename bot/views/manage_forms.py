"""The forms that manage: another owner, a waiver; and the picker where no escalation is implied."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import RadioButtonsElement, StaticSelectElement, UserSelectElement

from bot.policy.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts, role_name
from bot.policy.rules import Policy
from bot.ports.workspace import View
from bot.views import ids, standing
from bot.views.parts import context, modal, option, question, section, text_input
from bot.views.text import clip, one_line, person, plain

_LINE = 300
_MOST_OPTIONS = 100


def assign(facts: EscalationFacts, policy: Policy, viewer: str) -> View:
    """Draw the form that gives a role to somebody; it proposes taking it over."""
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


def pick(move: str, words: str, escalations: Sequence[EscalationFacts]) -> View:
    """Draw the picker for a command that does not say which escalation it means. `move` is done with the choice."""
    if not escalations:
        return modal(
            ids.PICK, "Which escalation?", [section("There is none for which this could be done.")], close="Close"
        )
    options = [
        option(str(facts.number), clip(f"{facts.key} {facts.account.name}: {one_line(facts.summary)}", 75))
        for facts in escalations[:_MOST_OPTIONS]
    ]
    return modal(
        ids.PICK,
        "Which escalation?",
        [
            question(
                "escalation",
                words,
                StaticSelectElement(
                    action_id="escalation",
                    placeholder=plain("Choose an escalation", 150),
                    options=options,
                    initial_option=options[0] if len(options) == 1 else None,
                ),
            )
        ],
        submit="Go on",
        metadata=json.dumps({"move": move}),
    )


def move_of(view: Mapping[str, Any]) -> str:
    """Return what the picker was opened for."""
    return str(json.loads(view["private_metadata"])["move"])


def notice(title: str, words: str) -> View:
    """Draw a form that only says something: a refusal, an apology, a moment's patience."""
    return modal(ids.PICK, title, [section(words)], close="Close")
