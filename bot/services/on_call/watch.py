"""Notices when somebody else is on call, or somebody's absence begins or ends; tells those concerned, moves the pages.

Whatever the reason is (a rota's hand-over, a shift taken over, a feed, an absence), it is seen here: who is on call is
compared with who was when the bot last looked.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, func, select

from bot.database import absences, outbox
from bot.database.locks import advisory_lock
from bot.database.outbox import NewEffect
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.models.base import UtcDateTime
from bot.models.escalation import Escalation
from bot.models.on_call import Away, OnCallNow
from bot.models.pages import Page
from bot.models.work import EffectKind
from bot.policy.decide.on_call import HORIZON, Duty, Roster
from bot.policy.model.directory import Area, identity_key
from bot.policy.record.duty_notices import ShiftBegins, ShiftEnds
from bot.policy.record.escalation import Status
from bot.services.on_call.absences import begin, tell_back

_LIVE: Final = (Status.OPEN, Status.MITIGATED, Status.RESOLVED)
# How many absences one look deals with, and how many open escalations a newcomer is told.
_AT_ONCE: Final = 50
_NAMED: Final = 5
# The length of the column.
_KEY: Final = 120
# Asked every half minute, so they are built once.
_NOW: Final = bindparam("now", type_=UtcDateTime())
_BEGUN: Final = select(Away).where(Away.begun_at.is_(None), Away.starts_at <= _NOW).limit(_AT_ONCE)
_OVER: Final = select(Away).where(Away.ends_at <= _NOW, Away.back_told_at.is_(None)).limit(_AT_ONCE)
_ALL_ON_CALL: Final = select(OnCallNow)


@dataclass(frozen=True)
class OnCallWatch:
    """Look at who is on call. Each method is one transaction."""

    database: Database
    people: People
    policies: Policies

    def look(self) -> bool:
        """Deal with everything that has changed since the last look; return True if anything has."""
        changed = self._absences()
        areas = self.people.directory.areas
        if not areas:
            return changed
        with self.database.transaction() as tx:
            alone(tx)
            roster = self.people.roster(tx, self.policies.current)
            known = {row.area: row for row in tx.session.scalars(_ALL_ON_CALL)}
            seen: list[tuple[Area, Duty | None]] = []
            for area in areas:
                duty = roster.on_call(area.key, tx.now) if area.has_on_call or area.overrides else None
                row = known.get(area.key.casefold())
                if row is None or not self._is_same(tx, roster, row.person, duty):
                    seen.append((area, duty))
            for area, duty in seen:
                self._note(tx, area, duty, known.get(area.key.casefold()), is_told=False)
            return changed or bool(seen)

    def note(self, tx: Transaction, area: Area, *, is_told: bool) -> None:
        """Note who is on call for one area now. With `is_told` those concerned know already."""
        alone(tx)
        duty = self.people.roster(tx, self.policies.current).on_call(area.key, tx.now)
        self._note(tx, area, duty, tx.session.get(OnCallNow, area.key.casefold()), is_told=is_told)

    def keep_groups(self) -> bool:
        """Queue a look at each user group that is kept in step; return True if there is one."""
        groups = sorted({area.group_to_keep for area in self.people.directory.areas if area.group_to_keep is not None})
        if not groups:
            return False
        with self.database.transaction() as tx:
            for group in groups:
                _keep(tx, group)
        return True

    def members_of(self, group: str) -> list[str]:
        """Return who belongs in a user group that is kept in step: who is on call for its areas.

        They are named by Slack id, or by mail address if Slack hasn't been asked who that is.
        """
        keys = [area.key.casefold() for area in self.people.directory.areas if area.group_to_keep == group]
        with self.database.transaction() as tx:
            rows = tx.session.scalars(select(OnCallNow.person).where(OnCallNow.area.in_(keys)).order_by(OnCallNow.area))
            known = self.people.resolve(tx, [person for person in rows if person is not None])
            return list(dict.fromkeys(known.values()))

    def _is_same(self, tx: Transaction, roster: Roster, person: str | None, duty: Duty | None) -> bool:
        if person is None or duty is None:
            return person is None and duty is None
        if identity_key(person) == identity_key(duty.person):
            return True
        mine = roster.directory.identities(person)
        return duty.person in mine or self.people.resolved(tx, duty.person) == person

    def _note(self, tx: Transaction, area: Area, duty: Duty | None, row: OnCallNow | None, *, is_told: bool) -> None:
        person = self.people.resolved(tx, duty.person) if duty is not None else None
        is_first = row is None
        if row is None:
            row = OnCallNow(area=area.key.casefold())
            tx.session.add(row)
        before = self.people.resolved(tx, row.person) if row.person is not None else None
        row.person, row.since = person, tx.now
        if area.group_to_keep is not None and person is not None and (is_first or before != person):
            _keep(tx, area.group_to_keep)
        if is_first or before == person:
            return
        if not is_told:
            self._tell(tx, area, duty, person, before)
        if person is not None:
            absences.follow(tx, _paging(tx, area), absences.SHIFT, person)

    def _tell(self, tx: Transaction, area: Area, duty: Duty | None, person: str | None, before: str | None) -> None:
        if person is not None and duty is not None:
            roster = self.people.roster(tx, self.policies.current, since=tx.now, until=tx.now + HORIZON)
            now, _ = roster.now_and_next(area.key, tx.now)
            away = self.people.resolved(tx, duty.stands_in_for) if duty.stands_in_for else None
            begins = ShiftBegins(
                area=area.name,
                until=now.ends_at if now else None,
                before=before,
                open=_open(tx, area),
                stands_in_for=away,
            )
            absences.tell(tx, person, begins)
        if before is not None:
            absences.tell(tx, before, ShiftEnds(area=area.name, person=person))

    def _absences(self) -> bool:
        """Begin and end absences whose time has come."""
        with self.database.transaction() as tx:
            alone(tx)
            begun = tx.session.scalars(_BEGUN, {"now": tx.now}).all()
            starting = [row for row in begun if row.ends_at is None or row.ends_at > tx.now]
            for row in starting:
                begin(tx, self.people, row)
            ended = tx.session.scalars(_OVER, {"now": tx.now}).all()
            for row in ended:
                tell_back(tx, self.people, row)
            return bool(starting or ended)


def alone(tx: Transaction) -> None:
    """Lock out other processes until the transaction ends: two that saw the same change would both tell of it."""
    advisory_lock(tx, "on call")


def _keep(tx: Transaction, group: str) -> None:
    """Queue a look at a user group: it follows who is on call."""
    key = f"group:{group}"[:_KEY]
    outbox.put_all(tx, None, NewEffect(EffectKind.KEEP_GROUP, {"group": group}, lane=key, coalesce=key))


def _paging(tx: Transaction, area: Area) -> list[int]:
    """Return the open escalations of an area for which anybody is being paged, by number."""
    ringing = select(Page.escalation_id).where(Page.ended_at.is_(None))
    mine = (Escalation.status.in_(_LIVE), func.lower(Escalation.area) == area.key.casefold())
    return sorted(tx.session.scalars(select(Escalation.id).where(*mine, Escalation.id.in_(ringing))))


def _open(tx: Transaction, area: Area) -> tuple[str, ...]:
    """Return the keys of a few open escalations of an area that everybody may see, oldest first."""
    mine = (Escalation.status == Status.OPEN, func.lower(Escalation.area) == area.key.casefold())
    public = (*mine, Escalation.is_private.is_(False))
    numbers = tx.session.scalars(select(Escalation.id).where(*public).order_by(Escalation.id).limit(_NAMED))
    return tuple(f"ESC-{number}" for number in numbers)
