"""Publishes Home tabs, sends digests, and posts to the feed: one quiet channel for the whole company."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.database import homes
from bot.database.transaction import Core
from bot.errors import NotAMember, NotKnownYet, Permanent
from bot.models.work import EffectKind
from bot.policy.decide.reports import NumbersReport
from bot.policy.names import is_channel_id
from bot.policy.plan.attention import HomePage
from bot.policy.record.setup_guide import SetupGuide
from bot.ports.workspace import NameTakenError, Workspace
from bot.scheduler.effects.confidential import Redactor, redactor
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import CLOSED, post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.directory.directory_changes import DirectoryChanges
from bot.services.overview.digests import Digests
from bot.services.overview.escalations import Escalations
from bot.services.overview.sponsor_digests import SponsorDigests
from bot.services.people.role_cards import RoleCards
from bot.services.policies.policy_owner import PolicyOwner
from bot.services.reports.headline import Headline
from bot.views.kit import ids
from bot.views.overview import digest, feed, home, sponsor_digest

_TAKEN = "name_taken"
# Creating channels has Slack's tightest rate limit, so a failed creation is not retried for every line.
_MADE_AGAIN_AFTER = timedelta(minutes=10)


@dataclass
class FeedEffects:
    """Performs the lines of the feeds. The channel of the feed of everything is created if it doesn't exist."""

    core: Core
    workspace: Workspace
    redactor: Redactor
    policy_owner: PolicyOwner
    feed_channel: str | None
    _not_made_until: datetime | None = None
    # The channels that were posted in. A failure of any other may predate this process.
    _open: set[str] = field(default_factory=set)

    async def tell_feed(self, job: Job) -> Settle | None:
        """Post one line in the feed. If that fails, drop the line and notify the policy owner once."""
        own = job.effect.payload.get("channel")
        channel = own.removeprefix("#") if isinstance(own, str) else self.feed_channel
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
        if channel in self._open:
            return None
        # After a repair, the next failure is reported immediately.
        self._open.add(channel)
        return lambda tx: self.policy_owner.repaired(tx, about=_about(channel))

    async def _made_instead(self, channel: str, error: Permanent) -> str:
        """Return the feed channel, creating it if nobody has. Raises Dropped if a person has to fix it."""
        if error.code not in CLOSED:
            raise error
        why = error.code
        if why == "channel_not_found" and channel == self.feed_channel and not is_channel_id(channel):
            why = _TAKEN
            if self._may_make():
                try:
                    # The bot owns it now, so the next line finds it by name.
                    return (await self.workspace.create_channel(channel, private=False)).id
                except NameTakenError:
                    self._not_made_until = self._now() + _MADE_AGAIN_AFTER
                except Permanent as refused:
                    why, self._not_made_until = refused.code, self._now() + _MADE_AGAIN_AFTER
        words = feed.closed(channel, why, is_own=channel != self.feed_channel)
        self._open.discard(channel)
        await self.core.run_in_background(lambda: self.policy_owner.tell(words, about=_about(channel)))
        raise Dropped

    def _may_make(self) -> bool:
        return self._not_made_until is None or self._now() >= self._not_made_until

    def _now(self) -> datetime:
        return self.core.database.real_clock.now()


@dataclass(frozen=True, slots=True)
class _OwnParts:
    """Content of one person's Home tab besides escalations."""

    hours: Sequence[str]
    guide: SetupGuide | None
    cards: Sequence[str]
    report: NumbersReport | None


@dataclass(frozen=True)
class OverviewEffects:
    """Performs Home tabs and digests."""

    core: Core
    workspace: Workspace
    digests: Digests
    sponsor_digests: SponsorDigests
    escalations: Escalations
    directory_changes: DirectoryChanges
    role_cards: RoleCards
    headline: Headline

    async def publish_home(self, job: Job) -> Settle | None:
        """Publish somebody's Home tab; outsiders only see that it is not for them."""
        person = job.effect.payload["person"]
        seen = await self.core.run_in_background(self.escalations.newest_entry)
        try:
            await self._publish_home(person, job)
        except NotAMember as error:
            await self.workspace.publish_home(person, home.refused(str(error)))
        except NotKnownYet:
            raise Dropped from None
        return lambda tx: homes.note_drawn(tx, person, seen)

    async def _publish_home(self, person: str, job: Job) -> None:
        first = job.effect.payload.get("first", 0)
        found = await self.core.run_in_background(lambda: self.escalations.home(person, limit=home.SHOWN, first=first))
        broken = self.escalations.unreadable()
        own = await self.core.run_in_background(self._own_parts, person, found)
        drawn = home.draw(
            found,
            job.now,
            broken,
            workspace_url=self.workspace.url,
            guide=own.guide,
            cards=own.cards,
            report=own.report,
            hours=own.hours,
        )
        await self.workspace.publish_home(person, drawn)

    def _own_parts(self, person: str, found: HomePage) -> _OwnParts:
        """Read what a tab shows for one person besides escalations."""
        with self.core.database.reading():
            hours = [ids.PRESS_DIGEST_HOURS] if self.digests.is_manager(found.own) else []
            if self.sponsor_digests.is_sponsor(found.own):
                hours.append(ids.PRESS_SPONSOR_HOURS)
            guide = self.directory_changes.guide(viewer=person)
            held = [facts for facts, _ in found.excerpt.shown]
            cards = self.role_cards.unseen(person, found.own, held)
            return _OwnParts(hours, guide, cards, self._report(person, found.own))

    def _report(self, person: str, own: Collection[str]) -> NumbersReport | None:
        """Return the numbers for a manager or an admin, as last looked at; None for others."""
        latest = self.headline.latest
        if latest is None or self.headline.of_manager(own) is not None:
            return latest
        return latest if self.directory_changes.is_admin(person) else None

    async def send_digest(self, job: Job) -> Settle | None:
        """Send a manager's digest."""
        found = await self.core.run_in_background(self.digests.compose, job.effect.payload["to"])
        if found.on.isoformat() != job.effect.payload["on"] or not found.is_wanted:
            # Yesterday's digest would mislead, so it is not sent late.
            raise Dropped
        names = [*(line.facts.number for line in found.lines), *(facts.number for facts in found.watched.shown)]
        await post_once(
            self.workspace, job, found.manager, digest.draw(found, self.workspace.url), about={"names": names}
        )
        return None

    async def send_sponsor_digest(self, job: Job) -> Settle | None:
        """Send an executive sponsor's digest."""
        found = await self.core.run_in_background(self.sponsor_digests.compose, job.effect.payload["to"])
        if not found.is_wanted:
            raise Dropped
        names = [each.facts.number for each in found.customers]
        await post_once(self.workspace, job, found.sponsor, sponsor_digest.draw(found), about={"names": names})
        return None


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    services = kit.services
    feed_channel = services.records.service_settings.feed_channel
    overview = OverviewEffects(
        kit.core,
        kit.workspace,
        services.digests,
        services.sponsor_digests,
        services.escalations,
        services.directory_changes,
        services.role_cards,
        services.headline,
    )
    lines = FeedEffects(kit.core, kit.workspace, redactor(kit), services.policy_owner, feed_channel)
    return {
        EffectKind.DIGEST: overview.send_digest,
        EffectKind.SPONSOR_DIGEST: overview.send_sponsor_digest,
        EffectKind.FEED: lines.tell_feed,
        EffectKind.HOME: overview.publish_home,
    }


def _about(channel: str) -> str:
    return f"feed {channel}"
