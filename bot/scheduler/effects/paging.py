"""Sends pages, updates them when they are over, and removes the rings that later ones replace."""

from dataclasses import dataclass, replace

from bot.database.people import is_slack_id
from bot.database.transaction import Core
from bot.errors import Ambiguous, Blocked, Permanent, Temporary
from bot.models.work import EffectKind
from bot.policy.decide.ladder import NextPaged
from bot.policy.model.reaching import SLACK
from bot.policy.plan.timers import lateness
from bot.policy.record.escalation import EscalationFacts, PageFacts
from bot.ports.workspace import Posted, Workspace
from bot.scheduler.effects.confidential import Redactor, redactor
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import MESSAGE_GONE, arrived, post_once
from bot.scheduler.jobs import Dropped, Held, Job, Settle
from bot.services.channel.channels import Channels
from bot.services.confidential.redaction import PostedMessage
from bot.services.paging.deliveries import Deliveries
from bot.views.paging import page_messages

_NOBODY = "no one with this e-mail can be reached in Slack"
# Slack's error codes for a person who can't receive messages. Other codes are not about the person.
_UNREACHABLE = frozenset(
    {"cannot_dm_bot", "channel_not_found", "user_disabled", "user_not_found", "user_not_visible", _NOBODY}
)
# And for one of our messages that we may not delete, or not any more.
_KEPT = frozenset({"cant_delete_message", "compliance_exports_prevent_deletion", "edit_window_closed"})


@dataclass(frozen=True)
class PageEffects:
    """Performs pages in Slack: the direct message. Other routes are in `rings`."""

    core: Core
    workspace: Workspace
    channels: Channels
    deliveries: Deliveries
    redactor: Redactor

    async def page(self, job: Job) -> Settle | None:
        """Send one message of a page, unless the page is over or a later message has gone out."""
        job, page = await page_of(self.core, self.deliveries, job)
        number = job.escalation.number
        if page is None:
            raise Dropped
        page_id, send, channel = page.id, job.effect.payload["send"], job.escalation.channel_id
        if page.ended or page.asked != send:
            # An earlier attempt may have posted it: then it is known, so that it is redrawn or removed. While Slack
            # doesn't answer that, it isn't waited for: what else this person is sent would wait behind it.
            to = await self._slack_id(page.person)
            try:
                stands = await arrived(self.workspace, job, to)
            except (Temporary, Ambiguous) as error:
                raise Dropped from error
            if stands is None:
                raise Dropped
            job.said.append(PostedMessage(stands, to, {}))
            return lambda tx: self.deliveries.posted(tx, number, page_id, send, stands, channel=channel)
        try:
            await self.redactor.must_be_told(job, page.person)
        except Dropped:
            return lambda tx: self.channels.page_withheld(tx, number, page_id)
        late = lateness(page.due_at, page.sent_at or job.now)
        message = page_messages.draw(
            page, job.escalation, job.rules, late=late, now=job.now, following=await self._following(job, page)
        )
        try:
            posted = await post_once(self.workspace, job, await self._slack_id(page.person), message, urgent=True)
        except Permanent as error:
            if error.code in _UNREACHABLE:
                raise
            # The next in line could not be paged either: the page stays owed until the reason is gone.
            blocked = Blocked(error.call, error.code)
            raise Held(error.code, self._failed(number, page_id, send, error.code), error=blocked) from error
        except (Temporary, Ambiguous) as error:
            # It is tried again, and its person's next route is tried at once.
            raise Held(error.code, self._failed(number, page_id, send, error.code), error=error) from error
        return lambda tx: self.deliveries.posted(tx, number, page_id, send, posted, channel=channel)

    async def _following(self, job: Job, page: PageFacts) -> NextPaged | None:
        """Return who is paged next, which only a page says that rings."""
        if page.ended or page.exhausted_at is not None:
            return None
        return await self.core.run_in_background(self.deliveries.next_paged, job.escalation.number, page.id)

    def _failed(self, number: int, page_id: int, send: int, why: str) -> Settle:
        return lambda tx: self.deliveries.failed(tx, number, page_id, send, SLACK, why)

    async def _slack_id(self, person: str) -> str:
        """Return the Slack id behind an e-mail that was not looked up yet. Raises Permanent if there is none."""
        if is_slack_id(person):
            return person
        found = await self.workspace.profile_by_email(person)
        if found is None or not found.is_active:
            raise Permanent("users.lookupByEmail", _NOBODY)
        return found.slack_id

    async def refresh_page(self, job: Job) -> Settle | None:
        """Redraw the latest message of a page: who acknowledged it, or where the channel is."""
        job, page = await page_of(self.core, self.deliveries, job)
        if page is None or page.message_channel is None or page.message_ts is None:
            raise Dropped
        late = lateness(page.due_at, page.sent_at or page.started_at)
        message = page_messages.draw(
            page, job.escalation, job.rules, late=late, now=job.now, following=await self._following(job, page)
        )
        at = Posted(page.message_channel, page.message_ts)
        try:
            await self.redactor.redraw(job, at, message)
        except Permanent as error:
            if error.code not in MESSAGE_GONE or not page.ended:
                raise
            await self.workspace.remove(at)  # its buttons would stay
        return None

    async def remove_message(self, job: Job) -> Settle | None:
        """Delete a message that a later one has replaced. If Slack doesn't let us, its buttons go."""
        replaced = Posted(job.effect.payload["channel"], job.effect.payload["ts"])
        try:
            await self.workspace.remove(replaced)
        except Permanent as error:
            if error.code not in _KEPT:
                raise
            await self.workspace.edit(replaced, page_messages.replaced())
        return None


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = PageEffects(kit.core, kit.workspace, kit.services.channels, kit.services.deliveries, redactor(kit))
    return {
        EffectKind.PAGE: effects.page,
        EffectKind.REFRESH_PAGE: effects.refresh_page,
        EffectKind.REMOVE_MESSAGE: effects.remove_message,
    }


async def page_of(core: Core, deliveries: Deliveries, job: Job) -> tuple[Job, PageFacts | None]:
    """Return the page of an effect, with a job whose escalation has it: also one of a round that is long over."""
    wanted, facts = job.effect.payload["page"], job.escalation
    page = _among(facts, wanted)
    if page is None:
        found = await core.run_in_background(deliveries.with_page, facts.number, wanted)
        if found is not None:
            job, page = replace(job, facts=found), _among(found, wanted)
    return job, page


def _among(facts: EscalationFacts, wanted: int) -> PageFacts | None:
    return next((page for page in facts.pages if page.id == wanted), None)
