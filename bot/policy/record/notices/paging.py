"""Notices to people who are brought in without a page."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtInNotice:
    """Somebody is brought in as the holder of a role, because the impact hasn't stopped `after` that time."""

    word: ClassVar[str] = "brought in"

    role: str
    after: timedelta
