"""The form of a status call: when, who, where, whom to invite; afterwards what was agreed."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from slack_sdk.models.blocks import CheckboxesElement, DateTimePickerElement, UrlInputElement, UserSelectElement

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.status_calls import StatusCallFacts
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import context, modal, option, question, section, text_input
from bot.views.kit.text import escape, has_slack_id, moment, unix

_NOTE: Final = 2000
_ADDRESSES: Final = 1000
CANCELLED: Final = "cancel"


def draw(
    facts: EscalationFacts,
    policy: Policy,
    planned: StatusCallFacts | None,
    held: StatusCallFacts | None,
    contacts: Sequence[str] | None,
) -> View:
    """Draw the form: a planned call is moved, cancelled or noted, else one is planned or noted.

    `held` is the last call. `contacts` are whom the viewer can invite by mail; None if they can't.
    """
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}"),
        *([_last(held, policy)] if held is not None else []),
        *_questions(facts, planned, contacts),
    ]
    metadata = json.dumps({"number": facts.number})
    return modal(ids.STATUS_CALL, "Status call", blocks, submit="Save", metadata=metadata)


def _last(held: StatusCallFacts, policy: Policy) -> Block:
    return context(f"Last call, {moment(held.at, str(policy.zone))}: {escape(held.note or '', 300)}")


def _questions(
    facts: EscalationFacts, planned: StatusCallFacts | None, contacts: Sequence[str] | None
) -> Iterator[Block]:
    at = unix(planned.at) if planned is not None else None
    when = DateTimePickerElement(action_id="status_call_at", initial_date_time=at)
    yield question("status_call_at", "When?", when, hint="In your time. Their mail has it in theirs.", optional=True)
    owner = planned.owner if planned is not None else facts.holder(RELATIONSHIP_OWNER) or facts.declared_by
    holds = UserSelectElement(action_id="status_call_owner", initial_user=owner if has_slack_id(owner) else None)
    yield question("status_call_owner", "Who holds it?", holds, optional=True)
    link = UrlInputElement(action_id="status_call_link", initial_value=planned.link if planned is not None else None)
    yield question("status_call_link", "Meeting link", link, optional=True)
    if contacts is not None:
        invited = planned.invited if planned is not None else tuple(contacts)
        yield question(
            "status_call_to",
            "Invite by mail",
            text_input("status_call_to", initial=", ".join(invited), limit=_ADDRESSES),
            hint="Addresses with a comma between them. They get a calendar file, also when it moves.",
            optional=True,
        )
    if planned is not None:
        ends = CheckboxesElement(action_id="status_call_ends", options=[option(CANCELLED, "Cancel this call")])
        yield question("status_call_ends", "Not needed any more?", ends, optional=True)
    note = text_input("status_call_note", multiline=True, limit=_NOTE)
    yield question("status_call_note", "After the call: what was agreed?", note, optional=True)
