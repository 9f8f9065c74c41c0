"""Decide who is on call: the sources in the policy's order, shifts taken over, and stand-ins for those who are away.

An override wins over every source. Of each source the person on call is taken; if they are away, their stand-in, else
the next person of that source; then the next source is asked. When no source has anybody, nobody is on call, and the
area's accountable owner is asked (docs/configuration.md#on-call).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Final

from bot.policy.model.directory import Area, Directory
from bot.policy.model.on_call import DEFAULT_ORDER, Absence, FedShift, OnCallSource, ShiftOverride
from bot.policy.model.rotas import first_shown

# How far ahead shifts are worked out, and how many changes of any source are looked at.
HORIZON: Final = timedelta(days=62)
_MOST_CHANGES: Final = 2_000
# A stand-in may be away too, and have a stand-in.
_LONGEST_CHAIN: Final = 5


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody on call. `source` is "override" or a source; `stands_in_for` is who is away."""

    person: str
    source: str
    stands_in_for: str | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's unbroken time on call. Without an end nothing known ends it within the horizon."""

    duty: Duty
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class AreaDuty:
    """The person on call for an area at a time, and who comes next. `shifts` are filled for an area asked for."""

    area: Area
    now: Shift | None
    next: Shift | None
    shifts: tuple[Shift, ...] = ()

    def people(self) -> Iterator[str]:
        """Yield everybody it names, but for those of the area's rota."""
        for shift in (self.now, self.next, *self.shifts):
            if shift is not None:
                yield from (who for who in (shift.duty.person, shift.duty.stands_in_for) if who)
        if self.area.owner is not None:
            yield self.area.owner

    def named(self, known: Mapping[str, str]) -> "AreaDuty":
        """Return it with other names for these people."""
        now, following = (_renamed(shift, known) if shift else None for shift in (self.now, self.next))
        area = self.area.model_copy(update={"owner": known.get(self.area.owner or "", self.area.owner)})
        return AreaDuty(area, now, following, tuple(_renamed(shift, known) for shift in self.shifts))


def _renamed(shift: Shift, known: Mapping[str, str]) -> Shift:
    away = shift.duty.stands_in_for
    person = known.get(shift.duty.person, shift.duty.person)
    return replace(
        shift, duty=replace(shift.duty, person=person, stands_in_for=known.get(away, away) if away else None)
    )


@dataclass(frozen=True)
class Roster:
    """All that decides who is on call: the directory, and what people and other systems said since."""

    directory: Directory = field(default_factory=Directory)
    order: Sequence[OnCallSource] = DEFAULT_ORDER
    overrides: Sequence[ShiftOverride] = ()
    absences: Sequence[Absence] = ()
    fed: Sequence[FedShift] = ()

    def on_call(self, area: str, at: datetime, region: str | None = None) -> Duty | None:
        """Return who is on call for an area; None if it is unknown or nobody is.

        If several rotas have somebody, that of the account's `region` is asked first.
        """
        found = self.directory.area(area)
        if found is None:
            return None
        for source, people in self._candidates(found, at, (region or "").casefold()):
            for person in people:
                present = self.present(person, at)
                if present is not None:
                    return Duty(present, source, person if present != person else None)
        return None

    def present(self, person: str, at: datetime) -> str | None:
        """Return the person, or who stands in for them while they are away; None if nobody does."""
        asked = person
        for _ in range(_LONGEST_CHAIN):
            absence = self.absence_of(asked, at)
            if absence is None:
                return asked
            if absence.stand_in is None:
                return None
            asked = absence.stand_in
        return None

    def absence_of(self, person: str, at: datetime) -> Absence | None:
        """Return the absence of somebody that is in force; of several the one with a stand-in, then the longest."""
        if not self.absences:
            return None
        mine = self.directory.identities(person)
        found = [away for away in self.absences if away.covers(at) and not mine.isdisjoint(away.identities)]
        return max(found, key=_weight, default=None)

    def shifts(self, area: str, at: datetime) -> Iterator[Shift]:
        """Yield the shifts of an area from the one at a time on, within the horizon. Gaps are left out."""
        found = self.directory.area(area)
        if found is None:
            return
        until, since, duty = at + HORIZON, at, self.on_call(area, at)
        moment = at
        for _ in range(_MOST_CHANGES):
            moment = self._next_change(found, moment, until)
            if moment >= until:
                break
            then = self.on_call(area, moment)
            if then != duty:
                if duty is not None:
                    yield Shift(duty, since, moment)
                since, duty = moment, then
        if duty is not None:
            yield Shift(duty, since, None)

    def now_and_next(self, area: str, at: datetime) -> tuple[Shift | None, Shift | None]:
        """Return the shift at a time, and the first one of somebody else after it.

        A shift that was taken over lasts until the person's own ends, if that follows at once.
        """
        now: Shift | None = None
        for shift in self.shifts(area, at):
            if shift.starts_at == at:
                now = shift
            elif now is None or not self._is_same(shift.duty.person, now.duty.person):
                return now, shift
            elif shift.starts_at == now.ends_at:
                if shift.duty.stands_in_for != now.duty.stands_in_for:
                    return now, shift
                now = replace(now, ends_at=shift.ends_at)
        return now, None

    def duty(self, area: Area, at: datetime, *, shifts: int = 0) -> AreaDuty:
        """Return who is on call for an area and who comes next, with at most so many shifts."""
        now, following = self.now_and_next(area.key, at)
        return AreaDuty(area, now, following, tuple(islice(self.shifts(area.key, at), shifts)))

    def _is_same(self, one: str, other: str) -> bool:
        return not self.directory.identities(one).isdisjoint(self.directory.identities(other))

    def _candidates(self, area: Area, at: datetime, region: str) -> Iterator[tuple[str, Iterator[str]]]:
        """Yield each source with its people, those on call first."""
        key = area.key.casefold()
        taken = [override for override in self._overrides.get(key, ()) if override.covers(at)]
        if taken:
            yield "override", iter([override.person for override in reversed(taken)])
        for source in self.order:
            if source is OnCallSource.ROTA:
                for rota in sorted(area.all_rotas, key=lambda rota: rota.region != region):
                    yield source.value, rota.in_order(at)
            else:
                mine = [fed for fed in self._fed.get(key, ()) if fed.source is source and fed.covers(at)]
                # Of two that overlap, the shorter one is the exception to the rule.
                mine.sort(key=lambda fed: ((fed.ends_at - fed.starts_at) if fed.ends_at else timedelta.max, fed.person))
                yield source.value, iter([fed.person for fed in mine])

    def _next_change(self, area: Area, at: datetime, until: datetime) -> datetime:
        """Return a time after `at`, at most `until`, before which nobody else can be on call."""
        key = area.key.casefold()
        ends: list[datetime | None] = [rota.next_change(at) for rota in area.all_rotas]
        spans: list[ShiftOverride | FedShift | Absence] = [*self._overrides.get(key, ()), *self._fed.get(key, ())]
        for span in (*spans, *self.absences):
            ends += [span.starts_at, span.ends_at]
        return min((end for end in ends if end is not None and end > at), default=until)

    @cached_property
    def _overrides(self) -> Mapping[str, Sequence[ShiftOverride]]:
        """The overrides by area, those made later last: the file's come before those made in Slack."""
        found: dict[str, list[ShiftOverride]] = {}
        for area in self.directory.areas:
            for shift in area.overrides:
                starts_at, ends_at = (first_shown(at, shift.zone) for at in (shift.starts_at, shift.ends_at))
                override = ShiftOverride(area.key, shift.person, starts_at, ends_at)
                found.setdefault(area.key.casefold(), []).append(override)
        for override in sorted(self.overrides, key=lambda override: override.id):
            found.setdefault(override.area.casefold(), []).append(override)
        return found

    @cached_property
    def _fed(self) -> Mapping[str, Sequence[FedShift]]:
        found: dict[str, list[FedShift]] = {}
        for shift in self.fed:
            found.setdefault(shift.area.casefold(), []).append(shift)
        return found


def _weight(absence: Absence) -> tuple[bool, bool, datetime]:
    return absence.stand_in is not None, absence.ends_at is None, absence.ends_at or absence.starts_at
