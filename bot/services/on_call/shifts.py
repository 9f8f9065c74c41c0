"""Shifts that somebody takes over from who is on call."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.database import absences, submissions
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.transaction import Database
from bot.errors import FormError
from bot.models.on_call import ShiftTaken
from bot.policy.decide.on_call import HORIZON, AreaDuty
from bot.policy.model.directory import EntryKind
from bot.policy.record.duty_notices import ShiftTakenOver
from bot.services.directory import directory_changes
from bot.services.on_call.on_call import areas_of
from bot.services.on_call.watch import OnCallWatch, alone

_USUAL: Final = timedelta(hours=8)
# How many shifts are looked at for those whose time is taken.
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class ShiftAsked:
    """Initial values of the form. `admin` is the viewer, if they may give the shift to somebody else."""

    duty: AreaDuty
    now: datetime
    until: datetime
    admin: str | None


@dataclass(frozen=True)
class Shifts:
    """Take shifts over. Each method is one transaction."""

    database: Database
    people: People
    policies: Policies
    watch: OnCallWatch

    def asked(self, area: str, *, viewer: str) -> ShiftAsked:
        """Return who is on call for an area, the time, and until when a shift is taken unless people say otherwise.

        Raises NotFound, NotAMember.
        """
        with self.database.transaction() as tx:
            self.people.must_be_ours(tx, viewer)
            found = areas_of(self.people.directory, area)[0]
            roster = self.people.roster(tx, self.policies.current, since=tx.now, until=tx.now + HORIZON)
            duty = roster.duty(found, tx.now)
            known = self.people.resolve(tx, set(duty.people()))
            until = duty.now.ends_at if duty.now is not None else None
            is_admin = directory_changes.is_admin(tx, self.people, viewer)
            return ShiftAsked(duty.named(known), tx.now, until or tx.now + _USUAL, viewer if is_admin else None)

    def take_over(
        self, area: str, starts_at: datetime, ends_at: datetime, *, by: str, person: str | None = None
    ) -> None:
        """Take over a span of an area's shifts, and tell those who had it. An admin may give it to another `person`.

        Raises FormError, NotFound, NotAMember, NotAnAdmin.
        """
        with self.database.transaction() as tx:
            submissions.note(tx)
            self.people.must_be_ours(tx, by)
            alone(tx)  # of two who take the same shift at once, the second takes it from the first
            person = person or by
            if person != by:
                directory_changes.require_admin(tx, self.people, by)
                if not self.people.can_act(tx, person):
                    raise FormError("person", "They can't act on an escalation. Choose a colleague.")
            found = areas_of(self.people.directory, area)[0]
            starts_at = max(starts_at, tx.now)
            if ends_at <= starts_at:
                is_past = ends_at <= tx.now
                raise FormError("to", f"{'That has passed. ' if is_past else ''}Choose a time after the start.")
            if ends_at - tx.now > HORIZON:
                raise FormError("to", f"Choose a time within {HORIZON.days} days.")
            roster = self.people.roster(tx, self.policies.current, since=starts_at, until=ends_at)
            before: list[str] = []
            for _, shift in zip(range(_MOST), roster.shifts(found.key, starts_at), strict=False):
                if shift.starts_at >= ends_at:
                    break
                before.append(shift.duty.person)
            known = self.people.resolve(tx, before)
            had = list(dict.fromkeys(known[who] for who in before if known[who] != person))
            first = had[0] if had else None
            tx.session.add(
                ShiftTaken(
                    area=found.key.casefold(),
                    person=person,
                    instead_of=first,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    by=by,
                    made_at=tx.now,
                )
            )
            tx.session.flush()
            given_by = by if by != person else None
            notice = ShiftTakenOver(
                area=found.name, person=person, before=first, starts_at=starts_at, ends_at=ends_at, by=given_by
            )
            for who in (person, *had):
                absences.tell(tx, who, notice)
            if given_by is not None:
                given = {"on_call": person, "from": starts_at.isoformat(), "to": ends_at.isoformat()}
                before_it = {"on_call": first} if first else {}
                directory_changes.note(tx, EntryKind.AREA, found.key, before=before_it, after=given, by=by)
            if starts_at == tx.now:
                self.watch.note(tx, found, is_told=True)
