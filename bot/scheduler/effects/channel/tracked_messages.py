"""Draws tracked messages: posted if the channel has none yet, otherwise edited."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.models.tracked_message import RETIRED, TrackedMessageKind
from bot.models.work import EffectKind
from bot.ports.workspace import Message, Posted, Workspace
from bot.scheduler.effects.channel.channels import channel_of
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import edited, post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.channel.tracked_messages import TrackedMessages
from bot.services.verification.verifications import Verifications
from bot.views.card import retired
from bot.views.verification import verification_message


@dataclass(frozen=True)
class TrackedMessageEffects:
    """Performs the effects of tracked messages."""

    core: Core
    workspace: Workspace
    tracked_messages: TrackedMessages
    verifications: Verifications

    async def draw(self, job: Job) -> Settle | None:
        """Draw a tracked message as of now; post one if the channel has none. A retired one is never posted."""
        number, kind, channel = job.escalation.number, TrackedMessageKind(job.effect.payload["sheet"]), channel_of(job)
        known = await self.core.run_in_background(self.tracked_messages.where, number, kind)
        if kind in RETIRED:
            if known is None:
                raise Dropped
            await edited(self.workspace, known, retired.draw(job.escalation))
            return lambda tx: self.tracked_messages.retired(tx, number, kind)
        message = await self.core.run_in_background(self._message, number)
        if known is not None and known.channel == channel and await edited(self.workspace, known, message):
            return None
        posted: Posted = await post_once(self.workspace, job, channel, message)
        return lambda tx: self.tracked_messages.posted(tx, number, kind, posted)

    def _message(self, number: int) -> Message:
        check = self.verifications.tracked_message(number)
        if check.proof is None:
            raise Dropped
        return verification_message.draw(check.facts, check.policy, check.proof)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    services = kit.services
    effects = TrackedMessageEffects(kit.core, kit.workspace, services.tracked_messages, services.verifications)
    return {EffectKind.TRACKED_MESSAGE: effects.draw}
