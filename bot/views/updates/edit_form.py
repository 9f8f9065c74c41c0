"""The form that edits the last update: its words, and the promised time until it comes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.updates import PostedUpdate
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.form_values import text_of
from bot.views.kit.parts import context, modal, question, section, text_input
from bot.views.kit.text import moment, person
from bot.views.sending import ways
from bot.views.updates.update_form import next_update

_WORDS = 2500


@dataclass(frozen=True, slots=True, kw_only=True)
class EditAnswers:
    """The form's answers. `edits` is how often the update had been edited when the form was drawn.

    `can_reword` is true if the form asks for the text for the customer, `has_text` if the update has one.
    """

    number: int
    update: int
    edits: int
    can_reword: bool
    has_text: bool
    note: str
    customer_text: str
    next_at: datetime | None


def draw(
    facts: EscalationFacts,
    policy: Policy,
    update: PostedUpdate,
    promised_at: datetime | None,
    latest: datetime | None,
    *,
    moves: bool,
    zone: str,
) -> View:
    """Draw the form, filled in. The next update is asked for only if it `moves`, until `latest`.

    `zone` is the reader's.
    """
    metadata = {
        "number": facts.number,
        "update": update.id,
        "edits": update.edits,
        "customer": update.text is not None and update.text.can_be_reworded,
        "text": update.text is not None,
    }
    blocks = [*_blocks(facts, policy, update, promised_at, latest, moves=moves, zone=zone)]
    return modal(ids.EDIT_UPDATE, "Edit update", blocks, submit="Save", metadata=json.dumps(metadata))


def read(view: Mapping[str, Any]) -> EditAnswers:
    """Parse the form."""
    known = json.loads(view["private_metadata"])
    seconds = view["state"]["values"].get("next_at", {}).get("next_at", {}).get("selected_date_time")
    return EditAnswers(
        number=int(known["number"]),
        update=int(known["update"]),
        edits=int(known["edits"]),
        can_reword=bool(known["customer"]),
        has_text=bool(known.get("text", known["customer"])),
        note=text_of(view, "note"),
        customer_text=text_of(view, "customer_text"),
        next_at=datetime.fromtimestamp(seconds, UTC) if seconds else None,
    )


def _blocks(
    facts: EscalationFacts,
    policy: Policy,
    update: PostedUpdate,
    promised_at: datetime | None,
    latest: datetime | None,
    *,
    moves: bool,
    zone: str,
) -> Iterator[Block]:
    yield section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")
    yield context(f"Posted by {person(update.by)}, {moment(update.at, str(policy.zone))}. Edits are marked.")
    if update.text is not None and not update.text.can_be_reworded:
        yield context(ways.state_line(update.text, str(policy.zone)))
    elif update.text is not None:
        yield question(
            "customer_text",
            "Customer update",
            text_input("customer_text", initial=update.customer_text, multiline=True, limit=_WORDS),
            hint="Already sent it? Tell the customer what changed.",
        )
    yield question(
        "note",
        "Internal note",
        text_input("note", initial=update.note or None, multiline=True, limit=_WORDS),
        optional=update.text is not None,
    )
    if moves:
        yield next_update(promised_at, latest, zone)
