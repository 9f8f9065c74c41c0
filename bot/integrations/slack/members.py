"""The workspace's people: profiles and user groups."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.errors import Permanent
from bot.integrations.slack.calls import Calls, part
from bot.policy.members import MemberType
from bot.ports.workspace import Profile

_SLACKBOT = "USLACKBOT"
_GROUP_ID = re.compile(r"S[A-Z0-9]{5,}")


@dataclass(frozen=True)
class BotIdentity:
    """The bot's identity in the workspace, loaded once at start. `company` is the workspace's name.

    `scopes` is None if Slack doesn't say what the token may do.
    """

    url: str
    team_id: str
    bot_id: str
    bot_user_id: str
    company: str = ""
    scopes: frozenset[str] | None = None


@dataclass(frozen=True)
class SlackMembers:
    """Asks Slack about people as the bot."""

    calls: Calls
    identity: BotIdentity

    async def profile(self, slack_id: str) -> Profile:
        """Return a person's profile."""
        return self.described(part("users.info", await self.calls.call("users.info", user=slack_id), "user"))

    def described(self, user: Mapping[str, Any]) -> Profile:
        """Return the profile in one of Slack's user objects."""
        slack_id = str(part("users.info", user, "id"))
        profile = user.get("profile") or {}
        until = profile.get("status_expiration")
        return Profile(
            slack_id=slack_id,
            name=str(profile.get("display_name") or user.get("real_name") or user.get("name") or slack_id),
            email=profile.get("email"),
            zone=user.get("tz"),
            is_active=not user.get("deleted", False),
            member_type=_member_type(user, self.identity.team_id),
            is_admin=bool(user.get("is_admin") or user.get("is_owner")),
            status=str(profile.get("status_text") or ""),
            status_emoji=str(profile.get("status_emoji") or ""),
            status_until=datetime.fromtimestamp(until, UTC) if isinstance(until, int) and until > 0 else None,
        )

    async def profile_by_email(self, email: str) -> Profile | None:
        """Return the profile for an e-mail address; None if nobody has it."""
        try:
            answer = await self.calls.call("users.lookupByEmail", email=email)
            return self.described(part("users.lookupByEmail", answer, "user"))
        except Permanent as error:
            if error.code == "users_not_found":
                return None
            raise

    async def group_members(self, group: str) -> Sequence[str]:
        """Return the Slack ids of the members of a user group. Raises Permanent for an unknown one."""
        answer = await self.calls.call("usergroups.users.list", usergroup=await self._group(group))
        return [str(member) for member in part("usergroups.users.list", answer, "users")]

    async def set_group_members(self, group: str, people: Sequence[str]) -> None:
        """Replace the members of a user group; one that has them already is left alone."""
        found = await self._group(group)
        answer = await self.calls.call("usergroups.users.list", usergroup=found)
        if set(part("usergroups.users.list", answer, "users")) != set(people):
            await self.calls.call("usergroups.users.update", usergroup=found, users=",".join(people))

    async def _group(self, named: str) -> str:
        """Return the id of a user group, which may be named by its handle. Raises Permanent."""
        if _GROUP_ID.fullmatch(named):
            return named
        answer = await self.calls.call("usergroups.list")
        handle = named.removeprefix("@").casefold()
        for group in part("usergroups.list", answer, "usergroups"):
            if str(group.get("handle", "")).casefold() == handle:
                return str(group["id"])
        raise Permanent("usergroups.list", "no_such_subteam")


def _member_type(user: Mapping[str, Any], our_team: str) -> MemberType:
    """Return somebody's type of membership; in an Enterprise organisation a member's home may be another workspace."""
    teams = {user.get("team_id"), *((user.get("enterprise_user") or {}).get("teams") or ())}
    if user.get("is_stranger") or our_team not in teams:
        return MemberType.OUTSIDER
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == _SLACKBOT:
        return MemberType.BOT
    if user.get("is_ultra_restricted"):
        return MemberType.SINGLE_CHANNEL_GUEST
    return MemberType.MULTI_CHANNEL_GUEST if user.get("is_restricted") else MemberType.MEMBER
