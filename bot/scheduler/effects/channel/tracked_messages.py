"""Draws tracked messages: posted if the channel has none yet, otherwise edited."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.models.tracked_message import TrackedMessageKind
from bot.models.work import EffectKind
from bot.policy.decide.checklists import is_put_up
from bot.ports.workspace import Message, Posted, Workspace
from bot.scheduler.effects.channel.channels import channel_of
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import edited, post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.channel.tracked_messages import TrackedMessages
from bot.services.intake.intake import Intakes
from bot.services.levels.checklists import Checklists
from bot.services.verification.verifications import Verifications
from bot.views.intake import intake_message
from bot.views.levels import checklist
from bot.views.verification import verification_message


@dataclass(frozen=True)
class TrackedMessageEffects:
    """Performs the effects of tracked messages."""

    core: Core
    workspace: Workspace
    tracked_messages: TrackedMessages
    intakes: Intakes
    verifications: Verifications
    checklists: Checklists

    async def draw(self, job: Job) -> Settle | None:
        """Draw a tracked message as of now; post one if the channel has none."""
        number, kind, channel = job.escalation.number, TrackedMessageKind(job.effect.payload["sheet"]), channel_of(job)
        message = await self.core.run_in_background(self._message, number, kind)
        known = await self.core.run_in_background(self.tracked_messages.where, number, kind)
        if known is not None and known.channel == channel and await edited(self.workspace, known, message):
            return None
        if kind is TrackedMessageKind.CHECKLIST and not is_put_up(job.rules, job.escalation):
            raise Dropped
        posted: Posted = await post_once(self.workspace, job, channel, message)
        return lambda tx: self.tracked_messages.posted(tx, number, kind, posted)

    def _message(self, number: int, kind: TrackedMessageKind) -> Message:
        if kind is TrackedMessageKind.INTAKE:
            asked = self.intakes.tracked_message(number)
            if not asked.questionnaire.groups:
                raise Dropped
            return intake_message.draw(asked.facts, asked.policy, asked.questionnaire)
        if kind is TrackedMessageKind.CHECKLIST:
            listed = self.checklists.tracked_message(number)
            return checklist.draw(listed.facts, listed.policy, listed.items)
        check = self.verifications.tracked_message(number)
        if check.proof is None:
            raise Dropped
        return verification_message.draw(check.facts, check.policy, check.proof)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    services = kit.services
    effects = TrackedMessageEffects(
        kit.core,
        kit.workspace,
        services.tracked_messages,
        services.intakes,
        services.verifications,
        services.checklists,
    )
    return {EffectKind.TRACKED_MESSAGE: effects.draw}
