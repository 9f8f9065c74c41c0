"""Checks the state of channels, and holds effects that a lost channel can't take."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.database.outbox import FITTINGS, LOST, TALK
from bot.database.people import is_slack_id
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts
from bot.ports.workspace import Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import MESSAGE_GONE, post_once
from bot.scheduler.jobs import Dropped, Held, Job, Performer, Settle
from bot.services.channel.channel_troubles import ChannelTroubles
from bot.views import notices

# Effects that only redraw a message: without the message there is nothing to do.
_REDRAWS = (
    EffectKind.REDACT,
    EffectKind.REFRESH_PAGE,
    EffectKind.END_NOTICE,
    EffectKind.REMOVE_MESSAGE,
    EffectKind.REFRESH_LEVEL_REQUEST,
    EffectKind.REFRESH_PROPOSAL,
    EffectKind.WATCH,
    EffectKind.INCIDENT,
    EffectKind.TEAM,
)
_FOR_NOW = (EffectKind.REMINDER, EffectKind.BREACH)
# After this many refusals by an existing channel a person has to look at it.
_MOST_HOLDS = 5


@dataclass(frozen=True)
class ChannelCheckEffects:
    """Performs the checks of channels, and guards posts to them."""

    workspace: Workspace
    channel_troubles: ChannelTroubles

    async def look(self, job: Job) -> Settle | None:
        """Check a channel's state and record it."""
        number, payload = job.escalation.number, job.effect.payload
        channel, by = payload["channel"], payload["by"]
        if channel != job.escalation.channel_id:
            raise Dropped
        state = await self.workspace.channel_state(channel)
        return lambda tx: self.channel_troubles.found(tx, number, channel, state, by=by)

    def guard(self, kind: EffectKind, perform: Performer) -> Performer:
        """Return a performer that keeps for later what a lost channel does not take."""
        if kind in (*TALK, *FITTINGS):
            return lambda job: self._in_channel(job, perform)
        if kind in _REDRAWS:
            return lambda job: _while_it_stands(job, perform)
        return perform

    async def _in_channel(self, job: Job, perform: Callable[[Job], Awaitable[Settle | None]]) -> Settle | None:
        facts = job.escalation
        if facts.channel_id is None:
            return await perform(job)
        if facts.is_live and facts.channel_trouble is not None:
            if job.effect.kind in _FOR_NOW:
                await self._directly(job, facts)
                return None
            raise self._held(job, facts.channel_id, facts.channel_trouble)
        try:
            return await perform(job)
        except Permanent as error:
            if job.effect.kind is EffectKind.REFRESH_CARD and error.code in MESSAGE_GONE:
                return self._card_gone(facts)
            if error.code not in LOST or job.effect.attempts > _MOST_HOLDS:
                raise
            raise self._held(job, facts.channel_id, error.code) from error

    def _held(self, job: Job, channel: str, code: str) -> Held:
        number, effect = job.escalation.number, job.effect
        return Held(code, lambda tx: self.channel_troubles.hold(tx, number, effect, channel))

    def _card_gone(self, facts: EscalationFacts) -> Settle:
        channel, ts = facts.channel_id or "", facts.card_ts or ""
        return lambda tx: self.channel_troubles.card_gone(tx, facts.number, channel, ts)

    async def _directly(self, job: Job, facts: EscalationFacts) -> None:
        """Send the owners directly the messages that the channel can't take and that are useless later."""
        found = (facts.holder(role) or facts.declared_by for role in (FIX_OWNER, RELATIONSHIP_OWNER))
        owners = [owner for owner in dict.fromkeys(found) if is_slack_id(owner)]
        urgent = job.effect.kind is EffectKind.BREACH
        for owner in owners:
            message = notices.draw(job.effect.payload, facts, job.rules, direct_to=owner)
            await post_once(self.workspace, job, owner, message, urgent=urgent)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = ChannelCheckEffects(kit.workspace, kit.services.channel_troubles)
    return {EffectKind.CHANNEL_CHECK: effects.look}


def guarded(kit: EffectKit, performers: Performers) -> Performers:
    """Return performers that hold an effect if its channel is lost."""
    effects = ChannelCheckEffects(kit.workspace, kit.services.channel_troubles)
    return {kind: effects.guard(kind, perform) for kind, perform in performers.items()}


async def _while_it_stands(job: Job, perform: Callable[[Job], Awaitable[Settle | None]]) -> Settle | None:
    try:
        return await perform(job)
    except Permanent as error:
        if error.code in MESSAGE_GONE:
            raise Dropped from error
        raise
