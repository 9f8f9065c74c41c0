"""Rings by routes outside Slack, and their end there.

A ring that fails goes on by the next route at once. By its own route it is tried again, until a later ring takes its
place: PagerDuty and mail know the same ring when they get it twice; other services don't, so they are asked less often.
"""

from dataclasses import dataclass

import structlog

from bot.database.transaction import Core, is_away
from bot.errors import Ambiguous, OutsideError, Permanent, Temporary
from bot.models.work import EffectKind
from bot.policy.model.reaching import RouteKind, kind_of, target_of
from bot.policy.record.escalation import EscalationFacts, PageFacts
from bot.ports.leases import LeaseLostError
from bot.ports.mailer import Mailer
from bot.ports.pager import OutsideRing, OutsideRoutes
from bot.scheduler.effects.confidential import Redactor, redactor
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.paging import page_of
from bot.scheduler.jobs import Dropped, Held, Job, Settle
from bot.services.paging.deliveries import Deliveries
from bot.services.paging.page_links import link_to
from bot.services.paging.rings import ACKNOWLEDGE
from bot.views.paging import outside_rings

_NOT_SET_UP = "it isn't set up"
_NO_ADDRESS = "no mail address is known"


@dataclass(frozen=True)
class RingEffects:
    """Performs rings outside Slack."""

    core: Core
    routes: OutsideRoutes
    mailer: Mailer | None
    deliveries: Deliveries
    redactor: Redactor

    async def ring(self, job: Job) -> Settle | None:
        """Send one message of a page by a route, unless the page is over or a later message has gone out."""
        job, page = await page_of(self.core, self.deliveries, job)
        number, payload = job.escalation.number, job.effect.payload
        send, route = payload["send"], payload["route"]
        if page is None or page.ended or page.asked != send:
            raise Dropped
        page_id = page.id
        await self.redactor.must_be_told(job, page.person)
        try:
            await self._send(job, page, route)
        except Permanent as error:
            why = error.code
            return lambda tx: self.deliveries.failed(tx, number, page_id, send, route, why, for_good=True)
        except (Temporary, Ambiguous, TimeoutError) as error:
            code = error.code if isinstance(error, OutsideError) else "no answer in time"
            raise Held(
                code, lambda tx: self.deliveries.failed(tx, number, page_id, send, route, code), error=error
            ) from error
        except Exception as error:
            if isinstance(error, LeaseLostError) or is_away(error):
                raise  # the route isn't to blame: the ring is tried again, maybe by another process
            # A defect in one route must not keep the page from the next one.
            structlog.get_logger().exception("effect failed", effect=job.effect.id, kind=job.effect.kind)
            return lambda tx: self.deliveries.failed(tx, number, page_id, send, route, "it broke", for_good=True)
        return lambda tx: self.deliveries.sent(tx, number, page_id, send, route)

    async def end(self, job: Job) -> Settle | None:
        """Acknowledge or resolve a page's alarm in PagerDuty."""
        pager = self.routes.pager
        job, page = await page_of(self.core, self.deliveries, job)
        route, how = job.effect.payload["route"], job.effect.payload["how"]
        if pager is None or page is None or kind_of(route) is not RouteKind.PAGERDUTY:
            raise Dropped
        key = outside_rings.key_of(page, job.escalation)
        tell = pager.acknowledge if how == ACKNOWLEDGE else pager.resolve
        try:
            await tell(key, target_of(route))
        except Permanent as error:
            # It isn't known there: the ring never arrived.
            raise Dropped from error
        return None

    async def _send(self, job: Job, page: PageFacts, route: str) -> None:
        contact = await self.core.run_in_background(self.deliveries.contact, page.person)
        url = self.routes.links.url(
            link_to(page, job.escalation.number, route, job.effect.first_claimed_at or job.effect.created_at)
        )
        ring = outside_rings.draw(page, job.escalation, job.rules, url, name=contact.name)
        match kind_of(route):
            case RouteKind.PAGERDUTY:
                if self.routes.pager is None:
                    raise Permanent(route, _NOT_SET_UP)
                await self.routes.pager.trigger(ring, target_of(route))
            case RouteKind.APPRISE:
                if self.routes.messenger is None:
                    raise Permanent(route, _NOT_SET_UP)
                await self.routes.messenger.send(ring, target_of(route) or "", contact)
            case RouteKind.MAIL:
                await self._mail(ring, page, job.escalation, contact.email)
            case RouteKind.SLACK:
                raise Permanent(route, "Slack has its own effect")

    async def _mail(self, ring: OutsideRing, page: PageFacts, facts: EscalationFacts, address: str | None) -> None:
        if self.mailer is None:
            raise Permanent("mail", _NOT_SET_UP)
        if address is None:
            raise Permanent("mail", _NO_ADDRESS)
        await self.mailer.send(outside_rings.mail(ring, page, facts, address))


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = RingEffects(kit.core, kit.routes, kit.mailer, kit.services.deliveries, redactor(kit))
    return {EffectKind.RING: effects.ring, EffectKind.END_RING: effects.end}
