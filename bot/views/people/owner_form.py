"""The form that hands a role to somebody."""

import json
from collections.abc import Sequence

from slack_sdk.models.blocks import StaticSelectElement, UserMultiSelectElement, UserSelectElement

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import ROLE_NAMES, EscalationFacts, role_title
from bot.ports.workspace import View
from bot.views.kit import ids, labels
from bot.views.kit.parts import modal, option, question, section

# Slack shows at most so many options.
_MOST = 100


def draw(facts: EscalationFacts, policy: Policy, viewer: str, roles: Sequence[str]) -> View:
    """Draw the form that hands a role over or takes it; it proposes the viewer. `roles` are those they may choose."""
    labelled = {slot.key: slot.label for slot in policy.slots}
    titles = {role: role_title(role) if role in ROLE_NAMES else labelled.get(role, role_title(role)) for role in roles}
    options = [option(role, title) for role, title in titles.items()][:_MOST]
    return modal(
        ids.ASSIGN,
        "Change owner",
        [
            section(f"{labels.title(facts, policy)} \u00b7 {facts.key}\n{labels.owners(facts)}"),
            question("role", "Role", StaticSelectElement(action_id="role", options=options, initial_option=options[0])),
            question(
                "person",
                "New owner",
                UserSelectElement(action_id="person", initial_user=viewer),
                hint="Choose yourself to take over. Someone else is asked, and has the role once they accept.",
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
