"""Rate limits by tier, refilled by the sandbox's clock."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.api.limits import PER_MINUTE, Limits
from sandbox.server import Sandbox


async def test_a_burst_beyond_a_minutes_allowance_gets_a_retry_after(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.clock.set(speed=0)
    for number in range(20):
        await client.conversations_create(name=f"c{number}")
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_create(name="one-too-many")
    response = caught.value.response
    assert (response.status_code, response["error"], response.headers["Retry-After"]) == (429, "ratelimited", "3")
    assert sandbox.workspace.channel_named("one-too-many") is None


async def test_the_allowance_comes_back_with_the_sandboxs_time(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.clock.set(speed=0)
    for number in range(20):
        await client.conversations_create(name=f"c{number}")
    sandbox.clock.set(now=sandbox.clock.now() + 3)
    await client.conversations_create(name="in-time")
    with pytest.raises(SlackApiError):
        await client.conversations_create(name="too-early")


async def test_a_method_that_is_limited_does_not_hold_up_another(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.clock.set(speed=0)
    for number in range(20):
        await client.conversations_create(name=f"c{number}")
    await client.conversations_setTopic(channel="C01FEED", topic="x")


async def test_a_channel_takes_one_message_a_second_after_a_short_burst(
    client: AsyncWebClient, sandbox: Sandbox
) -> None:
    sandbox.clock.set(speed=0)
    for _ in range(5):
        await client.chat_postMessage(channel="C01FEED", text="x")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C01FEED", text="x")
    assert caught.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel="C01SHARED", text="x")


async def test_a_conversation_has_one_limit_however_it_is_named(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.clock.set(speed=0)
    direct = (await client.conversations_open(users="U01ANA"))["channel"]["id"]
    for number in range(5):
        await client.chat_postMessage(channel="U01ANA" if number % 2 else direct, text="x")
    for name in ("U01ANA", direct):
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel=name, text="x")
    for number in range(5):
        await client.chat_postMessage(channel="#feed" if number % 2 else "C01FEED", text="x")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="feed", text="x")


async def test_the_workspace_takes_three_hundred_messages_a_minute() -> None:
    limits = Limits(lambda: 0.0)
    waits = [limits.wait("A1", "chat.postMessage", 5, f"C{number}") for number in range(301)]
    assert waits == [0] * 300 + [1]


@pytest.mark.parametrize(("tier", "allowance"), PER_MINUTE.items())
def test_each_tier_has_its_allowance(tier: int, allowance: int) -> None:
    limits = Limits(lambda: 0.0)
    waits = [limits.wait("A1", "some.method", tier, None) for _ in range(allowance + 1)]
    assert waits[:-1] == [0] * allowance
    assert waits[-1] == -(-60 // allowance)


def test_apps_do_not_use_up_each_others_allowance() -> None:
    limits = Limits(lambda: 0.0)
    assert [limits.wait(app, "some.method", 1, None) for app in ("A1", "A2", "A1")] == [0, 0, 60]


def test_a_clock_set_back_takes_nothing_away() -> None:
    now = 1000.0
    limits = Limits(lambda: now)
    assert limits.wait("A1", "some.method", 1, None) == 0
    now = 0.0
    assert limits.wait("A1", "some.method", 1, None) == 60
    now = 60.0
    assert limits.wait("A1", "some.method", 1, None) == 0


def test_limits_can_be_switched_off_for_a_load_test() -> None:
    limits = Limits(lambda: 0.0, strict=False)
    assert {limits.wait("A1", "some.method", 1, None) for _ in range(100)} == {0}
