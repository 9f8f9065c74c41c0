"""The update form: the text to the customer, the internal note, and the next promise."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import DateTimePickerElement, StaticSelectElement

from bot.policy.decide.promises import NextUpdates
from bot.policy.decide.sending import TellingChoices
from bot.policy.model.facts import HealthState
from bot.policy.model.rules import Policy
from bot.policy.model.templates import TemplateKind
from bot.policy.record.customer_texts import Telling
from bot.policy.record.escalation import EscalationFacts, Status
from bot.policy.wording.templates import customer_moment
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.customer_texts import STILL_INVESTIGATING
from bot.views.kit.form_values import text_of
from bot.views.kit.parts import actions, context, modal, option, question, section, text_input
from bot.views.kit.text import moment, plain_moment, unix
from bot.views.sending import ways
from bot.views.updates import template_picker

_MINUTE = 60
_NOTE = "known"  # the block of the internal note
_LINES = 3  # of small print, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAnswers:
    """The form's answers."""

    number: int
    note: str
    customer_text: str
    next_at: datetime | None
    # For account programmes.
    health: HealthState | None
    telling: Telling
    # False if nobody has said whether the customer is told.
    says_how: bool = True
    # The policy's text that it began with, if one was chosen.
    template: TemplateKind | None = None


@dataclass(frozen=True, slots=True)
class OfferedTexts:
    """The policy's texts for the customer, and the one that was chosen. `still` also fills in the note for us."""

    texts: Mapping[TemplateKind, str]
    chosen: TemplateKind | None = None
    still: bool = False
    # The time of the next update that the texts say.
    next_at: datetime | None = None

    def initial(self, facts: EscalationFacts, written: str | None) -> str | None:
        """Return what the form opens with: the chosen text, what was written before, or the acknowledgement."""
        if self.chosen is not None:
            return self.texts.get(self.chosen)
        if written is not None:
            return written
        first = facts.last_customer_update_at is None
        return next(iter(self.texts.values()), None) if first else None


def draw(
    facts: EscalationFacts,
    policy: Policy,
    owed: NextUpdates,
    choices: TellingChoices,
    offered: OfferedTexts,
    *,
    zone: str,
    is_overdue: bool = False,
) -> View:
    """Draw the form, with the text it opens with. `is_overdue` if the customer was promised an update that is late."""
    known: dict[str, Any] = {"number": facts.number}
    if (promised := offered.next_at or owed.customer or owed.internal) is not None:
        known["promised"] = unix(promised) // _MINUTE * _MINUTE
        known["said"] = customer_moment(promised, facts.account, policy)
    metadata = json.dumps(known)
    due = _due(facts, zone, is_overdue=is_overdue)
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}{due}"),
        *_blocks(facts, policy, owed, choices, offered, zone=zone),
    ]
    return modal(ids.UPDATE, "Post update", blocks, submit="Post", metadata=metadata)


def _due(facts: EscalationFacts, zone: str, *, is_overdue: bool) -> str:
    """Return when the customer's update is due, or since when it's overdue, as a line of its own."""
    if facts.customer_update_due_at is None:
        return ""
    return f"\nCustomer update {'overdue since' if is_overdue else 'due'} {moment(facts.customer_update_due_at, zone)}."


def read(view: Mapping[str, Any]) -> UpdateAnswers:
    """Parse the form."""
    values = view["state"]["values"]

    health = values.get("health", {}).get("health", {}).get("selected_option")
    seconds = values.get("next_at", {}).get("next_at", {}).get("selected_date_time")
    return UpdateAnswers(
        number=int(json.loads(view["private_metadata"])["number"]),
        note=text_of(view, _NOTE),
        customer_text=text_of(view, "customer_text"),
        next_at=datetime.fromtimestamp(seconds, UTC) if seconds else None,
        health=HealthState(health["value"]) if health else None,
        telling=ways.read(values),
        says_how=ways.is_chosen(values),
        template=_template(values),
    )


def _template(values: Mapping[str, Any]) -> TemplateKind | None:
    """Return the policy's text that was chosen last: the field's name says so."""
    name = next(iter(values.get("customer_text", {})), "").removeprefix("customer_text-")
    return next((kind for kind in TemplateKind if kind.value == name), None)


def other_time(view: Mapping[str, Any], answers: UpdateAnswers) -> str | None:
    """Return the time of the next update that an offered text says, if another one was chosen meanwhile."""
    known = json.loads(view["private_metadata"])
    said = known.get("said")
    if said is None or said not in answers.customer_text or answers.next_at is None:
        return None
    return str(said) if unix(answers.next_at) != known["promised"] else None


def _blocks(
    facts: EscalationFacts,
    policy: Policy,
    owed: NextUpdates,
    choices: TellingChoices,
    offered: OfferedTexts,
    *,
    zone: str,
) -> Iterator[Block]:
    written, promised = choices.open_text, offered.next_at or owed.customer or owed.internal
    yield question(
        "customer_text",
        "Customer update",
        text_input(
            # Slack keeps what is in a field, unless its name changes.
            f"customer_text-{offered.chosen}" if offered.chosen is not None else "customer_text",
            initial=offered.initial(facts, written.words if written is not None else None),
            multiline=True,
            limit=2500,
            focus=True,
        ),
        hint="Leave empty for an internal update.",
        optional=True,
    )
    way = ways.choice(choices.ways, may_send=choices.may_send)
    picker = template_picker.picker(offered.texts, offered.chosen)
    yield actions(way, *([picker] if picker is not None else []), block_id=ways.BLOCK)
    small = [
        ways.state_line(written, zone) if written is not None else None,
        ways.approval_line(choices.ways, may_send=choices.may_send, approver=choices.approver),
        *template_picker.advice(facts, policy),
    ]
    if lines := [line for line in small if line][:_LINES]:
        yield context("\n".join(lines))
    yield question(
        _NOTE,
        "Internal note",
        text_input(_NOTE, initial=STILL_INVESTIGATING if offered.still else None, multiline=True, limit=2500),
        hint="Posted in the channel of the escalation. No news? Say so.",
        optional=True,
    )
    if facts.health is not None and policy.health:
        yield _health(facts.health, policy)
    if facts.status is not Status.RESOLVED:
        yield next_update(promised, owed.customer or owed.internal, zone)


def _health(present: HealthState, policy: Policy) -> Block:
    """Return the question for the account's health, which is set with every update of a programme."""
    states = {
        rule.state: option(rule.state, f"{rule.emoji} {rule.label}", f"Updates {rule.cadence.in_words()} at least")
        for rule in policy.health
    }
    menu = StaticSelectElement(action_id="health", options=list(states.values()), initial_option=states.get(present))
    return question("health", "Account health", menu)


def next_update(promised: datetime | None, latest: datetime | None, zone: str) -> Block:
    """Return the question for the next update, filled in with what is promised, until the `latest` time allowed.

    `zone` is the reader's: a hint is plain text, so Slack doesn't convert times in it. The time in the field
    isn't said again.
    """
    # Slack's picker has no seconds; rounding down keeps the promise within the cadence.
    initial = unix(promised) // _MINUTE * _MINUTE if promised else None
    hint = "No fixed cadence. Set a time if the customer expects one."
    if latest is not None and promised is not None and unix(latest) // _MINUTE == unix(promised) // _MINUTE:
        hint = "Filled in with the latest time allowed."
    elif latest is not None:
        hint = f"No later than {plain_moment(latest, zone)}."
    return question(
        "next_at",
        "Next update",
        DateTimePickerElement(action_id="next_at", initial_date_time=initial),
        hint=hint,
        optional=latest is None,
    )
