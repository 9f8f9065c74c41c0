"""Notices about reviews: one is ready to be signed off, or was returned."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewToSignNotice:
    """A review is ready to be read and signed off."""

    word: ClassVar[str] = "review to sign"

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReturnedNotice:
    """A review was returned with a comment."""

    word: ClassVar[str] = "review returned"

    by: str
    comment: str


ReviewNotice = ReviewToSignNotice | ReviewReturnedNotice
