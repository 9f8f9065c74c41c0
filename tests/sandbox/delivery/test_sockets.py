"""Socket Mode: tickets, up to ten connections, each payload to one of them, retries, recycling."""

import asyncio
from contextlib import AsyncExitStack

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.delivery import courier
from sandbox.server import Sandbox
from tests.sandbox.bots import SILENCE, Bot
from tests.sandbox.world import Json, Person, Watch


async def test_a_connection_begins_with_hello(bot: Bot) -> None:
    hello = bot.frames[0]
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0SANDBOX1"}


async def test_an_address_lets_one_connection_in(client: AsyncWebClient, http: aiohttp.ClientSession) -> None:
    url = (await client.apps_connections_open(app_token="xapp-sandbox"))["url"]
    first = await http.ws_connect(url)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(url)
    await first.close()


async def test_an_address_is_not_made_up(http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(f"{sandbox.url}/link/?ticket=guessed")


async def test_an_envelope_carries_the_payload_and_says_whether_it_may_be_answered(bot: Bot, person: Person) -> None:
    await person.do("command", user="ana", channel="general")
    await person.do("home", user="ana")
    command, event = (frame for frame in bot.frames if "envelope_id" in frame)
    assert (command["type"], command["accepts_response_payload"]) == ("slash_commands", True)
    assert (event["type"], event["accepts_response_payload"], event["retry_attempt"]) == ("events_api", False, 0)


async def test_each_payload_goes_to_one_connection_in_turn(sandbox: Sandbox, person: Person) -> None:
    async with Bot(sandbox) as one, Bot(sandbox) as two:
        for _ in range(6):
            await person.do("command", user="ana", channel="general")
        assert (len(one.heard), len(two.heard)) == (3, 3)


async def test_there_are_ten_connections_at_most(sandbox: Sandbox) -> None:
    async with AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(Bot(sandbox)) for _ in range(11)]
        assert [bot.frames[0]["type"] for bot in bots] == ["hello"] * 10 + ["disconnect"]
        assert bots[9].frames[0]["num_connections"] == 10
        assert bots[10].frames[0]["reason"] == "too_many_websockets"
        await asyncio.wait_for(bots[10].closed.wait(), 5)


async def test_apps_hear_only_what_is_theirs(person: Person, sandbox: Sandbox) -> None:
    async with Bot(sandbox) as bot:
        await person.do("command", user="ana", channel="general", command="/escalate")
        assert [payload["api_app_id"] for _, payload in bot.heard] == ["A0SANDBOX1"]


async def test_an_unknown_acknowledgement_and_noise_are_passed_over(bot: Bot, person: Person) -> None:
    await bot.socket.send_json({"envelope_id": "unknown"})
    await bot.socket.send_str("noise")
    await bot.socket.send_str("[]")
    assert (await person.do("command", user="ana", channel="general"))["status"] == 200


async def test_a_warning_announces_the_end_and_a_refresh_brings_it(bot: Bot, person: Person, sandbox: Sandbox) -> None:
    assert await person.do("connections", reason="warning") == {"connections": 1}
    assert (await person.do("command", user="ana", channel="general"))["status"] == 200
    async with Bot(sandbox) as fresh:
        await person.do("connections", reason="refresh_requested", grace=0)
        await asyncio.wait_for(bot.closed.wait(), 5)
        await asyncio.wait_for(fresh.closed.wait(), 5)
    reasons = [frame["reason"] for frame in bot.frames if frame["type"] == "disconnect"]
    assert reasons == ["warning", "refresh_requested"]


async def test_a_dropped_connection_goes_without_a_word(bot: Bot, person: Person) -> None:
    await person.do("connections", reason="drop")
    await asyncio.wait_for(bot.closed.wait(), 5)
    assert [frame["type"] for frame in bot.frames] == ["hello"]


@pytest.mark.usefixtures("bot")
async def test_connections_are_listed(person: Person) -> None:
    (listed,) = (await person.look("connections"))["connections"]
    assert (listed["app"], listed["waiting"], listed["retiring"]) == ("A0SANDBOX1", 0, False)
    status, answer = await person.tried("connections", reason="boredom")
    assert (status, answer["error"]) == (400, "unknown_reason")


async def test_an_unacknowledged_event_is_redelivered_by_the_sandboxs_clock(
    bot: Bot, person: Person, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "PATIENCE", 0.05)
    bot.on("app_home_opened", lambda _: SILENCE)
    deliveries = Watch(sandbox, "delivery")
    sandbox.clock.set(speed=0)
    assert (await person.do("home", user="ana"))["timeout"] is True
    for attempt, pause in enumerate(courier.RETRY_AFTER, start=2):
        await deliveries.for_times(attempt - 1)  # the pause begins when the sandbox has lost patience
        sandbox.clock.set(now=sandbox.clock.now() + pause)
        await bot.hears("app_home_opened", attempt)
    frames = [frame for frame in bot.frames if "envelope_id" in frame]
    assert [(f["retry_attempt"], f["retry_reason"]) for f in frames] == [
        (0, ""),
        (1, "http_timeout"),
        (2, "http_timeout"),
        (3, "http_timeout"),
    ]
    assert len({f["payload"]["event_id"] for f in frames}) == 1
    assert len({f["envelope_id"] for f in frames}) == 4


async def test_what_a_connection_took_to_its_grave_is_a_failed_delivery(bot: Bot, person: Person) -> None:
    async def die(_payload: Json) -> Json:
        await bot.socket.close()
        return SILENCE

    bot.on("/escalate", die)
    answer = await person.do("command", user="ana", channel="general")
    assert answer == {"timeout": True, "failure": "connection_failed"}
