"""Redacts messages outside an escalation's channel when their readers may no longer know of it."""

from dataclasses import dataclass
from typing import NoReturn

from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.record.team_messages import team_message_of
from bot.ports.workspace import Message, Posted, Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.confidential.redaction import ExternalMessages, PostedMessage, Redraw
from bot.views import announcements, notices
from bot.views.confidential import confidential
from bot.views.overview import link_preview
from bot.views.teams import team_messages


@dataclass(frozen=True)
class Redactor:
    """Redacts posted messages, and stops others that would mention a confidential escalation."""

    core: Core
    workspace: Workspace
    external_messages: ExternalMessages

    async def redact(self, job: Job) -> Settle | None:
        """Redraw a message without the names or facts its reader may not see."""
        found = await self.core.run_in_background(self.external_messages.redraw, job.effect.payload["said"])
        if found is None:
            raise Dropped
        if found.kind is EffectKind.UNFURL:
            await self._take_back(found)
        else:
            await self.workspace.edit(found.at, _redrawn(found))
        return None

    async def _take_back(self, found: Redraw) -> None:
        """Replace the previews below a message of somebody else's; one that is gone has none."""
        try:
            await self.workspace.unfurl(found.at, {url: link_preview.taken_back() for url in found.payload["urls"]})
        except Permanent as error:
            raise Dropped from error

    async def must_be_told(self, job: Job, to: str) -> None:
        """Raise Dropped if the reader may no longer know of the escalation."""
        facts = job.facts
        if facts is not None and facts.is_private:
            if await self.core.run_in_background(self.external_messages.may_see, facts.number, to):
                return
            await self.withhold(job, to)

    async def withhold(self, job: Job, to: str) -> NoReturn:
        """Drop the message and redact what an earlier attempt may have posted."""
        effect = job.effect
        if effect.in_doubt and effect.first_claimed_at is not None:
            found = await self.workspace.find_posted(to, effect_id=effect.id, since=effect.first_claimed_at)
            if found is not None:
                await self.workspace.edit(found, confidential.withheld(job.escalation))
        raise Dropped

    async def redraw(self, job: Job, at: Posted, message: Message) -> None:
        """Edit a message, or redact it if its reader may no longer know of the escalation.

        Who is in its own channel may: a confidential one has a private channel, and leaves its old one.
        """
        facts = job.escalation
        is_elsewhere = at.channel != facts.channel_id
        if (
            facts.is_private
            and is_elsewhere
            and await self.core.run_in_background(self.external_messages.is_withheld, facts.number, at)
        ):
            message = confidential.withheld(facts)
        await self.workspace.edit(at, message)
        job.said.append(PostedMessage(at))


def redactor(kit: EffectKit) -> Redactor:
    """Return what keeps words from those who may not read them any more."""
    return Redactor(kit.core, kit.workspace, kit.services.external_messages)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = redactor(kit)
    return {EffectKind.REDACT: effects.redact}


def _redrawn(found: Redraw) -> Message:
    facts, policy = found.facts, found.policy
    if facts is None or policy is None:
        return confidential.withheld_list()
    if found.is_withheld:
        if found.kind is EffectKind.CARD:
            return confidential.left_behind(facts)
        if found.kind is EffectKind.TEAM and found.payload.get("team") == facts.team:
            # The team that helps now may still join; the message it sees names nobody.
            return team_messages.draw(team_message_of(found.payload), facts, policy)
        return confidential.withheld(facts)
    if found.kind is EffectKind.DIRECT:
        return notices.draw(found.payload, facts, policy, direct_to=found.to)
    return announcements.draw(found.payload, facts, policy)
