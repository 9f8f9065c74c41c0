"""User groups as a source of who is on call: every member is, the first of them before the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ports.on_call import OutsideShift
from bot.ports.workspace import Workspace


@dataclass(frozen=True)
class GroupSource:
    """Reads the members of a user group."""

    workspace: Workspace

    async def shifts(self, told: str, since: datetime, until: datetime) -> Sequence[OutsideShift]:  # noqa: ARG002 - the port's
        """Return a shift without an end for each member. Raises OutsideError."""
        return [OutsideShift(person, since) for person in await self.workspace.group_members(told)]
