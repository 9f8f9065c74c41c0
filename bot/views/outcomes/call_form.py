"""The form of the follow-up call: when and who, and afterwards what the customer said."""

import json

from slack_sdk.models.blocks import DateTimePickerElement, UserSelectElement

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.ports.workspace import View
from bot.views.kit import ids, labels
from bot.views.kit.parts import context, modal, question, section, text_input
from bot.views.kit.text import escape, has_slack_id, moment, unix

_NOTE = 2000


def draw(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form: an open call is noted or moved, else one is planned or noted."""
    call = facts.call
    is_open = call is not None and call.noted_at is None
    owner = call.owner if call is not None else facts.holder(RELATIONSHIP_OWNER) or facts.declared_by
    blocks = [section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")]
    if call is not None and call.note is not None and call.noted_at is not None:
        blocks.append(context(f"Last call, {moment(call.noted_at, str(policy.zone))}: {escape(call.note, _NOTE)}"))
    blocks += [
        question(
            "call_at",
            "When?",
            DateTimePickerElement(
                action_id="call_at",
                initial_date_time=unix(call.at) if call is not None and is_open else None,
            ),
            optional=True,
        ),
        question(
            "call_owner",
            "Who calls?",
            UserSelectElement(action_id="call_owner", initial_user=owner if has_slack_id(owner) else None),
            optional=True,
        ),
        question(
            "call_note",
            "After the call: what did they say?",
            text_input("call_note", multiline=True, limit=_NOTE),
            optional=True,
        ),
    ]
    metadata = json.dumps({"number": facts.number})
    return modal(ids.CALL, "Follow-up call", blocks, submit="Save", metadata=metadata)
