"""The access that Slack grants: checked with the program's tokens, before it runs and while it runs.

The calls bypass the SDK, which hides the response headers that hold the granted scopes, and accepts responses that are
not Slack's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import structlog
from slack_bolt.authorization import AuthorizeResult

from bot.errors import BadInput, OutsideError, Permanent, Temporary
from bot.integrations.slack.members import BotIdentity
from bot.integrations.slack.verdicts import NOT_SLACK

_SCOPES_HEADER = "x-oauth-scopes"
_PAGE = 200
_MOST_PAGES = 20
_SERVER_ERROR = 500
_TOO_MANY = 429
_LATER = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})


@dataclass(frozen=True, slots=True)
class JoinedChannel:
    """A channel that the bot is in; in a restricted one only some may post."""

    id: str
    name: str
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class ScopeNeed:
    """A feature of the program, and the scopes of which any one allows it. The first is the one to request."""

    call: str
    scopes: Sequence[str]
    otherwise: str


# What `bot.integrations.slack.workspace` calls; a test keeps the two in step, and both with Slack's reference.
_NO_UPLOADS: Final = (
    "without canvases a review is in its form only, and files of Details and pictures of charts aren't posted"
)
NEEDS = (
    ScopeNeed("chat.postMessage", ("chat:write",), "no messages and no pages"),
    ScopeNeed("chat.postEphemeral", ("chat:write",), "no messages and no pages"),
    ScopeNeed("chat.update", ("chat:write",), "no messages and no pages"),
    ScopeNeed("chat.unfurl", ("links:write",), "links to tickets and accounts have no preview"),
    ScopeNeed("the posted link", ("links:read",), "links to tickets and accounts have no preview"),
    ScopeNeed("chat.delete", ("chat:write",), "a page that rings again leaves the earlier ring standing"),
    ScopeNeed("conversations.create", ("channels:manage", "channels:write"), "no channel is made"),
    ScopeNeed("conversations.create", ("groups:write",), "no private channel is made for what is confidential"),
    ScopeNeed("conversations.archive", ("channels:manage", "channels:write"), "no channel is archived"),
    ScopeNeed(
        "conversations.rename",
        ("channels:manage", "channels:write"),
        "a channel left for a private one keeps the customer's name",
    ),
    ScopeNeed("conversations.invite", ("channels:manage", "channels:write.invites"), "no one is invited"),
    ScopeNeed("conversations.setTopic", ("channels:manage", "channels:write.topic"), "channels have no topic"),
    ScopeNeed(
        "conversations.setPurpose",
        ("channels:manage", "channels:write.topic"),
        "a channel left for a private one keeps its description",
    ),
    ScopeNeed("conversations.history", ("channels:history",), "a channel message whose answer was lost is not resent"),
    ScopeNeed(
        "conversations.history", ("groups:history",), "a private channel's message whose answer was lost is not resent"
    ),
    ScopeNeed("conversations.history", ("im:history",), "a direct message whose answer was lost is not resent"),
    ScopeNeed("conversations.replies", ("channels:history",), "a message marked with a pushpin isn't read"),
    ScopeNeed("conversations.replies", ("groups:history",), "a private message marked with a pushpin isn't read"),
    ScopeNeed("the pushpin", ("reactions:read",), "no message gets into the timeline by a reaction"),
    ScopeNeed(
        "conversations.members", ("channels:read",), "people who join a channel on their own do not become participants"
    ),
    ScopeNeed("conversations.members", ("groups:read",), "people added to a private channel cannot see its escalation"),
    ScopeNeed("conversations.info", ("channels:read",), "a channel that was archived by hand is not noticed"),
    ScopeNeed("conversations.info", ("groups:read",), "a private channel that was archived by hand is not noticed"),
    ScopeNeed(
        "conversations.open",
        ("im:write",),
        "charts aren't sent as pictures, and a direct message whose answer was lost is not resent",
    ),
    ScopeNeed("users.conversations", ("channels:read",), "after a lost answer a channel is not found again"),
    ScopeNeed("users.conversations", ("groups:read",), "after a lost answer a private channel is not found again"),
    ScopeNeed("users.info", ("users:read",), "time zones and leavers are unknown"),
    ScopeNeed("users.lookupByEmail", ("users:read.email",), "people named by e-mail are not found"),
    ScopeNeed("usergroups.list", ("usergroups:read",), "a user group isn't found by its handle"),
    ScopeNeed("usergroups.users.list", ("usergroups:read",), "a user group can't say who is on call"),
    ScopeNeed("usergroups.users.update", ("usergroups:write",), "no user group follows who is on call"),
    ScopeNeed("canvases.create", ("canvases:write",), "a review is published as a file instead of a canvas"),
    ScopeNeed("canvases.access.set", ("canvases:write",), "a review is published as a file instead of a canvas"),
    ScopeNeed("canvases.edit", ("canvases:write",), "a review's canvas doesn't follow its edits"),
    ScopeNeed("canvases.delete", ("canvases:write",), "a canvas stays in a channel left for a private one"),
    ScopeNeed(
        "files.getUploadURLExternal",
        ("files:write",),
        _NO_UPLOADS,
    ),
    ScopeNeed(
        "files.completeUploadExternal",
        ("files:write",),
        _NO_UPLOADS,
    ),
    ScopeNeed("files.delete", ("files:write",), "an earlier version of a review's file stays"),
    ScopeNeed("files.info", ("files:read",), "the message of a review has no link to it"),
    ScopeNeed("the file field", ("files:read",), "no files can be added in Details"),
    ScopeNeed("files.list", ("files:read",), "after a lost answer a review may be published twice"),
    ScopeNeed("pins.add", ("pins:write",), "the card is not pinned"),
    ScopeNeed("bookmarks.add", ("bookmarks:write",), "channels have no bookmarks"),
    ScopeNeed(
        "bookmarks.edit", ("bookmarks:write",), "the bookmark of a card that was posted again leads to the deleted one"
    ),
    ScopeNeed("bookmarks.list", ("bookmarks:read",), "after a lost answer a bookmark is not set again"),
    ScopeNeed("the slash command", ("commands",), "no one can type it"),
)


_REMEMBERED: Final = ("name", "user_id", "bot_id", "workspace", "workspace_url", "team_id", "enterprise_id")


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot a token belongs to, and its workspace. `scopes` is None if Slack does not return them."""

    name: str
    user_id: str
    bot_id: str
    workspace: str
    workspace_url: str
    team_id: str
    enterprise_id: str | None
    scopes: frozenset[str] | None


def missing(scopes: Iterable[str]) -> tuple[ScopeNeed, ...]:
    """Return what the program does that these scopes don't allow."""
    granted = frozenset(scopes)
    return tuple(need for need in NEEDS if granted.isdisjoint(need.scopes))


@dataclass(frozen=True)
class Access:
    """Checks one token at a time. Every method raises OutsideError, with Slack's error code if there is one."""

    session: aiohttp.ClientSession
    api_url: str

    async def bot(self, token: str) -> Bot:
        """Return the bot a token belongs to, and its scopes."""
        answer, headers = await self._call("auth.test", token)
        scopes = headers.get(_SCOPES_HEADER)
        granted = frozenset(scope.strip() for scope in scopes.split(",")) if scopes is not None else None
        try:
            return Bot(
                name=str(answer["user"]),
                user_id=str(answer["user_id"]),
                bot_id=str(answer.get("bot_id")),
                workspace=str(answer["team"]),
                workspace_url=str(answer["url"]),
                team_id=str(answer["team_id"]),
                enterprise_id=answer.get("enterprise_id"),
                scopes=granted,
            )
        except KeyError as error:
            raise Permanent("auth.test", NOT_SLACK) from error

    async def try_socket(self, app_token: str) -> None:
        """Request a Socket Mode URL without connecting; Slack forgets it."""
        await self._call("apps.connections.open", app_token)

    async def is_in(self, token: str, channel: str) -> bool:
        """Return True if the bot is in a channel (by name or id) that is not archived."""
        arguments = {"types": "public_channel", "exclude_archived": "true", "limit": str(_PAGE)}
        for _ in range(_MOST_PAGES):
            answer, _headers = await self._call("users.conversations", token, **arguments)
            if any(channel in {found["id"], found["name"]} for found in answer["channels"]):
                return True
            arguments["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not arguments["cursor"]:
                return False
        return False

    async def joined(self, token: str) -> list[JoinedChannel]:
        """Return every channel that the bot is in and that isn't archived."""
        arguments = {"types": "public_channel,private_channel", "exclude_archived": "true", "limit": str(_PAGE)}
        found: list[JoinedChannel] = []
        for _ in range(_MOST_PAGES):
            answer, _headers = await self._call("users.conversations", token, **arguments)
            found += map(_joined, answer["channels"])
            arguments["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not arguments["cursor"]:
                break
        return found

    async def absence(self, token: str, channel: str) -> str | None:
        """Return Slack's code for why the bot isn't in a channel, by its id; None if it only has to be invited."""
        try:
            answer, _headers = await self._call("conversations.info", token, channel=channel)
        except Permanent as error:
            return error.code
        return "is_archived" if answer["channel"].get("is_archived") else None

    async def _call(self, method: str, token: str, **arguments: str) -> tuple[dict[str, Any], Mapping[str, str]]:
        address = f"{self.api_url.rstrip('/')}/{method}"
        try:
            headers = {"Authorization": f"Bearer {token}"}
            async with self.session.post(address, data=arguments, headers=headers) as response:
                status, told = response.status, response.headers
                if status >= _SERVER_ERROR:
                    raise Temporary(method, f"status {status}")
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Temporary(method, str(error) or "no answer in time") from error
        except ValueError as error:
            # The response is not JSON, or the address or token can't be part of a request.
            raise Permanent(method, NOT_SLACK) from error
        return _checked(method, status, answer), told


def _joined(channel: Mapping[str, Any]) -> JoinedChannel:
    is_restricted = bool(channel.get("is_read_only") or channel.get("is_thread_only"))
    return JoinedChannel(channel["id"], channel["name"], is_restricted)


def facts_of(me: Bot) -> Mapping[str, str | None]:
    """Return what is remembered of a bot."""
    return {name: getattr(me, name) for name in _REMEMBERED}


def remembered(facts: Mapping[str, str | None]) -> Bot | None:
    """Return a bot as it was remembered; None if something is missing."""
    told = {name: facts.get(name) for name in _REMEMBERED}
    if any(told[name] is None for name in _REMEMBERED if name != "enterprise_id"):
        return None
    return Bot(**told, scopes=None)  # type: ignore[arg-type] # each is there: that was just looked at


async def who_we_are(access: Access, token: str, known: Bot | None) -> Bot:
    """Return who we are by Slack, asked once so that no request has to; while it is down, as it said last time.

    Raises BadInput with the setting to mend.
    """
    try:
        return await access.bot(token)
    except Permanent as error:
        if error.code == NOT_SLACK:
            raise BadInput([f"SLACK_API_URL: {NOT_SLACK} at {access.api_url}."]) from error
        raise BadInput([f"SLACK_BOT_TOKEN: Slack does not accept it ({error.code})."]) from error
    except Temporary as error:
        if known is None:
            raise BadInput([f"SLACK_API_URL: Slack cannot be reached at {access.api_url} ({error.code})."]) from error
        structlog.get_logger().warning("started while Slack is down", error=error.code)
        return known


def introduce(me: Bot, token: str) -> tuple[BotIdentity, AuthorizeResult]:
    """Return our identity for the workspace, and for Bolt."""
    identity = BotIdentity(
        url=me.workspace_url,
        team_id=me.team_id,
        bot_id=me.bot_id,
        bot_user_id=me.user_id,
        company=me.workspace,
        scopes=me.scopes,
    )
    authorization = AuthorizeResult(
        enterprise_id=me.enterprise_id,
        team_id=me.team_id,
        bot_user_id=me.user_id,
        bot_id=me.bot_id,
        bot_token=token,
    )
    return identity, authorization


def _checked(method: str, status: int, answer: object) -> dict[str, Any]:
    if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
        raise Permanent(method, NOT_SLACK)
    if answer["ok"]:
        return answer
    raise _refused(method, status, str(answer.get("error")))


def _refused(method: str, status: int, code: str) -> OutsideError:
    later = status == _TOO_MANY or code in _LATER
    return Temporary(method, code) if later else Permanent(method, code)
