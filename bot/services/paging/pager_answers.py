"""Answers from the paging service: an acknowledgement there counts here, a resolution there ends nothing."""

import contextlib
import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from bot.database import link_uses
from bot.database.change import Change
from bot.database.people import is_slack_id
from bot.database.records import Records
from bot.errors import NotFound
from bot.models.account import Person, PersonState
from bot.models.clocks import ClockKind
from bot.models.pages import Page
from bot.policy.decide.lifecycle import Move, Refused, refusals
from bot.policy.members import Admission
from bot.policy.model.reaching import RouteKind, kind_of
from bot.policy.record import sla
from bot.policy.record.escalation import RouteState
from bot.ports.links import LinkUsedError
from bot.ports.pager import PagerAnswer
from bot.services.paging import acknowledgements, alarms, rings
from bot.services.teams import team_rings, teams

_TEAM_KEY: Final = re.compile(r"ESC-([0-9]{1,9})/team-([a-z0-9_-]{1,60})")
_KEY: Final = re.compile(r"ESC-([0-9]{1,9})/page-([0-9]{1,9})")
PAGERDUTY: Final = "PagerDuty"


@dataclass(frozen=True)
class OutsideAnswers:
    """Take what people do in PagerDuty, each thing once."""

    records: Records

    def take(self, answer: PagerAnswer) -> bool:
        """Take one answer; return False if it changes nothing: told before, of an unknown page, or too late."""
        if (of_team := _TEAM_KEY.fullmatch(answer.key)) is not None:
            return self._for_team(int(of_team[1]), of_team[2], answer)
        found = _KEY.fullmatch(answer.key)
        if found is None:
            return False
        with contextlib.suppress(LinkUsedError, NotFound), self.records.database.transaction() as tx:
            change = self.records.within(tx, int(found[1]))
            page = alarms.found(change, int(found[2]))
            if page is None or not self._may_see(change, page.person):
                return False
            link_uses.use(tx, f"pagerduty:{answer.event}")
            taken = self._resolved(change, page, answer) if answer.is_resolved else self._answered(change, page, answer)
            change.finish()
            return taken
        return False

    def _for_team(self, number: int, team: str, answer: PagerAnswer) -> bool:
        """Take an acknowledgement of a team's alarm as the team's answer."""
        with contextlib.suppress(LinkUsedError, NotFound), self.records.database.transaction() as tx:
            change, people = self.records.within(tx, number), self.records.people
            rung = team_rings.person_rung(change, team)
            waits = change.row.team == team and not sla.has_ended(change.row.clock(ClockKind.TEAM))
            if answer.is_resolved or rung is None or not waits or refusals(change.facts, Move.UPDATE):
                return False
            link_uses.use(tx, f"pagerduty:{answer.event}")
            by, _ = self._who(change, rung, answer)
            by = people.resolved(tx, by)
            if not is_slack_id(by) or not teams.may_come_in(people, change, team, by, is_open=False):
                return False
            change.record("acknowledged outside", by=by, after={"via": PAGERDUTY, "name": answer.name or None})
            teams.answer(change, team, by=by, noted=False)
            return True
        return False

    def _answered(self, change: Change, page: Page, answer: PagerAnswer) -> bool:
        by, name = self._who(change, page.person, answer)
        is_ringing = any(other.ended_at is None for other in change.row.pages)
        if not is_ringing and refusals(change.facts, Move.ACKNOWLEDGE):
            return False
        for one in page.routes:
            if kind_of(one["route"]) is RouteKind.PAGERDUTY and page.ended_at is None:
                rings.note(change, page, one["route"], RouteState.ACKNOWLEDGED)
        with contextlib.suppress(Refused):
            acknowledgements.answer(change, by=by, via=PAGERDUTY, name=name)
        change.record("acknowledged outside", by=by, after={"via": PAGERDUTY, "name": answer.name or None})
        return True

    @staticmethod
    def _resolved(change: Change, page: Page, answer: PagerAnswer) -> bool:
        """Note it. If nobody has acknowledged, the page goes on and opens another alarm there."""
        change.record("resolved outside", after={"via": PAGERDUTY, "name": answer.name or None, "person": page.person})
        return True

    def _may_see(self, change: Change, person: str) -> bool:
        people = self.records.people
        return people.may_see(change.tx, change.facts, change.policy, people.resolved(change.tx, person))

    def _who(self, change: Change, rung: str, answer: PagerAnswer) -> tuple[str, str | None]:
        """Return who acknowledged, and their name there if they aren't known here: then who was rung stands in."""
        people, tx = self.records.people, change.tx
        known = people.resolved(tx, answer.email) if answer.email else self._named(change, rung, answer.name)
        if known is None or not is_slack_id(known):
            return rung, answer.name or None
        may_act = people.admission(tx, known) is not Admission.REFUSED
        if not may_act or not people.may_see(tx, change.facts, change.policy, known):
            return rung, answer.name or None
        return known, None

    def _named(self, change: Change, rung: str, name: str) -> str | None:
        """Return the one person of that name; who was rung comes first."""
        own = self.records.people.names(change.tx, [rung]).get(rung)
        if not name or (own is not None and own.casefold() == name.casefold()):
            return self.records.people.resolved(change.tx, rung)
        is_theirs = (func.lower(Person.name) == name.lower(), Person.state == PersonState.ACTIVE)
        found = change.tx.session.scalars(select(Person.slack_id).where(*is_theirs).limit(2)).all()
        return found[0] if len(found) == 1 else None
