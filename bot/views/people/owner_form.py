"""The form that hands a role to somebody."""

import json

from slack_sdk.models.blocks import RadioButtonsElement, UserMultiSelectElement, UserSelectElement

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, role_name
from bot.ports.workspace import View
from bot.views.kit import ids, labels
from bot.views.kit.parts import modal, option, question, section


def draw(facts: EscalationFacts, policy: Policy, viewer: str) -> View:
    """Draw the form that assigns a role; it proposes the viewer."""
    roles = [
        option(
            role,
            f"{role_name(role).capitalize()}",
            "owns the fix" if role == FIX_OWNER else "owns the customer relationship",
        )
        for role in (FIX_OWNER, RELATIONSHIP_OWNER)
    ]
    return modal(
        ids.ASSIGN,
        "Change owner",
        [
            section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.owners(facts)}"),
            question("role", "Role", RadioButtonsElement(action_id="role", options=roles, initial_option=roles[0])),
            question(
                "person",
                "New owner",
                UserSelectElement(action_id="person", initial_user=viewer),
                hint="Choose yourself to take over.",
            ),
        ],
        submit="Hand over",
        metadata=json.dumps({"number": facts.number}),
    )


def bring_in(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form that brings people into the channel."""
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
        question(
            "people",
            "Who?",
            UserMultiSelectElement(action_id="people"),
            hint="We invite them to the channel. Roles don't change.",
        ),
    ]
    metadata = json.dumps({"number": facts.number})
    return modal(ids.BRING_IN, "Bring in people", blocks, submit="Invite", metadata=metadata)
