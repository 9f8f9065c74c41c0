"""Announces a changed policy in the channel that it names."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.models.work import EffectKind
from bot.scheduler.effects.channel.place_posts import PlacePoster
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.policies.policy_history import PolicyHistory
from bot.views.policies import policy_change


@dataclass(frozen=True)
class PolicyEffects:
    """Performs announcements of the policy."""

    core: Core
    policy_history: PolicyHistory
    poster: PlacePoster
    command: str

    async def announce(self, job: Job) -> Settle | None:
        """Post what changed; nothing if a policy after it names no channel any more."""
        found = await self.core.run_in_background(self.policy_history.change, job.effect.payload["change"])
        channel = self.policy_history.channel
        if found is None or channel is None:
            raise Dropped
        return await self.poster.post(job, channel, policy_change.draw(*found, self.command))


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    command = kit.services.records.service_settings.command
    effects = PolicyEffects(kit.core, kit.services.policy_history, PlacePoster.of(kit), command)
    return {EffectKind.POLICY_CHANGE: effects.announce}
