"""Looking: what a person sees, and what a test may know."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.world import Person


async def conversation(person: Person, user: str, name: str) -> dict[str, object]:
    listed = (await person.look("conversations", user=user))["conversations"]
    found: dict[str, object] = next(one for one in listed if one.get("name") == name)
    return found


async def test_messages_are_seen_oldest_first_whispers_among_them(client: AsyncWebClient, person: Person) -> None:
    await client.chat_postMessage(channel="C01FEED", text="one")
    await client.chat_postEphemeral(channel="C01FEED", user="U01ANA", text="two")
    await client.chat_postMessage(channel="C01FEED", text="three")
    assert [m["text"] for m in await person.messages("ana", "feed")] == ["one", "two", "three"]
    assert [m["text"] for m in await person.messages("ben", "feed")] == ["one", "three"]


async def test_a_long_history_is_seen_page_by_page_from_the_end(client: AsyncWebClient, person: Person) -> None:
    for number in range(5):
        await client.chat_postMessage(channel="C01FEED", text=str(number))
    last = await person.look("messages", user="ana", channel="feed", limit=2)
    earlier = await person.look("messages", user="ana", channel="feed", limit=3, before=last["messages"][0]["ts"])
    assert [m["text"] for m in last["messages"]] == ["3", "4"]
    assert [m["text"] for m in earlier["messages"]] == ["0", "1", "2"]
    assert (last["has_more"], earlier["has_more"]) == (True, False)


async def test_a_private_channel_is_seen_by_its_members_only(person: Person) -> None:
    assert await person.messages("ana", "secret") == []
    async with person.http.get("/_sandbox/messages", params={"user": "ben", "channel": "secret"}) as response:
        assert (response.status, (await response.json())["error"]) == (400, "channel_not_found")


async def test_what_is_unread_is_counted_until_it_is_read(client: AsyncWebClient, person: Person) -> None:
    await client.chat_postMessage(channel="C01FEED", text="news")
    await client.chat_postMessage(channel="C01FEED", text="news for <@U01ANA>")
    before = await conversation(person, "ana", "feed")
    assert (before["unread_count"], before["mention_count"]) == (2, 1)
    await person.do("read", user="ana", channel="feed")
    after = await conversation(person, "ana", "feed")
    assert (after["unread_count"], after["mention_count"]) == (0, 0)


async def test_what_one_says_oneself_and_who_joins_is_not_unread(client: AsyncWebClient, person: Person) -> None:
    await person.do("message", user="ana", channel="feed", text="mine")
    await client.conversations_invite(channel="C01FEED", users=["U01BEN"])
    assert (await conversation(person, "ana", "feed"))["unread_count"] == 0


async def test_every_direct_message_counts_as_a_mention(client: AsyncWebClient, person: Person) -> None:
    channel = (await client.chat_postMessage(channel="U01ANA", text="psst"))["channel"]
    listed = (await person.look("conversations", user="ana"))["conversations"]
    direct = next(one for one in listed if one["id"] == channel)
    assert (direct["user"], direct["mention_count"], direct["is_open"]) == ("U0SANDBOX1", 1, True)


async def test_conversations_one_may_not_know_of_are_left_out(person: Person) -> None:
    await person.do("message", user="ana", channel="@ben", text="psst")
    listed = (await person.look("conversations", user="cy"))["conversations"]
    assert sorted(one["name"] for one in listed) == ["feed", "general", "old", "shared"]


async def test_messages_are_found_by_all_their_words_newest_first(client: AsyncWebClient, person: Person) -> None:
    await client.chat_postMessage(channel="C01FEED", text="The export is down")
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "Export & import *down* again"}}
    await client.chat_postMessage(channel="C01FEED", text="see", blocks=[section])
    await person.do("message", user="ana", channel="secret", text="export down in secret")
    mine = await person.look("search", q="DOWN export", user="ana")
    theirs = await person.look("search", q="export", user="ben")
    assert [match["channel"]["name"] for match in mine["matches"]] == ["secret", "feed", "feed"]
    assert (theirs["total"], (await person.look("search", q="export & import", user="ben"))["total"]) == (2, 1)
    async with person.http.get("/_sandbox/search", params={"user": "ana", "q": " "}) as response:
        assert response.status == 400


async def test_the_state_tells_people_channels_groups_and_apps(client: AsyncWebClient, person: Person) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="pinned"))["ts"]
    await client.pins_add(channel="C01FEED", timestamp=ts)
    await client.bookmarks_add(channel_id="C01FEED", title="T", type="link", link="https://x.y")
    await client.conversations_setTopic(channel="C01FEED", topic="News")
    state = await person.look("state")
    feed = next(channel for channel in state["channels"] if channel["name"] == "feed")
    assert state["workspace"] == {"id": "T01TEST", "name": "Test Corp", "domain": "test-corp"}
    assert (feed["topic"], feed["members"]) == ("News", ["U01ANA", "U0SANDBOX1"])
    assert [(pin["ts"], pin["text"]) for pin in feed["pins"]] == [(ts, "pinned")]
    assert [bookmark["title"] for bookmark in feed["bookmarks"]] == ["T"]
    assert {user["name"] for user in state["users"]} >= {"ana", "tester", "slackbot"}
    assert [group["handle"] for group in state["usergroups"]] == ["csms"]
    assert [command["name"] for command in state["apps"][0]["commands"]] == ["/escalate", "/spell"]


async def test_calls_and_deliveries_are_listed_from_where_one_left_off(client: AsyncWebClient, person: Person) -> None:
    await client.auth_test()
    first = await person.look("calls")
    await client.users_info(user="U01ANA")
    second = await person.look("calls", since=first["last"])
    (call,) = second["calls"]
    assert (call["seq"], call["method"], call["arguments"]) == (2, "users.info", {"user": "U01ANA"})
    assert (call["answer"]["user"]["name"], call["error"], call["status"]) == ("ana", None, 200)
    assert call["ms"] >= 0


async def test_connections_are_numbered_so_that_new_ones_can_be_counted(sandbox: Sandbox, person: Person) -> None:
    one = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=person.http)
    for _ in range(3):
        await one.auth_test()
    fresh = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
    for _ in range(2):
        await fresh.auth_test()
    numbers = [call["connection"] for call in (await person.look("calls"))["calls"]]
    assert len(set(numbers[:3])) == 1
    assert len(set(numbers)) == 3


async def test_a_very_long_answer_is_left_out_of_the_journal(client: AsyncWebClient, person: Person) -> None:
    await client.chat_postMessage(channel="C01FEED", text="x" * 20_000)
    (call,) = (await person.look("calls"))["calls"]
    assert call["answer"]["ok"] is True
    assert call["answer"]["left_out"] > 20_000


async def test_an_unknown_control_call_is_answered_as_json(person: Person) -> None:
    status, answer = await person.tried("mesage")
    assert (status, answer["error"]) == (404, "unknown_call")
    async with person.http.get("/_sandbox/command") as response:
        assert (response.status, (await response.json())["error"]) == (405, "wrong_verb")


@pytest.mark.parametrize("body", [b"{", b"[]"])
async def test_a_body_is_a_json_object(person: Person, body: bytes) -> None:
    async with person.http.post("/_sandbox/message", data=body) as response:
        assert (response.status, (await response.json())["error"]) == (400, "not_json")
