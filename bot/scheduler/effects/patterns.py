"""Detects patterns, and posts and redraws their messages."""

from dataclasses import dataclass

from bot.database.outbox import LOST
from bot.database.transaction import Core, Transaction
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.ports.workspace import Message, Posted, Workspace
from bot.scheduler.effects.channel.channels import channel_of
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import edited, post_once
from bot.scheduler.jobs import Dropped, Held, Job, Settle
from bot.services.channel.places import Places, waits
from bot.services.incidents.incidents import Incidents
from bot.services.patterns.case_reviews import CaseReviews
from bot.services.patterns.patterns import PatternWatch
from bot.views.channel import places
from bot.views.incidents import incident_messages
from bot.views.patterns import case_review


@dataclass(frozen=True)
class PatternEffects:
    """Performs the effects of patterns."""

    core: Core
    workspace: Workspace
    patterns: PatternWatch
    case_reviews: CaseReviews
    incidents: Incidents
    places: Places

    async def look(self, job: Job) -> Settle | None:
        """Look for patterns; findings are recorded in the same transaction."""
        number = job.escalation.number
        return lambda tx: self.patterns.look(tx, number)

    async def draw_case_review(self, job: Job) -> Settle | None:
        """Post a case review once the impact has stopped, or redraw it."""
        channel, review = channel_of(job), job.effect.payload["review"]
        found = await self.core.run_in_background(self.case_reviews.current, review)
        message = case_review.draw(found.review, found.facts, found.policy)
        posted = found.posted
        if posted is not None and posted.channel == channel and await edited(self.workspace, posted, message):
            return None
        if posted is None and (job.escalation.mitigated_at is None or found.review.finished_by is not None):
            raise Dropped
        posted = await post_once(self.workspace, job, channel, message)
        return lambda tx: self.case_reviews.posted(tx, review, posted)

    async def draw_incident(self, job: Job) -> Settle | None:
        """Announce a new incident in the incidents channel with @here; later redraw that message."""
        incident, is_new = job.effect.payload["incident"], job.effect.payload["is_new"]
        effect, waited = job.effect, waits(job.effect)
        found = await self.core.run_in_background(self.incidents.current, incident)
        if found.posted is not None:
            message = incident_messages.draw(found.incident, found.policy, is_new=False, reading=found.reading)
            if await self._redrawn(found.posted, message):
                return None
        is_call = is_new and not waited
        place = found.channel
        if place is None or not (is_call or found.incident.is_live):
            raise Dropped
        message = incident_messages.draw(
            found.incident, found.policy, is_new=found.posted is None, reading=found.reading
        )
        try:
            posted = await post_once(self.workspace, job, place.removeprefix("#"), message)
        except Permanent as error:
            why, words = error.code, incident_messages.unreachable(found.incident, place, error.code)
            if why not in LOST:
                if not is_new:
                    raise Dropped from error
                return lambda tx: self.incidents.unreachable(tx, incident, words)

            def keep(tx: Transaction) -> None:
                if is_call:
                    self.incidents.unreachable(tx, incident, f"{words} {incident_messages.WAITS}")
                self.places.lost(tx, effect, place, places.lost(place, why))

            raise Held(why, keep) from error

        def note(tx: Transaction) -> None:
            self.places.found(tx, effect, place)
            self.incidents.posted(tx, incident, posted)

        return note

    async def _redrawn(self, at: Posted, message: Message) -> bool:
        """Edit a message; return False if it or its channel is gone, so that it is posted again."""
        try:
            return await edited(self.workspace, at, message)
        except Permanent as error:
            if error.code in LOST:
                return False
            raise


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    services = kit.services
    effects = PatternEffects(
        kit.core, kit.workspace, services.patterns, services.case_reviews, services.incidents, services.places
    )
    return {
        EffectKind.PATTERNS: effects.look,
        EffectKind.CASE_REVIEW: effects.draw_case_review,
        EffectKind.INCIDENT: effects.draw_incident,
    }
