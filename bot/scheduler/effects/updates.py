"""Redraws the message of an update that was edited, or that can't be edited any more."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.models.work import EffectKind
from bot.ports.workspace import Workspace
from bot.scheduler.effects.channel.channels import channel_of
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import edited, post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.updates.update_edits import UpdateEdits
from bot.views import announcements


@dataclass(frozen=True)
class UpdateEffects:
    """Performs the effects of updates."""

    core: Core
    workspace: Workspace
    edits: UpdateEdits

    async def redraw(self, job: Job) -> Settle | None:
        """Redraw the message of an update as it stands; one that was edited is posted again if it is gone.

        An update that hasn't been posted is drawn as it stands when it is.
        """
        payload, channel = job.effect.payload, channel_of(job)
        found = await self.core.run_in_background(self.edits.message, payload["update"])
        if found is None or found.at is None:
            raise Dropped
        message = announcements.draw(found.announcement, job.escalation, job.rules)
        if found.at.channel == channel and await edited(self.workspace, found.at, message):
            return None
        if not payload["again"]:
            raise Dropped
        posted = await post_once(self.workspace, job, channel, message)
        return lambda tx: self.edits.posted(tx, payload["update"], posted)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    return {EffectKind.UPDATE_MESSAGE: UpdateEffects(kit.core, kit.workspace, kit.services.update_edits).redraw}
