"""Notices about major incidents."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOverNotice:
    """A major incident is over."""

    word: ClassVar[str] = "incident over"

    incident: int
    title: str
    fixed: str
    by: str
