"""Sources of who is on call outside: calendar feeds, user groups, schedules of a pager."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OutsideShift:
    """A shift as another system has it. `person` is an e-mail, a Slack id, or a name; without an end it is open."""

    person: str
    starts_at: datetime
    ends_at: datetime | None = None


class ShiftSource(Protocol):
    """A system that knows who is on call."""

    async def shifts(self, told: str, since: datetime, until: datetime) -> Sequence[OutsideShift]:
        """Return the shifts between two times of what the directory names (an address or an id).

        Raises OutsideError.
        """
        ...
