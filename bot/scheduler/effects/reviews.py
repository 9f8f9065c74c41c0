"""Publishes post-incident reviews, and keeps what is published up to date."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.models.work import EffectKind
from bot.ports.workspace import Workspace
from bot.scheduler.effects.channel.channels import channel_of
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import edited, post_once
from bot.scheduler.jobs import Job, Settle
from bot.services.reviews.publications import Publications
from bot.views.reviews import review_messages


@dataclass(frozen=True)
class ReviewEffects:
    """Performs the effects of reviews."""

    core: Core
    workspace: Workspace
    publications: Publications

    async def publish(self, job: Job) -> Settle | None:
        """Post the message that tells of a review, or redraw it as the review stands."""
        facts, channel = job.escalation, channel_of(job)
        found = await self.core.run_in_background(self.publications.current, facts.number)
        by = found.draft.written.written_by
        message = review_messages.published(facts, job.rules, written_by=by, link_to=facts.review.link)
        if found.at is not None and found.at.channel == channel and await edited(self.workspace, found.at, message):
            return None
        posted = await post_once(self.workspace, job, channel, message)
        return lambda tx: self.publications.posted(tx, facts.number, posted)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = ReviewEffects(kit.core, kit.workspace, kit.services.publications)
    return {EffectKind.REVIEW: effects.publish}
