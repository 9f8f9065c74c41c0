"""Exit criteria: their form, and their text on the card and in the channel."""

import json

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.closing import ExitCriteriaWritten
from bot.policy.record.ending import AgreedExitCriteria as Written
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import context, modal, paragraphs, question, section, text_input
from bot.views.kit.text import escape, person

_LIMIT = 2000
_LINE = 300


def form(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form."""
    known = facts.exit
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
        question(
            "words",
            "When is it over?",
            text_input("words", initial=known.words if known else None, multiline=True, limit=_LIMIT),
            hint=policy.kind(facts.kind).exit_criteria,
        ),
        question(
            "customer",
            "Who agreed for the customer?",
            text_input("customer", initial=known.customer if known else None, limit=_LINE),
            hint="Leave empty until someone has. You agree for us.",
            optional=True,
        ),
    ]
    metadata = json.dumps({"number": facts.number})
    return modal(ids.EXIT_CRITERIA, "Exit criteria", blocks, submit="Save", metadata=metadata)


def on_the_card(written: Written, limit: int | None = None) -> str:
    """Return the criteria and who is responsible for them, as markup, cut to `limit` characters if given."""
    customer = f"the customer: {escape(written.customer)}" if written.customer else "*the customer hasn't agreed yet*"
    return f"*Over when:* {escape(written.words, limit)}\nAgreed by us: {person(written.by)}; {customer}"


def draw(criteria: ExitCriteriaWritten) -> Message:
    """Draw the message in the channel."""
    written = Written(criteria.words, customer=criteria.customer, by=criteria.by)
    text = f":dart: {person(written.by)} wrote the exit criteria."
    parts = [section(text), *paragraphs(on_the_card(written))]
    if not written.customer:
        parts.append(context("When the customer has agreed, note who: *More* on the card, *Exit criteria*."))
    return Message(text, tuple(parts))
