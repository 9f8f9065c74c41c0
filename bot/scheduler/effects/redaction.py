"""Carries out what is said outside an escalation's channel with regard to who may still read it."""

from dataclasses import dataclass
from typing import NoReturn

from bot.database.transaction import Core
from bot.models.work import EffectKind
from bot.ports.workspace import Message, Posted, Workspace
from bot.scheduler.deliver import Dropped, Job, Record
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.services.confidential.redaction import Outside, PostedMessage, Redraw
from bot.views import announcements, notices
from bot.views.confidential import confidential
from bot.views.teams import team_messages


@dataclass(frozen=True)
class Redactor:
    """Performs the effects that take words back, and keeps others from saying what has become confidential."""

    core: Core
    workspace: Workspace
    outside: Outside

    async def retell(self, job: Job) -> Record | None:
        """Draw a message anew: without whom it may not name, or without everything."""
        found = await self.core.run_in_background(self.outside.retold, job.effect.payload["said"])
        if found is None:
            raise Dropped
        await self.workspace.edit(found.at, _anew(found))
        return None

    async def must_be_told(self, job: Job, to: str) -> None:
        """Leave unsaid what its reader may not know any more."""
        facts = job.facts
        if facts is not None and facts.is_private:
            if await self.core.run_in_background(self.outside.may_see, facts.number, to):
                return
            await self.withhold(job, to)

    async def withhold(self, job: Job, to: str) -> NoReturn:
        """Leave it unsaid; what an earlier attempt may have said is taken back."""
        effect = job.effect
        if effect.in_doubt and effect.first_claimed_at is not None:
            found = await self.workspace.find_posted(to, effect_id=effect.id, since=effect.first_claimed_at)
            if found is not None:
                await self.workspace.edit(found, confidential.withheld(job.escalation))
        raise Dropped

    async def redraw(self, job: Job, at: Posted, message: Message) -> None:
        """Edit a direct message, or take it back from a reader who may not know of it any more."""
        facts = job.escalation
        if facts.is_private and await self.core.run_in_background(self.outside.is_withheld, facts.number, at):
            message = confidential.withheld(facts)
        await self.workspace.edit(at, message)
        job.said.append(PostedMessage(at))


def redactor(kit: EffectKit) -> Redactor:
    """Return what keeps words from those who may not read them any more."""
    return Redactor(kit.core, kit.workspace, kit.services.outside)


def performers(kit: EffectKit) -> Performers:
    """Return what this can carry out."""
    effects = redactor(kit)
    return {EffectKind.RETELL: effects.retell}


def _anew(found: Redraw) -> Message:
    facts, policy = found.facts, found.policy
    if facts is None or policy is None:
        return confidential.withheld_list()
    if found.is_withheld:
        if found.kind is EffectKind.CARD:
            return confidential.left_behind(facts)
        if found.kind is EffectKind.TEAM and found.payload.get("team") == facts.team:
            # The team that helps now may still come in; what it reads names nobody.
            return team_messages.draw(found.payload, facts, policy)
        return confidential.withheld(facts)
    if found.kind is EffectKind.DIRECT:
        return notices.draw(found.payload, facts, policy, direct_to=found.to)
    return announcements.draw(found.payload, facts, policy)
