"""Suggests a category from the typed text, showing the words it found; never a decision."""

import re
from dataclasses import dataclass

from bot.policy.model.rules import Policy


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category, and the keywords of the policy that were found."""

    category: str
    words: tuple[str, ...]


def suggest_category(policy: Policy, text: str) -> Suggestion | None:
    """Return the category with the most keywords in a text, on a tie the policy's first; None if there are none.

    Keywords are whole words or phrases, without regard to case and punctuation.
    """
    typed = _plain(text)
    found = [
        Suggestion(category.key, words)
        for category in policy.categories
        if (words := tuple(word for word in category.keywords if _plain(word) in typed))
    ]
    return max(found, key=lambda suggestion: len(suggestion.words), default=None)


def _plain(text: str) -> str:
    """Return the words alone, each between spaces."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "
