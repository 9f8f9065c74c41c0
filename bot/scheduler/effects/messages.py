"""Posts messages: in channels, as direct messages, and as ephemeral messages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.database import live_notices
from bot.database.outbox import LOST
from bot.database.people import is_slack_id
from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.decide.lifecycle import may_take_over
from bot.policy.plan.offers import offered
from bot.policy.plan.reminders.clock_warning import WarningNotice
from bot.policy.plan.schedule import is_superseded
from bot.policy.plan.stored_notices import is_deleted, notice_of, subject_of
from bot.policy.record.announcements.categories import CategoryCard
from bot.policy.record.announcements.channel import MissedMessage, SlackReturned
from bot.policy.record.announcements.registry import announcement_of
from bot.ports.workspace import Message, Posted, Workspace
from bot.scheduler.effects.confidential import Redactor, redactor
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.channel.channels import Channels
from bot.services.confidential.redaction import PostedMessage
from bot.services.paging.acknowledgements import TAKE_OVER
from bot.services.updates.update_edits import UpdateEdits
from bot.views import announcements, notices
from bot.views.channel import channel_messages
from bot.views.kit.offers import offering
from bot.views.paging import page_messages

Payload = Mapping[str, Any]
# Slack's error codes for a message that is gone or can no longer be edited.
MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
# And for a channel in which nothing can be posted until a person mends it.
CLOSED = frozenset(
    {
        *LOST,
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
    }
)
_NOBODY_ELSE: Payload = MappingProxyType({})


async def post_once(
    workspace: Workspace,
    job: Job,
    to: str,
    message: Message,
    *,
    urgent: bool = False,
    for_customer: bool = False,
    about: Payload = _NOBODY_ELSE,
) -> Posted:
    """Post a message; if an earlier attempt may have arrived, look for it first.

    `about` is the payload it was drawn from, if it mentions other escalations (see `PostedMessage`).
    """
    posted = await _arrived(workspace, job, to, message, is_about_others=bool(about))
    if posted is None:
        posted = await workspace.post(to, message, effect_id=job.effect.id, urgent=urgent, for_customer=for_customer)
    if about or (job.facts is not None and posted.channel != job.facts.channel_id):
        job.said.append(PostedMessage(posted, to if is_slack_id(to) else None, about))
    return posted


async def edited(workspace: Workspace, posted: Posted, message: Message) -> bool:
    """Edit one of our messages; return False if it was deleted or is too old, so that it is posted again."""
    try:
        await workspace.edit(posted, message)
    except Permanent as error:
        if error.code in MESSAGE_GONE:
            return False
        raise
    return True


async def arrived(workspace: Workspace, job: Job, to: str) -> Posted | None:
    """Return where an earlier attempt arrived, or None."""
    effect = job.effect
    if not effect.in_doubt or effect.first_claimed_at is None:
        return None
    return await workspace.find_posted(to, effect_id=effect.id, since=effect.first_claimed_at)


async def _arrived(
    workspace: Workspace, job: Job, to: str, message: Message, *, is_about_others: bool
) -> Posted | None:
    found = await arrived(workspace, job, to)
    if found is not None and (is_about_others or job.facts is None or job.facts.is_private):
        # It may name a person who must not be named any more.
        await workspace.edit(found, message)
    return found


@dataclass(frozen=True)
class MessageEffects:
    """Performs the messages that any feature may have: announcements, reminders, notices and replies."""

    core: Core
    workspace: Workspace
    channels: Channels
    update_edits: UpdateEdits
    redactor: Redactor

    async def announce(self, job: Job) -> Settle | None:
        """Post an announcement to the channel. A category's card of an earlier version is dropped."""
        if isinstance(announcement_of(job.effect.payload), CategoryCard):
            raise Dropped
        payload, about = await self._present(job.effect.payload)
        update = payload.get("update")
        if update is not None:
            payload = {**payload, **await self._as_it_stands(update)}
        message = _announcement(payload, job)
        posted = await post_once(self.workspace, job, self._channel(job), message, about=about)
        if update is not None:
            return lambda tx: self.update_edits.posted(tx, update, posted)
        return self._offering(job, None, posted)

    async def _as_it_stands(self, update: int) -> Payload:
        """Return the announcement of an update that may have been edited before it was posted."""
        found = await self.core.run_in_background(self.update_edits.message, update)
        return found.announcement if found is not None else {}

    async def remind(self, job: Job) -> Settle | None:
        """Post a reminder to the channel."""
        if await self._is_superseded(job, self._channel(job)):
            return None
        urgent = job.effect.kind is EffectKind.BREACH
        message = notices.draw(job.effect.payload, job.escalation, job.rules, direct_to=None)
        posted = await post_once(self.workspace, job, self._channel(job), message, urgent=urgent)
        return self._noted(job, None, posted)

    async def tell_directly(self, job: Job) -> Settle | None:
        """Send one person a notice directly."""
        to = job.effect.payload["to"]
        if not is_slack_id(to):
            raise Dropped
        await self.redactor.must_be_told(job, to)
        if await self._is_superseded(job, to):
            return None
        payload, about = await self._present(job.effect.payload)
        message = notices.draw(payload, job.escalation, job.rules, direct_to=to)
        posted = await post_once(self.workspace, job, to, message, about=about)
        return self._noted(job, to, posted)

    async def end_notice(self, job: Job) -> Settle | None:
        """Take the buttons from a notice whose subject is over; one that says nothing true any more is deleted.

        One that goes on is drawn again, from what is left.
        """
        payload = job.effect.payload
        posted, notice = Posted(payload["channel"], payload["ts"]), payload["notice"]
        if "offers" in payload:
            await self.redactor.redraw(job, posted, await self._still_offering(job))
            return None
        goes_on = bool(payload.get("goes_on"))
        if is_deleted(notice_of(notice)) and not goes_on:
            await self.workspace.remove(posted)
            return None
        message = notices.draw(notice, job.escalation, job.rules, direct_to=payload["to"])
        shown = message if goes_on else replace(message, blocks=message.blocks[:1])
        await self.redactor.redraw(job, posted, shown)
        return None

    async def _still_offering(self, job: Job) -> Message:
        """Draw a message that stays, with what it still offers, and without those who may not be named any more."""
        payload = job.effect.payload
        told, _ = await self._present(payload["notice"])
        if "what" in told:
            message = announcements.draw(told, job.escalation, job.rules)
        else:
            message = notices.draw(told, job.escalation, job.rules, direct_to=payload["to"])
        return offering(message, payload["offers"] or ())

    def _noted(self, job: Job, to: str | None, posted: Posted) -> Settle | None:
        """Return what records where the message of a live notice is; None for a notice that stays."""
        payload, number = job.effect.payload, job.escalation.number
        if subject_of(notice_of(payload)) is None:
            return self._offering(job, to, posted)
        return lambda tx: self.channels.notice_sent(tx, number, payload, to, posted)

    def _offering(self, job: Job, to: str | None, posted: Posted) -> Settle | None:
        """Return what records where a message is that offers something; None for one that doesn't."""
        payload, number = job.effect.payload, job.escalation.number
        told = live_notices.told_of(payload)
        offers = offered(told, job.escalation, job.now, job.now) if told is not None else None
        if not offers:
            return None
        return lambda tx: self.channels.offering_sent(tx, number, payload, offers, to, posted)

    async def reply(self, job: Job) -> Settle | None:
        """Reply to one person in the channel they used, or directly if the bot can't post there."""
        payload = job.effect.payload
        if "until" in payload and self.core.database.real_clock.now() > datetime.fromisoformat(payload["until"]):
            # Too late: they have tried again or moved on.
            raise Dropped
        person, channel, message = payload["person"], payload["channel"], _reply(job)
        if channel is not None:
            try:
                await self.workspace.post_ephemeral(channel, person, message)
            except Permanent:
                pass  # Not in that channel, or it is archived: send the same text as a direct message.
            else:
                return None
        await post_once(self.workspace, job, person, message)
        return None

    async def _is_superseded(self, job: Job, to: str) -> bool:
        """Return True if a warning that an outage delayed no longer applies, but an earlier attempt has posted it.

        Raises Dropped if it was never posted.
        """
        effect, notice = job.effect, notice_of(job.effect.payload)
        if not isinstance(notice, WarningNotice):
            return False
        due_at, clock, percent = notice.due, notice.clock, notice.percent
        if not is_superseded(job.escalation, job.rules, clock=clock, percent=percent, due_at=due_at, now=job.now):
            return False
        if effect.in_doubt and effect.first_claimed_at is not None:
            said = await self.workspace.find_posted(to, effect_id=effect.id, since=effect.first_claimed_at)
            if said is not None:
                return True
        raise Dropped

    async def _present(self, payload: Payload) -> tuple[Payload, Payload]:
        """Return a payload as of now, and the payload to record as mentioning other escalations (empty if none)."""
        if "names" not in payload and "incident" not in payload:
            return payload, _NOBODY_ELSE
        present = await self.core.run_in_background(self.redactor.external_messages.present, payload)
        return present, present

    def _channel(self, job: Job) -> str:
        facts = job.escalation
        if facts.channel_id is None or facts.channel_archived_at is not None:
            raise Dropped
        return facts.channel_id


def _announcement(payload: Payload, job: Job) -> Message:
    """Draw an announcement; after an outage, with the messages that it puts together."""
    told = announcement_of(payload)
    if not isinstance(told, SlackReturned):
        return announcements.draw(payload, job.escalation, job.rules)
    return channel_messages.slack_returned(told, [(one.at, _text_of(one, job)) for one in told.missed], job.rules)


def _text_of(missed: MissedMessage, job: Job) -> str:
    if missed.is_announcement:
        return announcements.draw(missed.payload, job.escalation, job.rules).text
    return notices.draw(missed.payload, job.escalation, job.rules, direct_to=None).text


def _reply(job: Job) -> Message:
    """Draw a reply. Raises Dropped if what it offers isn't possible any more."""
    payload = job.effect.payload
    if payload.get("offer") != TAKE_OVER:
        return notices.plain(payload["text"])
    if not may_take_over(job.escalation, payload["person"]):
        raise Dropped
    return page_messages.take_over(job.escalation)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = MessageEffects(kit.core, kit.workspace, kit.services.channels, kit.services.update_edits, redactor(kit))
    return {
        EffectKind.ANNOUNCEMENT: effects.announce,
        EffectKind.BREACH: effects.remind,
        EffectKind.REMINDER: effects.remind,
        EffectKind.DIRECT: effects.tell_directly,
        EffectKind.REPLY: effects.reply,
        EffectKind.END_NOTICE: effects.end_notice,
    }
