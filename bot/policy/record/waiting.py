"""A wait for the customer, as facts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WaitFacts:
    """A wait that isn't over: who noted it and why, when it ends at the latest, and what it pauses (`Pausable`)."""

    since: datetime
    by: str
    reason: str
    until: datetime
    paused: tuple[str, ...]
