"""Tells people about being on call and standing in, and moves the pages of escalations."""

from dataclasses import dataclass

from bot.database.people import is_slack_id
from bot.database.transaction import Core
from bot.models.work import EffectKind
from bot.policy.record.duty_notices import duty_notice_of
from bot.ports.workspace import Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.on_call.following import PageFollowing
from bot.services.on_call.watch import OnCallWatch
from bot.views.on_call import duty_messages


@dataclass(frozen=True)
class OnCallEffects:
    """Performs what follows when somebody else is on call."""

    core: Core
    workspace: Workspace
    watch: OnCallWatch
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

    async def keep_group(self, job: Job) -> Settle | None:
        """Bring a user group in step with who is on call. A group can't be empty: without anybody it stays as it is."""
        group = job.effect.payload["group"]
        named = await self.core.run_in_background(self.watch.members_of, group)
        found = [person if is_slack_id(person) else await self._slack_id(person) for person in named]
        people = [person for person in dict.fromkeys(found) if person is not None]
        if not people:
            raise Dropped
        await self.workspace.set_group_members(group, people)
        return None

    async def _slack_id(self, email: str) -> str | None:
        found = await self.workspace.profile_by_email(email)
        return found.slack_id if found is not None and found.is_active else None

    async def follow(self, job: Job) -> Settle | None:
        """Move the pages of an escalation. It makes no call."""
        number, payload = job.escalation.number, job.effect.payload
        return lambda tx: self.following.follow(tx, number, payload["why"], payload["person"])


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    services = kit.services
    command = services.records.service_settings.command
    effects = OnCallEffects(kit.core, kit.workspace, services.on_call_watch, services.page_following, command)
    return {
        EffectKind.DUTY_NOTICE: effects.tell,
        EffectKind.DUTY_CHANGED: effects.follow,
        EffectKind.KEEP_GROUP: effects.keep_group,
    }
