"""Announcements about the category."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCard:
    """The card of the category, which earlier versions posted. Today it is the form behind *Playbook*."""

    word: ClassVar[str] = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class Categorised:
    """Somebody set the category. `before` and `after` are levels."""

    word: ClassVar[str] = "categorised"

    by: str
    before: str
    after: str
    category: str | None


CategoryAnnouncement = CategoryCard | Categorised
