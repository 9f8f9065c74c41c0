"""Rings who is on call for a team outside Slack, and ends its alarm there.

A ring that fails goes on by the next route at once, and is tried again by its own until the team has answered.
"""

from dataclasses import dataclass

from bot.database.transaction import Core, Transaction
from bot.errors import Ambiguous, OutsideError, Permanent, Temporary
from bot.models.work import EffectKind
from bot.policy.model.reaching import RouteKind, kind_of, target_of
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.team_routes import TeamRouteKind, TeamRouteState
from bot.ports.mailer import Mailer
from bot.ports.pager import OutsideRing, OutsideRoutes, Reached
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Dropped, Held, Job, Settle
from bot.services.bundle import Services
from bot.services.teams import team_rings
from bot.services.teams.routes import RouteResult
from bot.views.paging import outside_rings

_NOT_SET_UP = "it isn't set up"


@dataclass(frozen=True)
class TeamRingEffects:
    """Performs the rings of teams."""

    core: Core
    routes: OutsideRoutes
    mailer: Mailer | None
    services: Services

    async def ring(self, job: Job) -> Settle | None:
        """Ring one person by one route, unless their team has answered, isn't needed any more, or they are paged."""
        facts, payload = job.escalation, job.effect.payload
        team, person, route = payload["team"], payload["person"], payload["route"]
        is_paged = any(page.person == person and not page.ended for page in facts.pages)
        if is_paged or not _is_wanted(facts, team):
            raise Dropped
        number = facts.number
        contact = await self.core.run_in_background(self.services.deliveries.contact, person)
        ring = outside_rings.for_team(job.rules.team(team), facts, job.rules, name=contact.name)

        def go_on(tx: Transaction) -> None:
            team_rings.go_on(self.services.records.within(tx, number), team, person, route)

        try:
            await self._send(ring, route, contact, job)
        except Permanent:
            return go_on
        except (Temporary, Ambiguous, TimeoutError) as error:
            code = error.code if isinstance(error, OutsideError) else "no answer in time"
            raise Held(code, go_on if job.effect.attempts == 1 else _nothing, error=error) from error
        result = RouteResult(TeamRouteKind.ON_CALL, person, TeamRouteState.REACHED)
        return lambda tx: self.services.channels.route_settled(tx, number, team, result)

    async def end(self, job: Job) -> Settle | None:
        """Resolve the alarm of a team in PagerDuty."""
        payload, pager = job.effect.payload, self.routes.pager
        if pager is None:
            raise Dropped
        try:
            await pager.resolve(outside_rings.team_key(payload["team"], job.escalation), target_of(payload["route"]))
        except Permanent as error:
            raise Dropped from error  # it isn't known there: the ring never arrived
        return None

    async def _send(self, ring: OutsideRing, route: str, contact: Reached, job: Job) -> None:
        kind, target = kind_of(route), target_of(route)
        if kind is RouteKind.PAGERDUTY and self.routes.pager is not None:
            await self.routes.pager.trigger(ring, target)
        elif kind is RouteKind.APPRISE and self.routes.messenger is not None:
            await self.routes.messenger.send(ring, target or "", contact)
        elif kind is RouteKind.MAIL and self.mailer is not None and contact.email is not None:
            await self.mailer.send(outside_rings.team_mail(ring, contact.email, f"{ring.key}-{job.effect.id}"))
        else:
            raise Permanent(route, _NOT_SET_UP)


def _nothing(_: Transaction) -> None:
    """Record nothing: the next route has taken over already."""


def _is_wanted(facts: EscalationFacts, team: str) -> bool:
    return facts.is_live and facts.team == team and not sla.has_ended(facts.team_answer)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = TeamRingEffects(kit.core, kit.routes, kit.mailer, kit.services)
    return {EffectKind.TEAM_RING: effects.ring, EffectKind.END_TEAM_RING: effects.end}
