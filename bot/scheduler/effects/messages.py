"""Posts messages: in channels, as direct messages, and as ephemeral messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.database.outbox import LOST
from bot.database.people import is_slack_id
from bot.database.transaction import Core, Transaction
from bot.errors import NotAMember, NotKnownYet, Permanent
from bot.models.work import EffectKind
from bot.policy.plan.notices import notice_of
from bot.policy.plan.reminders.clock_warning import WarningNotice
from bot.policy.plan.schedule import is_superseded
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message, Posted, Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.redaction import Redactor, redactor
from bot.scheduler.jobs import Dropped, Held, Job, Record
from bot.services.channel.channels import Channels
from bot.services.channel.places import Places, waits
from bot.services.confidential.redaction import PostedMessage
from bot.services.overview.digests import Digests
from bot.services.overview.escalations import Escalations
from bot.views import announcements, notices
from bot.views.channel import places
from bot.views.overview import digest, home
from bot.views.teams import team_messages

Payload = Mapping[str, Any]
# Slack's error codes for a message that is gone or can no longer be edited.
MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_NOBODY_ELSE: Payload = MappingProxyType({})


async def post_once(
    workspace: Workspace,
    job: Job,
    to: str,
    message: Message,
    *,
    urgent: bool = False,
    about: Payload = _NOBODY_ELSE,
) -> Posted:
    """Post a message; if an earlier attempt may have arrived, look for it first.

    `about` is the payload it was drawn from, if it mentions other escalations (see `PostedMessage`).
    """
    posted = await _arrived(workspace, job, to, message, is_about_others=bool(about))
    if posted is None:
        posted = await workspace.post(to, message, effect_id=job.effect.id, urgent=urgent)
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


async def _arrived(
    workspace: Workspace, job: Job, to: str, message: Message, *, is_about_others: bool
) -> Posted | None:
    """Return where an earlier attempt arrived, or None."""
    effect = job.effect
    if not effect.in_doubt or effect.first_claimed_at is None:
        return None
    found = await workspace.find_posted(to, effect_id=effect.id, since=effect.first_claimed_at)
    if found is not None and (is_about_others or job.facts is None or job.facts.is_private):
        # It may name somebody who must not be named any more.
        await workspace.edit(found, message)
    return found


@dataclass(frozen=True)
class MessageEffects:
    """Performs the messages."""

    core: Core
    workspace: Workspace
    digests: Digests
    escalations: Escalations
    channels: Channels
    redactor: Redactor
    places: Places

    async def announce(self, job: Job) -> Record | None:
        """Post to the channel what somebody did."""
        payload, about = await self._present(job)
        message = announcements.draw(payload, job.escalation, job.rules)
        await post_once(self.workspace, job, self._channel(job), message, about=about)
        return None

    async def remind(self, job: Job) -> Record | None:
        """Post to the channel what is due or was missed."""
        if await self._is_overtaken(job, self._channel(job)):
            return None
        urgent = job.effect.kind is EffectKind.BREACH
        message = notices.draw(job.effect.payload, job.escalation, job.rules, direct_to=None)
        await post_once(self.workspace, job, self._channel(job), message, urgent=urgent)
        return None

    async def tell_directly(self, job: Job) -> Record | None:
        """Send one person a direct message about what is due or was missed."""
        to = job.effect.payload["to"]
        if not is_slack_id(to):
            raise Dropped
        await self.redactor.must_be_told(job, to)
        if await self._is_overtaken(job, to):
            return None
        payload, about = await self._present(job)
        message = notices.draw(payload, job.escalation, job.rules, direct_to=to)
        await post_once(self.workspace, job, to, message, about=about)
        return None

    async def tell_team(self, job: Job) -> Record | None:
        """Post to a team's own channel; if that fails, report it in the escalation's channel."""
        payload, facts = job.effect.payload, job.escalation
        message = team_messages.draw(payload, facts, job.rules)
        if "ts" in payload:
            await self._redraw_question(job, Posted(payload["channel"], payload["ts"]), message)
            return None
        effect, channel, waited = job.effect, payload["channel"], waits(job.effect)
        if waited and not _is_still_asked(payload, facts):
            raise Dropped
        try:
            posted = await post_once(self.workspace, job, channel.removeprefix("#"), message)
        except Permanent as error:
            why = error.code
            if why not in LOST:
                return lambda tx: self.channels.unreachable(tx, facts.number, channel, why)

            def keep(tx: Transaction) -> None:
                if not waited:
                    self.channels.unreachable(tx, facts.number, channel, why, waits=True)
                self.places.lost(tx, effect, channel, places.lost(channel, why))

            raise Held(why, keep) from error

        def note(tx: Transaction) -> None:
            self.places.found(tx, effect, channel)
            if "team" in payload:
                self.channels.asked(tx, facts.number, payload["team"], posted)

        return note

    async def _redraw_question(self, job: Job, at: Posted, message: Message) -> None:
        try:
            await self.workspace.edit(at, message)
        except Permanent as error:
            if error.code not in LOST:
                raise
            raise Dropped from error  # nobody can read the question there any more
        job.said.append(PostedMessage(at))

    async def reply(self, job: Job) -> Record | None:
        """Reply to one person in the channel they used, or directly if the bot can't post there."""
        payload = job.effect.payload
        if "until" in payload and self.core.database.real_clock.now() > datetime.fromisoformat(payload["until"]):
            # Too late: they have tried again or moved on.
            raise Dropped
        person, channel, message = payload["person"], payload["channel"], notices.plain(payload["text"])
        if channel is not None:
            try:
                await self.workspace.post_ephemeral(channel, person, message)
            except Permanent:
                pass  # Not in that channel, or it is archived: send the same text as a direct message.
            else:
                return None
        await post_once(self.workspace, job, person, message)
        return None

    async def publish_home(self, job: Job) -> Record | None:
        """Publish somebody's Home tab; outsiders only see that it is not for them."""
        person = job.effect.payload["person"]
        try:
            await self._publish_home(person, job)
        except NotAMember as error:
            await self.workspace.publish_home(person, home.refused(str(error)))
        except NotKnownYet:
            raise Dropped from None
        return None

    async def _publish_home(self, person: str, job: Job) -> None:
        places = {name: job.effect.payload.get(name, 0) for name in ("mine", "everything")}
        mine, everything = await self.core.run_in_background(
            lambda: self.escalations.home(person, limit=home.SHOWN, **places)
        )
        await self.workspace.publish_home(person, home.draw(mine, everything, job.now, self.escalations.unreadable()))

    async def send_digest(self, job: Job) -> Record | None:
        """Send a manager's digest."""
        found = await self.core.run_in_background(self.digests.compose, job.effect.payload["to"])
        if found.on.isoformat() != job.effect.payload["on"] or not found.is_wanted:
            # Yesterday's digest would mislead, so it is not sent late.
            raise Dropped
        names = [*(line.facts.number for line in found.lines), *(facts.number for facts in found.watched.shown)]
        await post_once(self.workspace, job, found.manager, digest.draw(found), about={"names": names})
        return None

    async def _is_overtaken(self, job: Job, to: str) -> bool:
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

    async def _present(self, job: Job) -> tuple[Payload, Payload]:
        """Return the payload as of now, and the payload to record as mentioning other escalations (empty if none)."""
        payload = job.effect.payload
        if "names" not in payload and "incident" not in payload:
            return payload, _NOBODY_ELSE
        present = await self.core.run_in_background(self.redactor.external_messages.present, payload)
        return present, present

    def _channel(self, job: Job) -> str:
        facts = job.escalation
        if facts.channel_id is None or facts.channel_archived_at is not None:
            raise Dropped
        return facts.channel_id


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    services = kit.services
    effects = MessageEffects(
        kit.core,
        kit.workspace,
        services.digests,
        services.escalations,
        services.channels,
        redactor(kit),
        services.places,
    )
    return {
        EffectKind.ANNOUNCEMENT: effects.announce,
        EffectKind.BREACH: effects.remind,
        EffectKind.REMINDER: effects.remind,
        EffectKind.DIRECT: effects.tell_directly,
        EffectKind.TEAM: effects.tell_team,
        EffectKind.REPLY: effects.reply,
        EffectKind.DIGEST: effects.send_digest,
        EffectKind.HOME: effects.publish_home,
    }


def _is_still_asked(payload: Payload, facts: EscalationFacts) -> bool:
    """Return True if a team is still to be told what waited for its channel."""
    return facts.is_live and (payload["what"] not in ("asked", "chased") or payload["team"] == facts.team)
