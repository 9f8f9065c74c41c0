"""Draft the story of an escalation as plain text. It contains only what is on record."""

from collections.abc import Iterator
from typing import Final

from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.reviews import ReviewRecord
from bot.views.kit.text import clean, clip, one_line

# What fits into the field of a form.
LIMIT: Final = 3000
_DESCRIPTION: Final = 1200
_WORDS: Final = 600


def draft(facts: EscalationFacts, record: ReviewRecord) -> str:
    """Return the draft."""
    return clip("\n".join(_lines(facts, record)), LIMIT)


def _lines(facts: EscalationFacts, record: ReviewRecord) -> Iterator[str]:
    yield f"{one_line(facts.account.name)}: {one_line(facts.summary)}"
    if facts.description and one_line(facts.description) != one_line(facts.summary):
        yield clip(clean(facts.description), _DESCRIPTION)
    stopped = next((line.reason for line in reversed(record.events) if line.event == "mitigated"), None)
    if stopped:
        yield f"What stopped the impact: {clip(clean(stopped), _WORDS)}"
    if facts.fixed:
        yield f"What was fixed: {clip(clean(facts.fixed), _WORDS)}"
    if facts.cause:
        yield f"Cause: {one_line(facts.cause)}"
