"""Performs the effects of an escalation's channel: create, invite, card, topic, bookmarks, archive."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from bot.database.outbox import LOST
from bot.database.people import is_slack_id
from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy import names
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message, NameTakenError, OwnChannel, Posted, Profile, Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.card.card_counts import Cards
from bot.services.channel.channels import Channels
from bot.services.channel.tracked_messages import TrackedMessages
from bot.services.programmes.programmes import Programmes
from bot.views.card import card
from bot.views.channel import channel_metadata
from bot.views.confidential import confidential

# After this many taken names in a row something else is wrong.
_MOST_NAMES = 20
_MOST_BEGUN = 100


@dataclass(frozen=True, slots=True)
class StartedInvitations:
    """Invitations started before the channel was recorded; known only to this process."""

    channel: str
    people: Sequence[str]
    refused: asyncio.Task[Mapping[str, str]]


@dataclass(frozen=True)
class ChannelEffects:
    """Performs the effects of a channel's life."""

    core: Core
    workspace: Workspace
    channels: Channels
    programmes: Programmes
    cards: Cards
    tracked_messages: TrackedMessages
    _begun: dict[int, StartedInvitations] = field(default_factory=dict)

    async def create_channel(self, job: Job) -> Settle | None:
        """Create the channel under its committed name; if the name is taken, commit the next one and try that.

        An existing channel of that name is ours only if this attempt may have created it, never if it is older.
        """
        number = job.escalation.number
        if job.escalation.channel_id is not None:
            raise Dropped
        name, in_doubt = job.escalation.channel_name or job.escalation.key.lower(), job.effect.in_doubt
        for _ in range(_MOST_NAMES):
            found = await self._mine(job, name) if in_doubt else None
            if found is not None:
                return self._opened(number, found)
            try:
                created = await self.workspace.create_channel(name, private=job.escalation.is_private)
                self._begin_inviting(job.escalation, created)
                return self._opened(number, created)
            except NameTakenError:
                name = await self.core.run_in_background(self.channels.next_name, number, name)
        raise Permanent("conversations.create", f"{_MOST_NAMES} names in a row are taken")

    async def _mine(self, job: Job, name: str) -> OwnChannel | None:
        since = job.effect.first_claimed_at
        found = await self.workspace.find_own_channel(name, since=since) if since else None
        if found and not await self.core.run_in_background(
            self.channels.belongs_elsewhere, found.id, job.escalation.number
        ):
            return found
        return None

    def _opened(self, number: int, channel: OwnChannel) -> Settle:
        return lambda tx: self.channels.opened(tx, number, channel)

    async def invite(self, job: Job) -> Settle | None:
        """Invite everybody who is not in the channel; a refused invitation does not stop the others."""
        facts = job.escalation
        pending = [invitee.person for invitee in facts.invitees if invitee.state is InviteState.PENDING]
        channel = facts.channel_id
        if not pending or channel is None:
            raise Dropped
        found: dict[str, Profile | None] = {}
        for email in [person for person in pending if not is_slack_id(person)]:
            found[email] = await self.workspace.profile_by_email(email)
        ids = {email: profile.slack_id for email, profile in found.items() if profile}
        known = list(
            dict.fromkeys(ids.get(person, person) for person in pending if person in ids or is_slack_id(person))
        )
        refused = await self._invited(facts, channel, known)
        refused |= {email: "no one in Slack has this e-mail" for email, profile in found.items() if not profile}
        asked = [*known, *pending]
        return lambda tx: self.channels.invited(tx, facts.number, channel, asked=asked, refused=refused, found=found)

    def _begin_inviting(self, facts: EscalationFacts, channel: OwnChannel) -> None:
        """Invite people while the channel is still being recorded, so that they arrive sooner.

        Nothing depends on it. The invite effect takes over the result, and invites again if it was lost.
        """
        pending = [invitee.person for invitee in facts.invitees if invitee.state is InviteState.PENDING]
        people = [person for person in pending if is_slack_id(person)]
        if not people:
            return
        task = asyncio.create_task(self.workspace.invite(channel.id, people), name=f"early invitation {channel.id}")
        # If it failed, the invite effect reports it.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        while len(self._begun) >= _MOST_BEGUN:
            self._begun.pop(next(iter(self._begun)))
        self._begun[facts.number] = StartedInvitations(channel.id, people, task)

    async def _invited(self, facts: EscalationFacts, channel: str, people: Sequence[str]) -> dict[str, str]:
        """Return the people who could not be invited, with the reason."""
        begun, refused = self._begun.pop(facts.number, None), dict[str, str]()
        if begun is not None and begun.channel == channel:
            refused |= await begun.refused
            people = [person for person in people if person not in begun.people]
        if people:
            refused |= await self.workspace.invite(channel, people)
        return refused

    async def post_card(self, job: Job) -> Settle | None:
        """Post the live card."""
        facts = job.escalation
        if facts.card_ts is not None:
            raise Dropped
        message = await self._card(job)
        posted = await post_once(self.workspace, job, channel_of(job), message)
        return lambda tx: self.channels.card_posted(tx, facts.number, posted, facts)

    async def refresh_card(self, job: Job) -> Settle | None:
        """Redraw the card from the facts of this moment."""
        facts = job.escalation
        if facts.card_ts is None or facts.channel_id is None or facts.channel_archived_at is not None:
            raise Dropped
        await self.workspace.edit(Posted(facts.channel_id, facts.card_ts), await self._card(job))
        return lambda tx: self.tracked_messages.retire(tx, facts.number)

    async def _card(self, job: Job) -> Message:
        """Draw the card; related records are loaded only if there are any."""
        facts = job.escalation
        counts = self.cards.at_opening(facts, job.rules)
        if counts is None:
            counts = await self.core.run_in_background(self.cards.counts, facts, job.rules)
        beside = facts.is_programme or facts.programme is not None
        around = await self.core.run_in_background(self.programmes.around, facts) if beside else None
        return card.draw(facts, job.rules, job.now, around, counts)

    async def pin(self, job: Job) -> Settle | None:
        """Pin the card."""
        if job.escalation.card_ts is None:
            raise Dropped
        await self.workspace.pin(Posted(channel_of(job), job.escalation.card_ts))
        return None

    async def bookmark(self, job: Job) -> Settle | None:
        """Add one bookmark unless it is already there after a lost response; redirect the one to an earlier card."""
        bookmark = channel_metadata.bookmark(job.escalation, job.effect.payload["which"], self.workspace.url)
        if bookmark is None:
            raise Dropped
        if job.effect.in_doubt and await self.workspace.has_bookmark(channel_of(job), bookmark.link):
            return None
        if "again" in job.effect.payload:
            earlier = await self.workspace.find_bookmark(channel_of(job), bookmark.title)
            if earlier is not None:
                await self.workspace.redirect_bookmark(channel_of(job), earlier, bookmark.link)
                return None
        await self.workspace.bookmark(channel_of(job), bookmark.title, bookmark.link, bookmark.emoji)
        return None

    async def set_topic(self, job: Job) -> Settle | None:
        """Set the topic."""
        await self.workspace.set_topic(channel_of(job), channel_metadata.topic(job.escalation, job.rules, job.now))
        return None

    async def set_purpose(self, _job: Job) -> Settle | None:
        """Do nothing for an effect of an earlier version: Slack posts a line when a purpose is set."""
        raise Dropped

    async def archive(self, job: Job) -> Settle | None:
        """Archive the channel unless the escalation was reopened.

        Or archive one that a private channel has replaced.
        """
        facts, left = job.escalation, job.effect.payload
        if "channel" in left:
            await self._leave(facts, left["channel"])
            return None
        if facts.is_live or facts.channel_id is None or facts.kept_open_by is not None:
            raise Dropped
        try:
            await self.workspace.archive(facts.channel_id)
        except Permanent as error:
            # Deleted, or we are no longer in it: nothing to archive.
            if error.code not in LOST:
                raise
        return lambda tx: self.channels.archived(tx, facts.number)

    async def _leave(self, facts: EscalationFacts, channel: str) -> None:
        """Redact our messages in an abandoned channel, remove names from its topic and bookmarks, and archive it.

        Each step is safe to repeat. A step that Slack refuses does not stop the others and is reported at the end.
        """
        kept = {confidential.left_behind(facts).text, confidential.withheld(facts).text}
        said = await self.workspace.own_messages(channel)
        steps = [
            *(partial(self.workspace.edit, at, confidential.withheld(facts)) for at in said if said[at] not in kept),
            partial(self.workspace.set_topic, channel, confidential.ABANDONED),
            partial(self.workspace.set_purpose, channel, confidential.ABANDONED),
            partial(self._rename_left, facts.number, channel),
        ]
        refused: Permanent | None = None
        for step in steps:
            try:
                await step()
            except Permanent as error:
                if error.code == "is_archived":
                    break
                refused = error
        await self.workspace.archive(channel)
        if refused is not None:
            raise refused

    async def _rename_left(self, number: int, channel: str) -> None:
        for name in islice(names.left_behind(number), _MOST_NAMES):
            try:
                return await self.workspace.rename_channel(channel, name)
            except NameTakenError:
                continue
        raise Permanent("conversations.rename", "name_taken")


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = ChannelEffects(
        kit.core,
        kit.workspace,
        kit.services.channels,
        kit.services.programmes,
        kit.services.cards,
        kit.services.tracked_messages,
    )
    return {
        EffectKind.CREATE_CHANNEL: effects.create_channel,
        EffectKind.INVITE: effects.invite,
        EffectKind.CARD: effects.post_card,
        EffectKind.REFRESH_CARD: effects.refresh_card,
        EffectKind.PIN: effects.pin,
        EffectKind.BOOKMARK: effects.bookmark,
        EffectKind.TOPIC: effects.set_topic,
        EffectKind.PURPOSE: effects.set_purpose,
        EffectKind.ARCHIVE: effects.archive,
    }


def channel_of(job: Job) -> str:
    """Return the channel to post to. Raises Held while there is none yet."""
    if job.escalation.channel_id is None or job.escalation.channel_archived_at is not None:
        raise Dropped
    return job.escalation.channel_id
