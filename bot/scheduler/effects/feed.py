"""Carries out the quiet feed: one channel for the whole company, which nobody has to make."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.names import is_channel_id
from bot.ports.workspace import NameTakenError, Workspace
from bot.scheduler.deliver import Dropped, Job, Record
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.effects.redaction import Redactor, redactor
from bot.services.policies.policy_owner import PolicyOwner
from bot.views.overview import feed

# What Slack says of a channel in which the bot may not post: a person has to see to it, and lines need not pile up.
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
# Channels are made by the scarcest of Slack's methods: one that could not be made is not tried for every line.
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
    # It may have been before this process began.
    _may_be_closed: bool = True

    async def tell_feed(self, job: Job) -> Record | None:
        """Post one line in the feed. Where it cannot be, it is left out, and whoever keeps the policy is told once."""
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
        # Whoever has put it right is told at once if it is lost again.
        self._may_be_closed = False
        return lambda tx: self.policy_owner.mended(tx, about=_about(channel))

    async def _made_instead(self, channel: str, error: Permanent) -> str:
        """Return the feed that is made because nobody has made it. Raise Dropped when a person has to see to it."""
        if error.code not in _CLOSED:
            raise error
        why = error.code
        if why == "channel_not_found" and not is_channel_id(channel):
            why = _TAKEN
            if self._may_make():
                try:
                    # It is ours from then on, so that the next line finds it by its name.
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
    """Return what this can carry out."""
    services = kit.services
    feed_channel = services.records.service_settings.feed_channel
    effects = FeedEffects(kit.core, kit.workspace, redactor(kit), services.policy_owner, feed_channel)
    return {EffectKind.FEED: effects.tell_feed}


def _about(channel: str) -> str:
    return f"feed {channel}"
