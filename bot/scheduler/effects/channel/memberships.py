"""Checks who is in an escalation's channel."""

from dataclasses import dataclass

from bot.models.work import EffectKind
from bot.policy.members import MemberType
from bot.policy.record.channel import InviteState
from bot.ports.workspace import Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.channel.memberships import Memberships


@dataclass(frozen=True)
class MembershipEffects:
    """Performs the checks of channel membership."""

    workspace: Workspace
    memberships: Memberships

    async def look(self, job: Job) -> Settle | None:
        """Record whether somebody is in the channel now. Bots don't count."""
        number, channel = job.escalation.number, job.effect.payload["channel"]
        person, by = job.effect.payload["person"], job.effect.payload["by"]
        if channel != job.escalation.channel_id:
            raise Dropped
        if not await self.workspace.has_member(channel, person):
            return lambda tx: self.memberships.left(tx, number, channel, person)
        known = {one.person for one in job.escalation.invitees if one.state is InviteState.INVITED}
        if person in known:
            raise Dropped
        kind = (await self.workspace.profile(person)).member_type
        if kind is MemberType.BOT:
            raise Dropped
        return lambda tx: self.memberships.joined(tx, number, channel, person, by=by, kind=kind)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = MembershipEffects(kit.workspace, kit.services.memberships)
    return {EffectKind.MEMBERSHIP: effects.look}
