"""The workspace port on Slack's Web API: each method is one call, two if Slack needs two."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.errors import Blocked, Permanent
from bot.integrations.slack.calls import part
from bot.integrations.slack.documents import SlackDocuments
from bot.integrations.slack.shared_channels import SHARED, SharedChannels, is_shared
from bot.policy.names import is_channel_id
from bot.policy.record.captures import SaidMessage
from bot.ports.workspace import (
    Block,
    ChannelState,
    Message,
    NameTakenError,
    OwnChannel,
    Posted,
    View,
    ViewGoneError,
)
from bot.views.declaring.said_messages import said
from bot.views.kit.text import clip_markup

# Slack refuses a longer text of an edited message, though it takes ten times as much when the message is posted.
_LONGEST_EDIT = 4_000
_READS_FILES = "files:read"
METADATA_EVENT = "escalate_effect"
# Tolerated difference between Slack's clock and ours when asking what happened since an attempt.
_SKEW = timedelta(seconds=30)
_PAGE = 200
_MOST_PAGES = 50
# Slack's error codes for a channel that nobody can be invited to.
_NO_CHANNEL = frozenset({"is_archived", "channel_not_found", "not_in_channel"})
# Refusals of an invitation, as sentences for the card.
_REFUSALS = {
    "user_not_found": "not in this workspace",
    "users_not_found": "not in this workspace",
    "user_is_restricted": "a guest, who may not join this channel",
    "user_is_ultra_restricted": "a single-channel guest",
    "ura_max_channels": "a single-channel guest who already has a channel",
    "user_disabled": "deactivated",
    "account_inactive": "deactivated",
    "cant_invite": "Slack does not let this person be invited",
    "no_permission": "the bot may not invite this person",
    "org_user_not_in_team": "in the organisation, but not in this workspace",
    "invitee_cant_see_channel": "in another workspace, which cannot see this channel",
    "no_external_invite_permission": "an outside person, whom the bot may not invite",
}


@dataclass(frozen=True)
class SlackWorkspace(SlackDocuments):
    """Calls Slack as the bot."""

    shared: SharedChannels = field(default_factory=SharedChannels)

    @property
    def url(self) -> str:
        """Return the workspace's URL, ending in a slash."""
        return self.identity.url

    async def create_channel(self, name: str, *, private: bool) -> OwnChannel:
        """Create a channel; raises NameTakenError."""
        try:
            answer = await self.calls.call("conversations.create", name=name, is_private=private)
        except Permanent as error:
            if error.code == "name_taken":
                raise NameTakenError(error.call, error.code) from error
            raise
        made = part("conversations.create", answer, "channel")
        self.shared.note(part("conversations.create", made, "id"), self.calls, is_shared=False)
        return OwnChannel(part("conversations.create", made, "id"), part("conversations.create", made, "name"))

    async def find_own_channel(self, name: str, *, since: datetime) -> OwnChannel | None:
        """Return a channel of that name which this bot created no earlier than `since`, or None."""
        oldest = (since - _SKEW).timestamp()
        channel = await self._joined(name)
        is_ours = channel is not None and channel.get("creator") == self.identity.bot_user_id
        if channel is None or not is_ours or float(channel.get("created", 0)) < int(oldest):
            return None
        return OwnChannel(channel["id"], channel["name"])

    async def channel_state(self, channel: str) -> ChannelState | None:
        """Return a channel's state; None if it is deleted or hidden from us."""
        try:
            answer = await self.calls.call("conversations.info", channel=channel)
        except Permanent as error:
            if error.code == "channel_not_found":
                return None
            raise
        found = part("conversations.info", answer, "channel")
        self.shared.note(channel, self.calls, is_shared=is_shared(found))
        return ChannelState(
            name=str(part("conversations.info", found, "name")),
            is_archived=bool(part("conversations.info", found, "is_archived")),
            is_private=bool(part("conversations.info", found, "is_private")),
            # Slack omits it for some private channels; it only shows us those we are in.
            is_member=bool(found.get("is_member", True)),
            is_shared=is_shared(found),
        )

    async def invite(self, channel: str, people: Sequence[str]) -> Mapping[str, str]:
        """Invite people by Slack id in one call; if Slack refuses because of one of them, invite each separately.

        Return the refusals. Raise Blocked if Slack refuses all of them with an unknown code: then it is about none of
        them.
        """
        try:
            answer = await self.calls.call("conversations.invite", channel=channel, users=",".join(people), force=True)
        except (Permanent, Blocked) as error:
            if error.code in _NO_CHANNEL:
                raise  # it is about none of them
            if len(people) > 1:
                return await self._invite_each(channel, people)
            if isinstance(error, Blocked):
                raise
            return _refusals(people[0], error.code)
        return _named(answer.get("errors") or [])

    async def _invite_each(self, channel: str, people: Sequence[str]) -> Mapping[str, str]:
        tried = await asyncio.gather(*(self._invite_one(channel, person) for person in people))
        blocked = [found for found in tried if isinstance(found, Blocked)]
        if len(blocked) == len(people):
            raise blocked[0]
        refused: dict[str, str] = {}
        for person, found in zip(people, tried, strict=True):
            refused |= _refusals(person, found.code) if isinstance(found, Blocked) else found
        return refused

    async def _invite_one(self, channel: str, person: str) -> Mapping[str, str] | Blocked:
        try:
            return await self.invite(channel, [person])
        except Blocked as error:
            return error

    async def has_member(self, channel: str, person: str) -> bool:
        """Return True if somebody is in a channel now."""
        arguments = {"channel": channel, "limit": str(_PAGE)}
        return person in [member async for member in self._pages("conversations.members", "members", arguments)]

    async def members(self, channel: str, most: int) -> Sequence[str] | None:
        """Return who is in a channel now; None if they are more than `most`. Raises Permanent if it is hidden."""
        answer = await self.calls.call("conversations.members", channel=channel, limit=str(most))
        is_cut = bool((answer.get("response_metadata") or {}).get("next_cursor"))
        return None if is_cut else [str(one) for one in part("conversations.members", answer, "members")]

    async def unfurl(self, at: Posted, previews: Mapping[str, Sequence[Block]]) -> None:
        """Show a preview below a message for each of its links, in place of an earlier one."""
        unfurls = {url: {"blocks": list(blocks)} for url, blocks in previews.items()}
        await self.calls.call("chat.unfurl", channel=at.channel, ts=at.ts, unfurls=unfurls)

    async def is_shared(self, channel: str) -> bool:
        """Return True if another company reads a channel, as far as Slack has said in the last minutes."""
        name = channel.removeprefix("#")
        if not is_channel_id(name) and name.isupper():
            return False  # a person, or a direct message
        known = self.shared.known(name, self.calls)
        return known if known is not None else await self._ask_if_shared(name)

    def forget_channel(self, channel: str) -> None:
        """Forget what Slack has said of a channel."""
        self.shared.forget(channel)

    async def post(
        self, to: str, message: Message, *, effect_id: int, urgent: bool = False, for_customer: bool = False
    ) -> Posted:
        """Post to a channel, or to a person by their Slack id. Urgent messages don't wait for our own rate limits."""
        if not for_customer and await self.is_shared(to):
            raise Permanent("chat.postMessage", SHARED)
        answer = await self.calls.call(
            "chat.postMessage",
            channel=to,
            urgent=urgent,
            **_body(message),
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": METADATA_EVENT, "event_payload": {"effect": effect_id}},
        )
        return Posted(part("chat.postMessage", answer, "channel"), part("chat.postMessage", answer, "ts"))

    async def post_ephemeral(self, channel: str, person: str, message: Message, *, thread: str | None = None) -> None:
        """Post an ephemeral message, which only one person sees until they reload; in a thread if given."""
        within: dict[str, Any] = {"thread_ts": thread} if thread else {}
        await self.calls.call("chat.postEphemeral", channel=channel, user=person, **within, **_body(message))

    async def find_posted(self, to: str, *, effect_id: int, since: datetime) -> Posted | None:
        """Return the message an effect already posted if it arrived, or None."""
        channel = await self._channel_id(to)
        if channel is None:
            return None
        arguments = {
            "channel": channel,
            "oldest": f"{(since - _SKEW).timestamp():.6f}",
            "include_all_metadata": "true",
            "limit": str(_PAGE),
        }
        async for message in self._pages("conversations.history", "messages", arguments):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == METADATA_EVENT and metadata["event_payload"].get("effect") == effect_id:
                return Posted(channel, message["ts"])
        return None

    async def message(self, channel: str, ts: str) -> SaidMessage | None:
        """Return a message of a channel, also one in a thread; None if it is gone."""
        try:
            answer = await self.calls.call(
                "conversations.replies", channel=channel, ts=ts, oldest=ts, latest=ts, inclusive="true", limit="2"
            )
        except Permanent as error:
            if error.code in {"thread_not_found", "message_not_found"}:
                return None
            raise
        found = part("conversations.replies", answer, "messages")
        return next((said(channel, one) for one in found if one.get("ts") == ts), None)

    async def edit(self, posted: Posted, message: Message) -> None:
        """Replace the content of one of our messages. Beside blocks, its text is what notifications show: it is cut."""
        shorter = replace(message, text=clip_markup(message.text, _LONGEST_EDIT)) if message.blocks else message
        await self.calls.call("chat.update", channel=posted.channel, ts=posted.ts, **_body(shorter))

    async def remove(self, posted: Posted) -> None:
        """Delete one of our messages; does nothing if it is gone."""
        await self._unless("message_not_found", "chat.delete", channel=posted.channel, ts=posted.ts)

    async def pin(self, posted: Posted) -> None:
        """Pin a message; does nothing if it is pinned."""
        await self._unless("already_pinned", "pins.add", channel=posted.channel, timestamp=posted.ts)

    async def bookmark(self, channel: str, title: str, link: str, emoji: str) -> None:
        """Add a bookmark to a channel."""
        await self.calls.call("bookmarks.add", channel_id=channel, title=title, type="link", link=link, emoji=emoji)

    async def has_bookmark(self, channel: str, link: str) -> bool:
        """Return True if a channel has a bookmark with that link."""
        answer = await self.calls.call("bookmarks.list", channel_id=channel)
        return any(bookmark.get("link") == link for bookmark in answer.get("bookmarks") or [])

    async def find_bookmark(self, channel: str, title: str) -> str | None:
        """Return the id of a channel's bookmark with that title, or None."""
        answer = await self.calls.call("bookmarks.list", channel_id=channel)
        found = (bookmark["id"] for bookmark in answer.get("bookmarks") or [] if bookmark.get("title") == title)
        return next(found, None)

    async def redirect_bookmark(self, channel: str, bookmark: str, link: str) -> None:
        """Change a bookmark's link."""
        await self.calls.call("bookmarks.edit", channel_id=channel, bookmark_id=bookmark, link=link)

    async def set_topic(self, channel: str, topic: str) -> None:
        """Set a channel's topic."""
        await self.calls.call("conversations.setTopic", channel=channel, topic=topic)

    async def set_purpose(self, channel: str, purpose: str) -> None:
        """Set a channel's purpose."""
        await self.calls.call("conversations.setPurpose", channel=channel, purpose=purpose)

    async def rename_channel(self, channel: str, name: str) -> None:
        """Rename one of our channels; raises NameTakenError."""
        try:
            await self.calls.call("conversations.rename", channel=channel, name=name)
        except Permanent as error:
            if error.code == "name_taken":
                raise NameTakenError(error.call, error.code) from error
            raise

    async def own_messages(self, channel: str) -> Mapping[Posted, str]:
        """Return the bot's own messages in a channel, without Slack's system messages about the bot."""
        arguments = {"channel": channel, "limit": str(_PAGE)}
        return {
            Posted(channel, message["ts"]): str(message.get("text", ""))
            async for message in self._pages("conversations.history", "messages", arguments)
            if message.get("bot_id") == self.identity.bot_id and message.get("subtype") in (None, "bot_message")
        }

    async def archive(self, channel: str) -> None:
        """Archive a channel; does nothing if it is archived."""
        await self._unless("already_archived", "conversations.archive", channel=channel)

    async def open_view(self, trigger: str, view: View) -> str:
        """Open a view and return its id. A trigger works once and for three seconds."""
        # Somebody is waiting and there is no later attempt, so only Slack itself may say that the rate is exceeded.
        answer = await self.calls.call("views.open", urgent=True, trigger_id=trigger, view=self._allowed(view))
        return str(part("views.open", answer, "view", "id"))

    async def push_view(self, trigger: str, view: View) -> str:
        """Put a view on top of the one in which something was pressed, and return its id."""
        answer = await self.calls.call("views.push", urgent=True, trigger_id=trigger, view=self._allowed(view))
        return str(part("views.push", answer, "view", "id"))

    async def update_view(self, view_id: str, view: View, *, expected: str | None = None) -> str:
        """Update a view and return its new hash; raises ViewGoneError if it is closed or its hash is not `expected`."""
        arguments: dict[str, Any] = {"view_id": view_id, "view": self._allowed(view)}
        if expected:
            arguments["hash"] = expected
        try:
            answer = await self.calls.call("views.update", **arguments)
        except Permanent as error:
            if error.code in {"not_found", "hash_conflict"}:
                raise ViewGoneError(error.call, error.code) from error
            raise
        return str(part("views.update", answer, "view", "hash"))

    async def publish_home(self, person: str, view: View) -> None:
        """Publish a person's Home tab."""
        await self.calls.call("views.publish", user_id=person, view=view)

    async def respond(self, address: str, answer: Mapping[str, Any]) -> None:
        """Respond to a command at its `response_url`."""
        await self.calls.respond(address, answer)

    def _allowed(self, view: View) -> View:
        """Return a view without file fields if the token may not read files: Slack would refuse all of it."""
        if self.identity.scopes is None or _READS_FILES in self.identity.scopes:
            return view
        return {**view, "blocks": [block for block in view["blocks"] if not _is_file_field(block)]}

    async def _channel_id(self, to: str) -> str | None:
        """Return the id of a conversation given by id, person or name; None if there is none."""
        if to.startswith(("C", "G", "D")):
            return to
        if to.startswith(("U", "W")):
            opened = await self.calls.call("conversations.open", users=to)
            return str(part("conversations.open", opened, "channel", "id"))
        channel = await self._joined(to)
        return str(channel["id"]) if channel else None

    async def _ask_if_shared(self, name: str) -> bool:
        """Ask Slack whether another company reads a channel, by its id, or by its name if the bot is in it."""
        try:
            if is_channel_id(name):
                answer = await self.calls.call("conversations.info", urgent=True, channel=name)
                found: Mapping[str, Any] = part("conversations.info", answer, "channel")
            else:
                found = await self._joined(name) or {}
        except Permanent:
            found = {}  # the post itself says what is wrong
        self.shared.note(name, self.calls, is_shared=is_shared(found))
        return is_shared(found)

    async def _joined(self, name: str) -> Mapping[str, Any] | None:
        """Return the channel of that name, public or private, if we are a member."""
        channel: Mapping[str, Any]
        arguments = {"types": "public_channel,private_channel", "exclude_archived": "false", "limit": str(_PAGE)}
        async for channel in self._pages("users.conversations", "channels", arguments):
            if channel.get("name") == name:
                return channel
        return None

    async def _unless(self, fine: str, method: str, **arguments: Any) -> None:
        try:
            await self.calls.call(method, **arguments)
        except Permanent as error:
            if error.code != fine:
                raise

    async def _pages(self, method: str, field: str, arguments: Mapping[str, Any]) -> AsyncIterator[Any]:
        cursor = ""
        for _ in range(_MOST_PAGES):
            page: dict[str, Any] = {**arguments, "cursor": cursor} if cursor else {**arguments}
            answer = await self.calls.call(method, **page)
            for item in part(method, answer, field):
                yield item
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _body(message: Message) -> dict[str, Any]:
    blocks: list[Block] = list(message.blocks)
    return {"text": message.text, "blocks": blocks} if blocks else {"text": message.text}


def _refusals(person: str, code: str) -> Mapping[str, str]:
    if code == "already_in_channel":
        return {}
    return {person: _REFUSALS.get(code, f"Slack says {code}")}


def _named(errors: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    named: dict[str, str] = {}
    for error in errors:
        if "user" in error:
            named |= _refusals(str(error["user"]), str(error.get("error", "cant_invite")))
    return named


def _is_file_field(block: Block) -> bool:
    return bool(block["type"] == "input" and block["element"]["type"] == "file_input")
