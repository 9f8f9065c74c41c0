"""Read who is on call, now and next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.database.people import People
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.errors import NotFound
from bot.policy.decide.on_call import HORIZON, AreaDuty, Roster
from bot.policy.model.directory import Area, Directory

# How many shifts are shown of one area.
SHOWN: Final = 8
# How much of what was typed is repeated, and how many areas are named, in an answer.
_ECHOED: Final = 80
_NAMED: Final = 10


@dataclass(frozen=True)
class OnCall:
    """Read who is on call. Each method is one transaction."""

    database: Database
    people: People
    policies: Policies

    def duties(self, words: str = "", *, viewer: str | None = None, at: datetime | None = None) -> Sequence[AreaDuty]:
        """Return who is on call for the area named by key or name, or for all. Raises NotFound, NotAMember.

        Without `viewer` nobody is asked who they are, and people are named as in the directory: that is for the command
        line.
        """
        with self.database.transaction() as tx:
            if viewer is not None:
                self.people.must_be_ours(tx, viewer)
            moment = at or tx.now
            areas = areas_of(self.people.directory, words)
            roster = self.roster(tx, moment)
            duties = [roster.duty(area, moment, shifts=SHOWN if words else 0) for area in areas]
            return duties if viewer is None else self._by_slack_id(tx, duties)

    def roster(self, tx: Transaction, at: datetime) -> Roster:
        """Return the roster from a time to the horizon."""
        return self.people.roster(tx, self.policies.current, since=at, until=at + HORIZON)

    def _by_slack_id(self, tx: Transaction, duties: Sequence[AreaDuty]) -> Sequence[AreaDuty]:
        known = self.people.resolve(tx, {person for duty in duties for person in duty.people()})
        return [duty.named(known) for duty in duties]


def areas_of(directory: Directory, words: str = "") -> Sequence[Area]:
    """Return the area named by key or name, or all of them. Raises NotFound."""
    if not words:
        return directory.areas
    found = directory.area_named(words)
    if found is None:
        known = ", ".join(area.key for area in directory.areas[:_NAMED]) or "none yet"
        raise NotFound(f"No area is called “{words[:_ECHOED]}”. Areas: {known}.")
    return [found]
