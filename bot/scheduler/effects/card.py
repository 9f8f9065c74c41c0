"""Reads messages that people add to the timeline, and tells those who join late where things stand."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.ports.workspace import Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.card.captures import Captures
from bot.services.card.catch_ups import CatchUps
from bot.views.card import catch_up


@dataclass(frozen=True)
class CaptureEffects:
    """Performs the effects of captures and of the catch-up."""

    core: Core
    workspace: Workspace
    captures: Captures
    catch_ups: CatchUps

    async def capture(self, job: Job) -> Settle | None:
        """Read one message, and record it; one that is gone by now isn't."""
        payload, number = job.effect.payload, job.escalation.number
        if payload["channel"] != job.escalation.channel_id:
            raise Dropped
        said = await self.workspace.message(payload["channel"], payload["ts"])
        return lambda tx: self.captures.keep(tx, number, said, by=payload["by"])

    async def catch_up(self, job: Job) -> Settle | None:
        """Post the catch-up that one person sees, in the channel they have just joined."""
        facts, payload = job.escalation, job.effect.payload
        if payload["channel"] != facts.channel_id or facts.channel_archived_at is not None or not facts.is_live:
            raise Dropped
        found = await self.core.run_in_background(self.catch_ups.of, facts.number)
        try:
            drawn = catch_up.draw(facts, job.rules, found, job.now)
            await self.workspace.post_ephemeral(payload["channel"], payload["person"], drawn)
        except Permanent:
            # They have left again.
            raise Dropped from None
        return None


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    services = kit.services
    effects = CaptureEffects(kit.core, kit.workspace, services.captures, services.catch_ups)
    return {EffectKind.CAPTURE: effects.capture, EffectKind.CATCH_UP: effects.catch_up}
