"""Histories of channels and threads, page by page."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.world import Refused


async def post(client: AsyncWebClient, count: int, **more: Any) -> list[str]:
    return [(await client.chat_postMessage(channel="C01FEED", text=str(n), **more))["ts"] for n in range(count)]


def texts(answer: Any) -> list[str]:
    return [message["text"] for message in answer["messages"]]


@pytest.fixture
async def five(client: AsyncWebClient, sandbox: Sandbox) -> list[str]:
    sandbox.limits.strict = False
    return await post(client, 5)


async def test_history_begins_with_the_newest(client: AsyncWebClient, five: list[str]) -> None:
    answer = (await client.conversations_history(channel="C01FEED")).data
    assert isinstance(answer, dict)
    assert [message["ts"] for message in answer["messages"]] == five[::-1]
    assert (answer["has_more"], answer["pin_count"]) == (False, 0)
    assert "response_metadata" not in answer


@pytest.mark.usefixtures("five")
async def test_history_comes_page_by_page(client: AsyncWebClient) -> None:
    pages = [texts(page) async for page in await client.conversations_history(channel="C01FEED", limit=2)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]


async def test_a_page_is_not_moved_by_what_is_posted_meanwhile(client: AsyncWebClient, five: list[str]) -> None:
    first = await client.conversations_history(channel="C01FEED", limit=2)
    await client.chat_postMessage(channel="C01FEED", text="new")
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel="C01FEED", limit=2, cursor=cursor)
    assert [message["ts"] for message in second["messages"]] == [five[2], five[1]]


async def test_the_ends_of_a_span_are_left_out_unless_they_are_wanted(client: AsyncWebClient, five: list[str]) -> None:
    ends: dict[str, Any] = {"channel": "C01FEED", "oldest": five[1], "latest": five[3]}
    assert texts((await client.conversations_history(**ends)).data) == ["2"]
    assert texts((await client.conversations_history(**ends, inclusive=True)).data) == ["3", "2", "1"]


async def test_a_single_message_is_fetched_by_its_ts(client: AsyncWebClient, five: list[str]) -> None:
    answer = await client.conversations_history(channel="C01FEED", latest=five[2], inclusive=True, limit=1)
    assert [message["ts"] for message in answer["messages"]] == [five[2]]
    assert answer["latest"] == five[2]


@pytest.mark.parametrize("end", ["oldest", "latest"])
async def test_an_end_is_a_timestamp(client: AsyncWebClient, refused: Refused, end: str) -> None:
    call = client.api_call("conversations.history", params={"channel": "C01FEED", end: "yesterday"})
    assert (await refused(call))["error"] == f"invalid_ts_{end}"


async def test_replies_are_found_from_the_head_and_from_any_reply(client: AsyncWebClient) -> None:
    (head,) = await post(client, 1)
    replies = await post(client, 3, thread_ts=head)
    for ts in (head, replies[1]):
        answer = await client.conversations_replies(channel="C01FEED", ts=ts)
        assert [message["ts"] for message in answer["messages"]] == [head, *replies]
        assert answer["messages"][1]["parent_user_id"] == "U0SANDBOX1"


async def test_a_message_without_replies_is_a_thread_of_one(client: AsyncWebClient) -> None:
    (head,) = await post(client, 1)
    assert len((await client.conversations_replies(channel="C01FEED", ts=head))["messages"]) == 1


async def test_replies_come_page_by_page_each_with_the_head(client: AsyncWebClient) -> None:
    (head,) = await post(client, 1)
    await post(client, 3, thread_ts=head)
    pages = [texts(page) async for page in await client.conversations_replies(channel="C01FEED", ts=head, limit=2)]
    assert pages == [["0", "0", "1"], ["0", "2"]]


async def test_a_thread_needs_a_message(client: AsyncWebClient, refused: Refused) -> None:
    call = client.conversations_replies(channel="C01FEED", ts="1503435956.000247")
    assert (await refused(call))["error"] == "thread_not_found"


async def test_the_threads_of_a_channel_are_for_members(client: AsyncWebClient, refused: Refused) -> None:
    call = client.conversations_replies(channel="C01GENERAL", ts="1503435956.000247")
    assert (await refused(call))["error"] == "not_in_channel"
