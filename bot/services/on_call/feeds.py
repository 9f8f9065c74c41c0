"""Sources of on-call outside: when each is asked, its last good answer, and its failures.

An answer replaces the one before. While a source fails its last good answer stays, and `escalate doctor` says since
when. All times of asking are on the real clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from bot.database.locks import advisory_lock
from bot.database.people import People, is_slack_id
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.models.on_call import FedShiftRow, OnCallFeed
from bot.policy.decide.on_call import HORIZON
from bot.policy.model.directory import Directory
from bot.policy.model.on_call import OnCallSource
from bot.ports.on_call import OutsideShift

# How often a source is asked; one that fails is asked again sooner.
EVERY: Final = timedelta(minutes=10)
AGAIN: Final = timedelta(minutes=2)
# After this long a failure is told to the policy's owner.
PATIENCE: Final = timedelta(minutes=30)
_BACK: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ask:
    """A source to ask now: what the directory names for an area, and the span of time."""

    area: str
    name: str
    source: OnCallSource
    told: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Feeds:
    """Keep what sources outside say. Each method is one transaction."""

    database: Database
    people: People
    policies: Policies

    def due(self, known: Sequence[OnCallSource]) -> list[Ask]:
        """Return the sources that must be asked now, of those that can be, and note that they are.

        What belongs to a source that the directory doesn't name any more is removed.
        """
        with self.database.transaction() as tx:
            advisory_lock(tx, "on-call feeds")  # one process asks, and the others see that it does
            rows = {(row.area, row.source): row for row in tx.session.scalars(select(OnCallFeed))}
            named = {(area, source): (name, told) for area, name, source, told in self._named()}
            for key in rows.keys() - named.keys():
                _forget(tx, *key)
                tx.session.delete(rows[key])
            asks = []
            for (area, source), (name, told) in named.items():
                row = rows.get((area, source))
                if source not in known or (row is not None and not _is_due(row, told, tx.real_now)):
                    continue
                if row is None:
                    row = OnCallFeed(area=area, source=source)
                    tx.session.add(row)
                elif row.told != told:
                    _forget(tx, area, source)
                    row.succeeded_at = row.failing_since = row.error = None
                row.told, row.asked_at = told, tx.real_now
                asks.append(Ask(area, name, source, told, tx.now - _BACK, tx.now + HORIZON))
            return asks

    def learn(self, ask: Ask, shifts: Sequence[OutsideShift]) -> None:
        """Store an answer in place of the one before."""
        with self.database.transaction() as tx:
            row = tx.session.get(OnCallFeed, (ask.area, ask.source))
            if row is None or row.told != ask.told:
                return
            _forget(tx, ask.area, ask.source)
            for shift in shifts:
                person = _identity(self.people.directory, shift.person)
                if person is not None:
                    tx.session.add(
                        FedShiftRow(
                            area=ask.area,
                            source=ask.source,
                            person=person,
                            starts_at=shift.starts_at,
                            ends_at=shift.ends_at,
                        )
                    )
            row.succeeded_at, row.failing_since = tx.real_now, None
            strangers = sorted({s.person for s in shifts if _identity(self.people.directory, s.person) is None})
            row.error = f"it names people the directory doesn't know: {', '.join(strangers[:3])}" if strangers else None
            self.people.look_up(tx, {shift.person for shift in shifts if "@" in shift.person})

    def failed(self, ask: Ask, error: str) -> bool:
        """Note a failure; return True if it has failed for so long that somebody must know."""
        with self.database.transaction() as tx:
            row = tx.session.get(OnCallFeed, (ask.area, ask.source))
            if row is None or row.told != ask.told:
                return False
            row.failing_since = row.failing_since or tx.real_now
            row.error = error
            return tx.real_now - row.failing_since >= PATIENCE

    def _named(self) -> Iterator[tuple[str, str, OnCallSource, str]]:
        order = self.policies.current.on_call
        for area in self.people.directory.areas:
            for source, told in (
                (OnCallSource.CALENDAR, area.calendar_url),
                (OnCallSource.PAGERDUTY, area.pagerduty_schedule),
                (OnCallSource.GROUP, area.on_call_group),
            ):
                if told is not None and source in order:
                    yield area.key.casefold(), area.name, source, told


def _is_due(row: OnCallFeed, told: str, now: datetime) -> bool:
    every = AGAIN if row.failing_since is not None or row.succeeded_at is None else EVERY
    return row.told != told or not row.asked_at <= now < row.asked_at + every


def _identity(directory: Directory, person: str) -> str | None:
    """Return a person by e-mail or Slack id as they are, by name as the directory names them; None for a stranger."""
    if "@" in person or is_slack_id(person):
        return person
    return directory.named(person)


def _forget(tx: Transaction, area: str, source: OnCallSource) -> None:
    tx.session.execute(delete(FedShiftRow).where(FedShiftRow.area == area, FedShiftRow.source == source))
