"""pins.*, reactions.* and bookmarks.*."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from sandbox.api.call import Call
from sandbox.api.paging import numbered
from sandbox.errors import SlackError, invalid_arguments
from sandbox.ids import is_timestamp
from sandbox.state import posting
from sandbox.state.channels import Channel
from sandbox.state.messages import Message
from sandbox.state.wire import message_json

Json = dict[str, Any]

EMOJI = re.compile(r"([a-z0-9_+'-]+)(::skin-tone-[2-6])?")
UNPINNABLE = frozenset({"channel_join", "channel_leave", "channel_archive", "channel_unarchive", "tombstone"})
MOST_PINS = 100
MOST_REACTIONS = 23
MOST_EMOJI = 50
MOST_BOOKMARKS = 100
LONGEST_TITLE = 256
LONGEST_LINK = 2048


def pin(call: Call) -> Json:
    """Pin a message."""
    channel, message = _marked(call)
    call.need_member(channel)
    if channel.is_archived:
        raise SlackError("restricted_action")
    if message.pinned:
        raise SlackError("already_pinned")
    if message.subtype in UNPINNABLE:
        raise SlackError("not_pinnable")
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    posting.pin(call.workspace, channel, message, call.user)
    return {}


def unpin(call: Call) -> Json:
    """Unpin a message."""
    channel, message = _marked(call)
    if call.user not in channel.members:
        raise SlackError("restricted_action")
    if not message.pinned:
        raise SlackError("no_pin")
    posting.unpin(call.workspace, channel, message, call.user)
    return {}


def list_pins(call: Call) -> Json:
    """List what is pinned, the newest pin first."""
    channel = call.find_channel(call.text("channel"))
    return {"items": [_pin_json(call, channel, item) for item in reversed(channel.pins)]}


def _pin_json(call: Call, channel: Channel, item: Json) -> Json:
    message = call.message(channel, item["ts"])
    written = message_json(call.workspace, channel, message)
    return {
        "type": "message",
        "channel": channel.id,
        "created": item["created"],
        "created_by": item["created_by"],
        "message": written | {"permalink": call.workspace.permalink(channel, message)},
    }


def _marked(call: Call) -> tuple[Channel, Message]:
    """Return the message a call is about, with its conversation."""
    channel = call.find_channel(call.text("channel"))
    ts = call.text("timestamp")
    if not ts:
        raise SlackError("no_item_specified")
    if not is_timestamp(ts):
        raise SlackError("bad_timestamp")
    return channel, call.message(channel, ts)


def react(call: Call) -> Json:
    """Add a reaction."""
    channel, message = _marked(call)
    name = _emoji(call)
    if channel.is_archived:
        raise SlackError("is_archived")
    if call.user in message.reactions.get(name, ()):
        raise SlackError("already_reacted")
    if name not in message.reactions and len(message.reactions) >= MOST_EMOJI:
        raise SlackError("too_many_emoji")
    if sum(call.user in users for users in message.reactions.values()) >= MOST_REACTIONS:
        raise SlackError("too_many_reactions")
    posting.react(call.workspace, channel, message, call.user, name)
    return {}


def unreact(call: Call) -> Json:
    """Remove a reaction of the bot."""
    if not call.text("channel"):
        raise SlackError("no_item_specified")
    channel, message = _marked(call)
    name = _emoji(call)
    if call.user not in message.reactions.get(name, ()):
        raise SlackError("no_reaction")
    posting.unreact(call.workspace, channel, message, call.user, name)
    return {}


def get_reactions(call: Call) -> Json:
    """Return a message with its reactions."""
    if not call.text("channel"):
        raise SlackError("no_item_specified")
    channel, message = _marked(call)
    written = message_json(call.workspace, channel, message)
    written["permalink"] = call.workspace.permalink(channel, message)
    return {"type": "message", "channel": channel.id, "message": written}


def list_reactions(call: Call) -> Json:
    """List what somebody has reacted to and the bot may see."""
    user = call.find_user(call.text("user")).id if call.text("user") else call.user
    items = [
        {"type": "message", "channel": channel.id, "message": message_json(call.workspace, channel, message)}
        for channel in call.workspace.channels.values()
        if posting.may_see(channel, call.user)
        for message in channel.messages
        if any(user in users for users in message.reactions.values())
    ]
    chosen, paging = numbered(call, items)
    return {"items": chosen, "paging": paging, "response_metadata": {"next_cursor": ""}}


def _emoji(call: Call) -> str:
    name = call.text("name").strip(":")
    found = EMOJI.fullmatch(name)
    if found is None or found[1] not in _standard():
        raise SlackError("invalid_name")
    return name


@cache
def _standard() -> frozenset[str]:
    """Return the names of the standard emoji; this workspace has no custom ones.

    They are the page's emoji by Slack's names, and the library's: a few of those have another name in Slack.
    """
    from emoji import EMOJI_DATA  # noqa: PLC0415 - read when the first reaction is added

    table = files("sandbox").joinpath("page/text/emoji_table.js").read_text(encoding="utf-8")
    drawn = {word for word in table.split("`")[1].split() if EMOJI.fullmatch(word)}
    known = {name.strip(":") for data in EMOJI_DATA.values() for name in (data["en"], *data.get("alias", ()))}
    return frozenset(drawn | {name.lower() for name in known})


def add_bookmark(call: Call) -> Json:
    """Add a bookmark to a channel."""
    channel = _bookmarked(call)
    if call.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = call.workspace.moment()
    bookmark: Json = {
        "id": call.workspace.ids.new("Bk"),
        "channel_id": channel.id,
        "title": _title(call),
        "link": _link(call),
        "emoji": _bookmark_emoji(call),
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": now,
        "date_updated": 0,
        "rank": format(len(channel.bookmarks), "04x"),
        "last_updated_by_user_id": call.user,
        "last_updated_by_team_id": call.workspace.team.id,
        "shortcut_id": None,
        "app_id": None,
    }
    channel.bookmarks.append(bookmark)
    call.workspace.changes.tell("bookmarks_changed", channel=channel)
    return {"bookmark": bookmark}


def edit_bookmark(call: Call) -> Json:
    """Edit a channel's bookmark."""
    channel = _bookmarked(call)
    bookmark = _bookmark(call, channel)
    if call.args.get("title") is not None:
        bookmark["title"] = _title(call)
    if call.args.get("link") is not None:
        bookmark["link"] = _link(call)
    if call.args.get("emoji") is not None:
        bookmark["emoji"] = _bookmark_emoji(call)
    bookmark |= {"date_updated": call.workspace.moment(), "last_updated_by_user_id": call.user}
    call.workspace.changes.tell("bookmarks_changed", channel=channel)
    return {"bookmark": bookmark}


def remove_bookmark(call: Call) -> Json:
    """Remove a bookmark."""
    channel = _bookmarked(call)
    channel.bookmarks.remove(_bookmark(call, channel))
    call.workspace.changes.tell("bookmarks_changed", channel=channel)
    return {}


def list_bookmarks(call: Call) -> Json:
    """List a channel's bookmarks."""
    return {"bookmarks": list(call.find_channel(call.text("channel_id")).bookmarks)}


def _bookmarked(call: Call) -> Channel:
    channel = call.find_channel(call.text("channel_id"))
    if call.user not in channel.members or channel.is_archived:
        raise SlackError("permission_denied")
    return channel


def _bookmark(call: Call, channel: Channel) -> Json:
    for bookmark in channel.bookmarks:
        if bookmark["id"] == call.text("bookmark_id"):
            return bookmark
    raise SlackError("not_found")


def _title(call: Call) -> str:
    title = call.text("title")
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise invalid_arguments(f"must be between 1 and {LONGEST_TITLE} characters [json-pointer:/title]")
    return title


def _link(call: Call) -> str:
    link = call.text("link")
    if not link.startswith(("http://", "https://")) or len(link) > LONGEST_LINK:
        raise SlackError("invalid_link")
    return link


def _bookmark_emoji(call: Call) -> str:
    emoji = call.text("emoji")
    if emoji and not (emoji.startswith(":") and emoji.endswith(":") and EMOJI.fullmatch(emoji[1:-1])):
        raise SlackError("invalid_emoji")
    return emoji


HANDLERS = {
    "pins.add": pin,
    "pins.remove": unpin,
    "pins.list": list_pins,
    "reactions.add": react,
    "reactions.remove": unreact,
    "reactions.get": get_reactions,
    "reactions.list": list_reactions,
    "bookmarks.add": add_bookmark,
    "bookmarks.edit": edit_bookmark,
    "bookmarks.remove": remove_bookmark,
    "bookmarks.list": list_bookmarks,
}
