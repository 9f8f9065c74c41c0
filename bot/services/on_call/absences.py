"""Absences that people set themselves: from when to when, and who stands in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.database import absences, submissions
from bot.database.people import People
from bot.database.transaction import Database, Transaction
from bot.errors import FormError
from bot.models.account import Person
from bot.models.on_call import Away
from bot.policy.decide.absences import NoTime, back_at, read_back
from bot.policy.model.on_call import AbsenceSource
from bot.policy.record.duty_notices import AwayNoted, BackAgain, StandInEnds, StandsIn

_LONGEST: Final = timedelta(days=400)
# A form that begins with the present time may stay open for so long.
_FILLING_IN: Final = timedelta(hours=12)
# How many of somebody's open escalations their stand-in is told.
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class AwayForm:
    """The initial content of the form. `running` is the absence that is in force or to come.

    `no_time` says why nothing of what was typed is in it.
    """

    now: datetime
    back_at: datetime
    stand_in: str | None
    running: tuple[datetime, datetime | None, str | None] | None
    no_time: NoTime | None = None


@dataclass(frozen=True)
class Absences:
    """Note that somebody is away, or back. Each method is one transaction."""

    database: Database
    people: People

    def asked(self, words: str, *, viewer: str) -> AwayForm:
        """Return what the form begins with, from what was typed (`until monday`). Raises NotAMember."""
        with self.database.transaction() as tx:
            self.people.must_be_ours(tx, viewer)
            zone = self.people.zone(tx, viewer) or ZoneInfo("UTC")
            tomorrow = back_at("tomorrow", tx.now, zone) or tx.now + timedelta(days=1)
            row = absences.running(tx, viewer)
            running = (row.starts_at, row.ends_at, row.stand_in) if row is not None else None
            ends_at = row.ends_at if row is not None else None
            said = read_back(words, tx.now, zone) if words.strip() else None
            back = said if isinstance(said, datetime) else ends_at or tomorrow
            no_time = said if isinstance(said, NoTime) else None
            return AwayForm(tx.now, back, row.stand_in if row is not None else None, running, no_time)

    def away(self, starts_at: datetime, until: datetime, stand_in: str, *, by: str) -> None:
        """Note an absence, which replaces the person's earlier one, and tell both. Raises FormError, NotAMember."""
        with self.database.transaction() as tx:
            submissions.note(tx)
            self.people.must_be_ours(tx, by)
            if starts_at < tx.now - _FILLING_IN:
                raise FormError("from", "That has passed. Choose now or later.")
            starts_at = max(starts_at, tx.now)
            if until <= tx.now:
                raise FormError("back", "That has passed. Choose a later time.")
            if until <= starts_at:
                raise FormError("back", "Choose a time after you leave.")
            if until - starts_at > _LONGEST:
                raise FormError("back", "Choose a time within a year.")
            self._must_stand_in(tx, stand_in, by, starts_at)
            absences.end(tx, by)
            row = Away(person=by, stand_in=stand_in, source=AbsenceSource.SAID, starts_at=starts_at, ends_at=until)
            row.by, row.made_at = by, tx.now
            tx.session.add(row)
            tx.session.flush()
            absences.tell(tx, by, AwayNoted(until=until, stand_in=stand_in))
            if starts_at == tx.now:
                begin(tx, self.people, row)

    def back(self, *, by: str) -> bool:
        """End somebody's absence now; return False if they weren't away. Raises NotAMember."""
        with self.database.transaction() as tx:
            self.people.must_be_ours(tx, by)
            was_planned = absences.running(tx, by) is not None
            row = absences.end(tx, by)
            if row is not None:
                tell_back(tx, self.people, row)
            return was_planned

    def _must_stand_in(self, tx: Transaction, stand_in: str, by: str, at: datetime) -> None:
        if stand_in == by:
            raise FormError("stand_in", "Choose someone else.")
        state = select(Person.slack_id).where(Person.slack_id == stand_in)
        if tx.session.scalars(state).first() is None or not self.people.can_act(tx, stand_in):
            raise FormError("stand_in", "They can't act on an escalation. Choose a colleague.")
        other = absences.running(tx, stand_in)
        if other is not None and other.starts_at <= at:
            raise FormError("stand_in", "They're away too. Choose someone else.")


def begin(tx: Transaction, people: People, row: Away) -> None:
    """Notify the stand-in that an absence begins, and move the pages of the person's escalations."""
    row.begun_at = tx.now
    numbers = absences.held_by(tx, people.identities(tx, row.person))
    absences.follow(tx, numbers, absences.AWAY, row.person)
    if row.stand_in is not None:
        keys = tuple(f"ESC-{number}" for number in numbers[:_NAMED])
        absences.tell(tx, row.stand_in, StandsIn(person=row.person, until=row.ends_at, open=keys))


def tell_back(tx: Transaction, people: People, row: Away) -> None:
    """Notify somebody and their stand-in that an absence is over, and move the pages back."""
    row.back_told_at = tx.now
    absences.tell(tx, row.person, BackAgain(stand_in=row.stand_in))
    if row.stand_in is not None:
        absences.tell(tx, row.stand_in, StandInEnds(person=row.person))
    absences.follow(tx, absences.held_by(tx, people.identities(tx, row.person)), absences.BACK, row.person)
