"""Publishes post-incident reviews: as a canvas, where Slack doesn't take one as a file, and told in one message."""

from dataclasses import dataclass
from datetime import date

import structlog

from bot.database.transaction import Core
from bot.errors import Blocked, NotFound, OutsideError, Permanent
from bot.models.work import EffectKind
from bot.policy.plan.learnings import LearningsKind
from bot.policy.record.reviews import ReviewRoute
from bot.ports.workspace import Message, Posted, Workspace
from bot.scheduler.effects.channel.channels import channel_of
from bot.scheduler.effects.channel.place_posts import PlacePoster
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import edited, post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.reviews.learnings import Learnings
from bot.services.reviews.publications import Publications, PublishedReview
from bot.services.reviews.refreshers import Refreshers
from bot.services.reviews.success_packs import SuccessPacks
from bot.views.policies import refresher
from bot.views.reviews import document, review_messages, success_pack
from bot.views.reviews import learnings as learnings_view

# Errors that Slack returns to every caller. Anything else is tried again.
_Refused = (Permanent, Blocked)


@dataclass(frozen=True)
class ReviewEffects:
    """Performs the effects of reviews. Each document is noted as soon as it's made, so that none is made twice."""

    core: Core
    workspace: Workspace
    publications: Publications

    async def publish(self, job: Job) -> Settle | None:
        """Bring the canvas or file of a review up to date, and the message that tells of it."""
        facts, channel = job.escalation, channel_of(job)
        found = await self._current(facts.number)
        if found.at is not None and found.at.channel != channel:
            found = await self._taken_back(facts.number, found)
        if found.is_elsewhere:
            await self._told(job, found, channel)
            return None
        if found.route in (None, ReviewRoute.CANVAS):
            found = await self._as_canvas(job, found, channel)
        posted = await self._told(job, found, channel)
        if found.route is not ReviewRoute.CANVAS:
            link = await self._as_file(job, found, posted)
            if link != found.link:
                await self.workspace.edit(posted, self._message(job, found, link))
        return None

    async def _current(self, number: int) -> PublishedReview:
        try:
            return await self.core.run_in_background(self.publications.current, number)
        except NotFound:
            raise Dropped from None

    async def _taken_back(self, number: int, found: PublishedReview) -> PublishedReview:
        """Delete what was published in a channel that the escalation has left."""
        try:
            if found.canvas is not None:
                await self.workspace.remove_canvas(found.canvas)
            if found.file is not None:
                await self.workspace.remove_file(found.file)
        except _Refused as error:
            _log(number, error)
        await self.core.run_in_background(self.publications.forget, number)
        return await self._current(number)

    async def _as_canvas(self, job: Job, found: PublishedReview, channel: str) -> PublishedReview:
        """Write the canvas. Where Slack refuses one, the route becomes that of files."""
        number, markdown = job.escalation.number, self._markdown(found)
        try:
            if found.canvas is not None and await self.workspace.edit_canvas(found.canvas, markdown):
                return found
            canvas = await self._found_canvas(job, found, channel)
            if canvas is None:
                canvas = await self.workspace.create_canvas(channel, document.title(job.escalation), markdown)
        except _Refused as error:
            _log(number, error)
            if found.canvas is not None:
                raise  # it is there, and stays as it was until Slack lets us write
            await self.core.run_in_background(self.publications.made, number, ReviewRoute.FILE)
            return await self._current(number)
        link = await self.workspace.document_link(canvas)
        await self.core.run_in_background(self.publications.made, number, ReviewRoute.CANVAS, canvas=canvas, link=link)
        try:
            await self.workspace.protect_canvas(canvas, channel)
        except _Refused as error:
            _log(number, error)
        return await self._current(number)

    async def _found_canvas(self, job: Job, found: PublishedReview, channel: str) -> str | None:
        """Return the canvas that an attempt made whose answer was lost."""
        effect = job.effect
        if not effect.in_doubt or effect.first_claimed_at is None or found.canvas is not None:
            return None
        title = document.title(job.escalation)
        return await self.workspace.find_document(channel, title, since=effect.first_claimed_at)

    async def _told(self, job: Job, found: PublishedReview, channel: str) -> Posted:
        """Post the message, or redraw it."""
        message, number = self._message(job, found, found.link), job.escalation.number
        if found.at is not None and found.at.channel == channel and await edited(self.workspace, found.at, message):
            return found.at
        posted = await post_once(self.workspace, job, channel, message)
        await self.core.run_in_background(self.publications.posted, number, posted)
        return posted

    async def _as_file(self, job: Job, found: PublishedReview, posted: Posted) -> str | None:
        """Post the document as a file in the thread of its message, in place of the one before. Return its address."""
        number, markdown = job.escalation.number, self._markdown(found)
        name, title = f"review-{job.escalation.key}.md", document.title(job.escalation)
        try:
            file = await self.workspace.upload_file(posted.channel, posted.ts, name, title, markdown)
        except _Refused as error:
            _log(number, error)
            return found.link
        link = await self.workspace.document_link(file)
        await self.core.run_in_background(self.publications.made, number, ReviewRoute.FILE, file=file, link=link)
        if found.file is not None:
            try:
                await self.workspace.remove_file(found.file)
            except _Refused as error:
                _log(number, error)
        return link

    def _markdown(self, found: PublishedReview) -> str:
        draft = found.draft
        return document.draw(draft.facts, draft.policy, draft.written, draft.record)

    def _message(self, job: Job, found: PublishedReview, link: str | None) -> Message:
        by = found.draft.written.written_by
        return review_messages.published(found.draft.facts, job.rules, written_by=by, link_to=link)


@dataclass(frozen=True)
class LearningsEffects:
    """Performs lists of learnings."""

    core: Core
    workspace: Workspace
    learnings: Learnings
    poster: PlacePoster
    refreshers: Refreshers
    success_packs: SuccessPacks
    command: str

    async def post(self, job: Job) -> Settle | None:
        """Post a list to its channel, if there is anything to tell.

        While the channel can't be posted in the list waits, and the policy's owner hears of it once.
        """
        payload = job.effect.payload
        kind, on = LearningsKind(payload["kind"]), date.fromisoformat(payload["on"])
        if kind is LearningsKind.REFRESHER:
            return await self._refresh(job, on)
        page = await self.core.run_in_background(self.learnings.compose, kind, on)
        channel = self.learnings.channel(kind)
        if page is None or channel is None or not page.is_wanted:
            raise Dropped
        about = {"names": [one.number for one in page.learnings]}
        return await self.poster.post(job, channel, learnings_view.draw(page), about=about)

    async def _refresh(self, job: Job, on: date) -> Settle | None:
        page = await self.core.run_in_background(self.refreshers.compose, on)
        channel = self.learnings.channel(LearningsKind.REFRESHER)
        if page is None or channel is None:
            raise Dropped
        return await self.poster.post(job, channel, refresher.draw(page, self.command))

    async def send_success_pack(self, job: Job) -> Settle | None:
        """Send a CSM the pack for their success reviews, if there is anything to tell."""
        on = date.fromisoformat(job.effect.payload["on"])
        page = await self.core.run_in_background(self.success_packs.compose, job.effect.payload["to"], on)
        if page is None or not page.is_wanted:
            raise Dropped
        await post_once(self.workspace, job, page.csm, success_pack.draw(page))
        return None


def _log(number: int, error: OutsideError) -> None:
    structlog.get_logger().warning("review published otherwise", escalation=number, error=str(error))


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = ReviewEffects(kit.core, kit.workspace, kit.services.publications)
    services, command = kit.services, kit.services.records.service_settings.command
    learnings = LearningsEffects(
        kit.core,
        kit.workspace,
        services.learnings,
        PlacePoster.of(kit),
        services.refreshers,
        services.success_packs,
        command,
    )
    return {
        EffectKind.REVIEW: effects.publish,
        EffectKind.LEARNINGS: learnings.post,
        EffectKind.SUCCESS_PACK: learnings.send_success_pack,
    }
