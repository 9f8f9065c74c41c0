"""Announcements about declaring."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedWithReport:
    """Somebody who was about to declare the same joined instead; what they had typed."""

    word: ClassVar[str] = "joined with report"

    by: str
    summary: str
    description: str = ""
    permalink: str | None = None


DeclaringAnnouncement = JoinedWithReport
