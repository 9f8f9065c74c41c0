"""Changes of the directory, as the audit has them."""

from dataclasses import dataclass
from datetime import datetime

from bot.policy.model.directory import EntryKind


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A change of an entry: who made it, and when. `by` is a Slack id, or the program for an import."""

    kind: EntryKind
    key: str
    by: str
    at: datetime
    is_removal: bool
