"""Pins, reactions and bookmarks."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.world import Person, Refused

NEVER = "1503435956.000247"


@pytest.fixture
async def ts(client: AsyncWebClient) -> str:
    return str((await client.chat_postMessage(channel="C01FEED", text="x"))["ts"])


async def test_a_pin_is_listed_with_its_message(client: AsyncWebClient, ts: str) -> None:
    await client.pins_add(channel="C01FEED", timestamp=ts)
    (item,) = (await client.pins_list(channel="C01FEED"))["items"]
    assert (item["message"]["ts"], item["created_by"]) == (ts, "U0SANDBOX1")
    assert item["message"]["pinned_to"] == ["C01FEED"]
    assert (await client.conversations_history(channel="C01FEED"))["pin_count"] == 1


async def test_a_pin_is_put_in_once_and_taken_out_once(client: AsyncWebClient, refused: Refused, ts: str) -> None:
    await client.pins_add(channel="C01FEED", timestamp=ts)
    assert (await refused(client.pins_add(channel="C01FEED", timestamp=ts)))["error"] == "already_pinned"
    await client.pins_remove(channel="C01FEED", timestamp=ts)
    assert (await refused(client.pins_remove(channel="C01FEED", timestamp=ts)))["error"] == "no_pin"


async def test_what_cannot_be_pinned(client: AsyncWebClient, refused: Refused, person: Person) -> None:
    await client.conversations_invite(channel="C01FEED", users=["U01BEN"])
    joined = (await person.look("messages", user="ana", channel="feed"))["messages"][0]["ts"]
    elsewhere = (await person.do("message", user="ana", channel="general", text="x"))["ts"]
    for call, error in {
        client.pins_add(channel="C01FEED"): "no_item_specified",
        client.pins_add(channel="C01FEED", timestamp="now"): "bad_timestamp",
        client.pins_add(channel="C01FEED", timestamp=NEVER): "message_not_found",
        client.pins_add(channel="C01FEED", timestamp=joined): "not_pinnable",
        client.pins_add(channel="C01GENERAL", timestamp=elsewhere): "not_in_channel",
        client.pins_remove(channel="C01GENERAL", timestamp=elsewhere): "restricted_action",
        client.pins_add(channel="C404", timestamp=NEVER): "channel_not_found",
    }.items():
        assert (await refused(call))["error"] == error


async def test_a_channel_takes_a_hundred_pins(client: AsyncWebClient, refused: Refused, sandbox: Sandbox) -> None:
    sandbox.limits.strict = False
    posted = [(await client.chat_postMessage(channel="C01FEED", text="x"))["ts"] for _ in range(101)]
    for ts in posted[:100]:
        await client.pins_add(channel="C01FEED", timestamp=ts)
    assert (await refused(client.pins_add(channel="C01FEED", timestamp=posted[100])))["error"] == "too_many_pins"


async def test_reactions_are_counted_by_name(client: AsyncWebClient, person: Person, ts: str) -> None:
    await client.reactions_add(channel="C01FEED", timestamp=ts, name="eyes")
    await person.do("reaction", user="ana", channel="feed", ts=ts, name="eyes")
    await person.do("reaction", user="ana", channel="feed", ts=ts, name="+1")
    message = (await client.reactions_get(channel="C01FEED", timestamp=ts))["message"]
    assert message["reactions"] == [
        {"name": "eyes", "users": ["U0SANDBOX1", "U01ANA"], "count": 2},
        {"name": "+1", "users": ["U01ANA"], "count": 1},
    ]
    assert (await client.reactions_list(user="U01ANA"))["items"][0]["message"]["ts"] == ts
    assert (await client.reactions_list(user="U01BEN"))["items"] == []


async def test_a_reaction_is_given_once_and_taken_back_once(client: AsyncWebClient, refused: Refused, ts: str) -> None:
    reaction = {"channel": "C01FEED", "timestamp": ts, "name": "eyes"}
    await client.reactions_add(**reaction)
    assert (await refused(client.reactions_add(**reaction)))["error"] == "already_reacted"
    await client.reactions_remove(**reaction)
    assert (await refused(client.reactions_remove(**reaction)))["error"] == "no_reaction"
    history = (await client.conversations_history(channel="C01FEED"))["messages"][0]
    assert "reactions" not in history


@pytest.mark.parametrize("name", ["Big Smile", "émoji", ""])
async def test_an_emoji_has_a_name(client: AsyncWebClient, refused: Refused, ts: str, name: str) -> None:
    assert (await refused(client.reactions_add(channel="C01FEED", timestamp=ts, name=name)))["error"] == "invalid_name"


async def test_a_message_takes_so_many_reactions_of_one(
    client: AsyncWebClient, refused: Refused, sandbox: Sandbox, ts: str
) -> None:
    sandbox.limits.strict = False
    faces = (
        "grinning smiley smile grin laughing joy wink blush innocent yum pensive sleepy mask relieved smirk unamused"
    )
    for name in [*faces.split(), "tada", "eyes", "fire", "rocket", "bug", "pager", "gear"]:
        await client.reactions_add(channel="C01FEED", timestamp=ts, name=name)
    answer = await refused(client.reactions_add(channel="C01FEED", timestamp=ts, name="+1::skin-tone-3"))
    assert answer["error"] == "too_many_reactions"


async def test_a_bookmark_is_added_changed_listed_and_removed(client: AsyncWebClient, refused: Refused) -> None:
    added = await client.bookmarks_add(
        channel_id="C01FEED", title="Tracker", type="link", link="https://x.y/1", emoji=":gear:"
    )
    bookmark = added["bookmark"]["id"]
    await client.bookmarks_edit(channel_id="C01FEED", bookmark_id=bookmark, title="Issue", link="https://x.y/2")
    (listed,) = (await client.bookmarks_list(channel_id="C01FEED"))["bookmarks"]
    assert (listed["title"], listed["link"], listed["emoji"]) == ("Issue", "https://x.y/2", ":gear:")
    await client.bookmarks_remove(channel_id="C01FEED", bookmark_id=bookmark)
    assert (await client.bookmarks_list(channel_id="C01FEED"))["bookmarks"] == []
    gone = client.bookmarks_remove(channel_id="C01FEED", bookmark_id=bookmark)
    assert (await refused(gone))["error"] == "not_found"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"type": "file"}, "invalid_bookmark_type"),
        ({"link": "ftp://x.y"}, "invalid_link"),
        ({"link": ""}, "invalid_link"),
        ({"emoji": "gear"}, "invalid_emoji"),
        ({"title": ""}, "invalid_arguments"),
        ({"title": "x" * 257}, "invalid_arguments"),
        ({"channel_id": "C404"}, "channel_not_found"),
        ({"channel_id": "C01GENERAL"}, "permission_denied"),
    ],
)
async def test_bookmarks_that_slack_refuses(
    client: AsyncWebClient, refused: Refused, changes: dict[str, str], error: str
) -> None:
    good = {"channel_id": "C01FEED", "title": "Tracker", "type": "link", "link": "https://x.y"}
    assert (await refused(client.api_call("bookmarks.add", json=good | changes)))["error"] == error
