"""Notices about teams that only a person can reach."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsToWriteNotice:
    """Somebody is asked to write to teams that the bot can't reach."""

    word: ClassVar[str] = "teams to write to"

    teams: tuple[str, ...]
