"""The company's own people: who is on call, who owns an area, who manages whom, and the fallbacks.

People are named by e-mail or by Slack id; both may mean the same person, see `Directory.identities`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from bot.policy.schema import Mistake, Part
from bot.policy.time.durations import Duration, Unit
from bot.policy.time.zones import ZoneName, zone_info

Identity = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=320)]


# Clocks are put back by three hours at most (Antarctica/Troll by two, historically).
_LONGEST_REPEAT = timedelta(hours=3)


def identity_key(person: str) -> str:
    """Return the key by which identities are equal: e-mails ignore case, Slack ids don't."""
    return person.casefold() if "@" in person else person


class Rota(Part):
    """The people on call, in shifts. The hand-over keeps its wall time in `zone`, also when the clocks change."""

    people: Annotated[tuple[Identity, ...], Field(min_length=1)]
    starts_at: datetime
    every: Duration
    zone: ZoneName = "UTC"

    @field_validator("starts_at")
    @classmethod
    def _local(cls, value: datetime) -> datetime:
        if value.tzinfo is not None:
            raise Mistake(f"{value.isoformat()} carries a zone", "write the wall time, and its zone under `zone`")
        return value

    @field_validator("every")
    @classmethod
    def _shift_length(cls, value: Duration) -> Duration:
        if value.unit is not Unit.WALL:
            raise Mistake(f"{value} is not the length of a shift", "write 1w, 1d or 12h")
        return value

    def on_call(self, at: datetime) -> str | None:
        """Return who is on call; None before the first shift begins.

        A hand-over in the hour that autumn repeats happens once, when the clock first shows its time; one in the hour
        that spring skips happens when the clocks change.
        """
        since = at.astimezone(zone_info(self.zone)).replace(tzinfo=None) - self.starts_at
        shift = since // self.every.length
        while self._first_shown(shift + 1) <= at < self._first_shown(shift + 1) + _LONGEST_REPEAT:
            shift += 1
        return self.people[shift % len(self.people)] if shift >= 0 else None

    def _first_shown(self, shift: int) -> datetime:
        """Return when the wall clock first shows the time at which a shift begins."""
        wall = (self.starts_at + shift * self.every.length).replace(tzinfo=zone_info(self.zone))
        return wall.astimezone(UTC)


class Area(Part):
    """A product area, its accountable owner, and its rota if there is one."""

    key: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
    owner: Identity | None = None
    rota: Rota | None = None


class DirectoryPerson(Part):
    """A person of the company."""

    email: Identity
    slack_id: Identity | None = None
    manager: Identity | None = None


class Directory(Part):
    """The whole directory file. `teams` names the people of the policy's teams, by the team's key."""

    fallback: Mapping[str, Identity] = Field(default_factory=dict)
    people: tuple[DirectoryPerson, ...] = ()
    areas: tuple[Area, ...] = ()
    teams: Mapping[str, tuple[Identity, ...]] = Field(default_factory=dict)

    @cached_property
    def _entries(self) -> Mapping[str, DirectoryPerson]:
        known: dict[str, DirectoryPerson] = {}
        for entry in self.people:
            known[identity_key(entry.email)] = entry
            if entry.slack_id:
                known[entry.slack_id] = entry
        return known

    @cached_property
    def _areas(self) -> Mapping[str, Area]:
        return {area.key.casefold(): area for area in self.areas}

    def area(self, key: str | None) -> Area | None:
        """Return an area by its key, in any case."""
        return self._areas.get(key.casefold()) if key else None

    def on_call(self, area: str, at: datetime) -> str | None:
        """Return who is on call for an area; None if it has no rota or none that has begun."""
        found = self.area(area)
        return found.rota.on_call(at) if found is not None and found.rota is not None else None

    def manager_of(self, person: str) -> str | None:
        """Return somebody's manager, if the directory has it."""
        entry = self._entries.get(identity_key(person))
        return entry.manager if entry else None

    def slack_id_of(self, person: str) -> str | None:
        """Return somebody's Slack id, if the directory has it."""
        entry = self._entries.get(identity_key(person))
        return entry.slack_id if entry else None

    def identities(self, person: str) -> frozenset[str]:
        """Return every identity the directory has for somebody, including the given one."""
        entry = self._entries.get(identity_key(person))
        known = {identity_key(person)}
        if entry is not None:
            known |= {identity_key(entry.email)} | ({entry.slack_id} if entry.slack_id else set())
        return frozenset(known)

    def everybody(self) -> frozenset[str]:
        """Return every identity in the directory: those Slack should be asked about."""
        named = {entry.slack_id or entry.email for entry in self.people}
        named |= {entry.manager for entry in self.people if entry.manager}
        named |= set(self.fallback.values())
        for area in self.areas:
            named |= {area.owner} if area.owner else set()
            named |= set(area.rota.people) if area.rota else set()
        named |= {person for team in self.teams.values() for person in team}
        return frozenset(named)
