"""Tells people about being on call and standing in, and moves the pages of escalations."""

from dataclasses import dataclass

from bot.database.people import is_slack_id
from bot.models.work import EffectKind
from bot.policy.record.duty_notices import duty_notice_of
from bot.ports.workspace import Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.on_call.following import PageFollowing
from bot.views.on_call import duty_messages


@dataclass(frozen=True)
class OnCallEffects:
    """Performs what follows when somebody else is on call."""

    workspace: Workspace
    following: PageFollowing
    command: str

    async def tell(self, job: Job) -> Settle | None:
        """Send one person a message about being on call."""
        payload = job.effect.payload
        if not is_slack_id(payload["to"]):
            raise Dropped
        message = duty_messages.draw(duty_notice_of(payload), payload["to"], job.now, self.command)
        await post_once(self.workspace, job, payload["to"], message)
        return None

    async def follow(self, job: Job) -> Settle | None:
        """Move the pages of an escalation. It makes no call."""
        number, payload = job.escalation.number, job.effect.payload
        return lambda tx: self.following.follow(tx, number, payload["why"], payload["person"])


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = OnCallEffects(kit.workspace, kit.services.page_following, kit.services.records.service_settings.command)
    return {EffectKind.DUTY_NOTICE: effects.tell, EffectKind.DUTY_CHANGED: effects.follow}
