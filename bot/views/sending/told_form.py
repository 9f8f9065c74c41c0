"""The log of texts that the customer got, in a form that only shows it."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.record.customer_texts import CustomerTextFacts
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.kit import labels
from bot.views.kit.info_form import shown
from bot.views.kit.parts import context, quote, section
from bot.views.kit.text import escape
from bot.views.sending import ways

_WORDS: Final = 700


def draw(facts: EscalationFacts, policy: Policy, texts: Sequence[CustomerTextFacts], older: int) -> View:
    """Draw the newest texts, the newest first, and how many are left out."""
    return shown("What we told them", [*_blocks(facts, policy, texts, older)])


def _blocks(facts: EscalationFacts, policy: Policy, texts: Sequence[CustomerTextFacts], older: int) -> Iterator[Block]:
    yield section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")
    if not texts:
        yield section("The customer hasn't been told anything yet.")
    for text in texts:
        yield section(f"{ways.state_line(text, str(policy.zone))}\n{quote(escape(text.words, _WORDS))}")
    if older:
        yield context(f"{older} older: see the export.")
