"""Posts to the feed: one quiet channel for the whole company, created if it doesn't exist."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.names import is_channel_id
from bot.ports.workspace import NameTakenError, Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.effects.redaction import Redactor, redactor
from bot.scheduler.jobs import Dropped, Job, Record
from bot.services.policies.policy_owner import PolicyOwner
from bot.views.overview import feed

# Slack's error codes for a channel the bot can't post to: a person has to fix it, and lines are not kept.
_CLOSED = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
    }
)
_TAKEN = "name_taken"
# Creating channels has Slack's tightest rate limit, so a failed creation is not retried for every line.
_MADE_AGAIN_AFTER = timedelta(minutes=10)


@dataclass
class FeedEffects:
    """Performs the lines of the feed."""

    core: Core
    workspace: Workspace
    redactor: Redactor
    policy_owner: PolicyOwner
    feed_channel: str | None
    _not_made_until: datetime | None = None
    # The failure may predate this process.
    _may_be_closed: bool = True

    async def tell_feed(self, job: Job) -> Record | None:
        """Post one line in the feed. If that fails, drop the line and notify the policy owner once."""
        channel = self.feed_channel
        if channel is None:
            raise Dropped
        if job.escalation.is_private:
            await self.redactor.withhold(job, channel)
        message = feed.draw(job.effect.payload, job.escalation, job.rules)
        try:
            await post_once(self.workspace, job, channel, message)
        except Permanent as error:
            made = await self._made_instead(channel, error)
            await post_once(self.workspace, job, made, message)
        if not self._may_be_closed:
            return None
        # After a repair, the next failure is reported immediately.
        self._may_be_closed = False
        return lambda tx: self.policy_owner.repaired(tx, about=_about(channel))

    async def _made_instead(self, channel: str, error: Permanent) -> str:
        """Return the feed channel, creating it if nobody has. Raises Dropped if a person has to fix it."""
        if error.code not in _CLOSED:
            raise error
        why = error.code
        if why == "channel_not_found" and not is_channel_id(channel):
            why = _TAKEN
            if self._may_make():
                try:
                    # The bot owns it now, so the next line finds it by name.
                    return (await self.workspace.create_channel(channel, private=False)).id
                except NameTakenError:
                    self._not_made_until = self._now() + _MADE_AGAIN_AFTER
                except Permanent as refused:
                    why, self._not_made_until = refused.code, self._now() + _MADE_AGAIN_AFTER
        words = feed.closed(channel, why)
        self._may_be_closed = True
        await self.core.run_in_background(lambda: self.policy_owner.tell(words, about=_about(channel)))
        raise Dropped

    def _may_make(self) -> bool:
        return self._not_made_until is None or self._now() >= self._not_made_until

    def _now(self) -> datetime:
        return self.core.database.real_clock.now()


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    services = kit.services
    feed_channel = services.records.service_settings.feed_channel
    effects = FeedEffects(kit.core, kit.workspace, redactor(kit), services.policy_owner, feed_channel)
    return {EffectKind.FEED: effects.tell_feed}


def _about(channel: str) -> str:
    return f"feed {channel}"
