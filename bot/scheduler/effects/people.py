"""Looks people up in Slack."""

from dataclasses import dataclass

from bot.database import profiles
from bot.database.people import is_slack_id
from bot.database.transaction import Core, Transaction
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.members import MemberType
from bot.ports.workspace import Profile, Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Job, Settle
from bot.services.people.successors import Successors


@dataclass(frozen=True)
class LookupEffects:
    """Performs the lookups of people."""

    workspace: Workspace
    successors: Successors

    async def look_up(self, job: Job) -> Settle | None:
        """Look up one person, by Slack id or by e-mail."""
        who = job.effect.payload["who"]
        profile = await self._profile(who)
        return lambda tx: self._learn(tx, who, profile)

    async def meet(self, who: str, core: Core) -> None:
        """Look one person up for somebody who waits for it, and store what Slack says."""
        profile = await self._profile(who)

        def store() -> None:
            with core.database.transaction() as tx:
                self._learn(tx, who, profile)

        await core.run_in_background(store)

    async def succeed(self, job: Job) -> Settle | None:
        """Reassign the roles of somebody who can't act any more. It makes no call."""
        number, person = job.escalation.number, job.effect.payload["person"]
        return lambda tx: self.successors.succeed(tx, number, person)

    def _learn(self, tx: Transaction, who: str, profile: Profile | None) -> None:
        profiles.learn(tx, who, profile)
        if profile is not None and not (profile.is_active and profile.member_type is MemberType.MEMBER):
            self.successors.left(tx, profile.slack_id)

    async def _profile(self, who: str) -> Profile | None:
        if not is_slack_id(who):
            return await self.workspace.profile_by_email(who)
        try:
            return await self.workspace.profile(who)
        except Permanent as error:
            if error.code in {"user_not_found", "user_not_visible"}:
                return None
            raise


def lookups(kit: EffectKit) -> LookupEffects:
    """Return what looks people up."""
    return LookupEffects(kit.workspace, kit.services.successors)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = lookups(kit)
    return {EffectKind.LOOK_UP: effects.look_up, EffectKind.SUCCESSION: effects.succeed}
