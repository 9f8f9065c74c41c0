"""Edits of a review: the fields that somebody changed, and whether they were still as that person saw them."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.policy.record.reviews import Debrief, ReviewWords

DEBRIEFS: Final = ("customer_debrief", "team_debrief")
# What each field says, as text; a story that is as drafted says nothing.
FIELDS: Final[Mapping[str, Callable[[ReviewWords], str]]] = {
    "story": lambda words: words.story or "",
    "whys": lambda words: words.whys,
    "contributing": lambda words: words.contributing or "",
    "went_well": lambda words: words.went_well,
    "went_wrong": lambda words: words.went_wrong,
    "lucky": lambda words: words.lucky,
    "customer_debrief": lambda words: as_text(words.customer_debrief),
    "team_debrief": lambda words: as_text(words.team_debrief),
}


def as_text(value: str | Debrief | None) -> str:
    """Return the value of a field as text."""
    return f"{value.on.isoformat()} {value.who}" if isinstance(value, Debrief) else value or ""


def digest(text: str) -> str:
    """Return what tells two texts apart, without regard to spaces at their ends and between words; empty if empty."""
    words = " ".join(text.split())
    return f"{zlib.crc32(words.encode(errors='replace')):08x}" if words else ""


def written_digest(words: ReviewWords, field: str) -> str:
    """Return the digest of a field as it is stored."""
    return digest(FIELDS[field](words))


def seen_in(words: ReviewWords, fields: Iterable[str]) -> dict[str, str]:
    """Return the digests of some fields as they are stored."""
    return {field: written_digest(words, field) for field in fields}


@dataclass(frozen=True, slots=True)
class ReviewEdit:
    """The new values of the fields that somebody changed, and the digests of all fields as they were seen.

    A story that was seen as drafted has an empty digest.
    """

    values: Mapping[str, str | Debrief | None]
    seen: Mapping[str, str]

    def digest(self, field: str) -> str:
        """Return the digest of a new value."""
        return digest(as_text(self.values[field]))


UNCHANGED: Final = ReviewEdit({}, {})
