"""Faults: what the sandbox does wrong on request."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.delivery import courier
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.sandbox.bots import Bot
from tests.sandbox.world import SEED, Json, Person, Refused, Watch


async def test_a_call_is_rate_limited_on_demand(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", kind="ratelimited", method="chat.*", times=1, retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C01FEED", text="x")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    await client.chat_postMessage(channel="C01FEED", text="x")


async def test_a_fault_can_be_about_one_channel(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", kind="ratelimited", method="chat.postMessage", channel="C*", times=1)
    await client.chat_postMessage(channel="U01ANA", text="x")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C01FEED", text="x")
    await client.chat_postMessage(channel="C01FEED", text="x")


async def test_a_fault_may_answer_as_a_server_that_is_not_slack(http: aiohttp.ClientSession, person: Person) -> None:
    page, late = "<h1>Sign in</h1>", "Wed, 21 Oct 2026 07:28:00 GMT"
    await person.do("faults", kind="nonsense", method="auth.test", status=403, body=page, times=1)
    await person.do("faults", kind="nonsense", method="auth.test", status=429, retry_after=late, times=1)
    async with http.post("/api/auth.test") as answer:
        assert (answer.status, await answer.text(), answer.content_type) == (403, page, "text/html")
    async with http.post("/api/auth.test") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, late)


async def test_an_error_is_answered_by_name(client: AsyncWebClient, person: Person, refused: Refused) -> None:
    await person.do("faults", kind="error", method="users.*", error="user_not_visible")
    assert (await refused(client.users_info(user="U01ANA")))["error"] == "user_not_visible"
    assert (await client.auth_test())["ok"]


async def test_a_status_is_answered_without_doing_anything(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", kind="status", status=502, times=1)
    with pytest.raises(SlackApiError) as caught:
        await client.conversations_create(name="acme")
    assert caught.value.response.status_code == 502
    await client.conversations_create(name="acme")


async def test_a_lost_answer_is_lost_after_it_was_done(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", kind="lost", method="conversations.create", times=1)
    with pytest.raises(aiohttp.ClientError):
        await client.conversations_create(name="acme")
    names = [channel["name"] for channel in (await client.conversations_list())["channels"]]
    assert "acme" in names


async def test_a_refused_call_is_not_done(client: AsyncWebClient, person: Person, sandbox: Sandbox) -> None:
    await person.do("faults", kind="refuse", method="conversations.create", times=1)
    with pytest.raises(aiohttp.ClientError):
        await client.conversations_create(name="acme")
    assert sandbox.workspace.channel_named("acme") is None


@pytest.mark.parametrize("more", [{}, {"times": 1}])
async def test_a_call_hangs_until_the_fault_is_taken_back(client: AsyncWebClient, person: Person, more: Json) -> None:
    await person.do("faults", kind="hang", method="auth.test", **more)
    hanging = asyncio.create_task(client.auth_test())
    done, _ = await asyncio.wait([hanging], timeout=0.1)
    assert not done
    await person.undo("faults")
    with pytest.raises(aiohttp.ClientError):
        await hanging


async def test_a_hanging_call_is_over_when_the_caller_gives_up(
    http: aiohttp.ClientSession, person: Person, sandbox: Sandbox
) -> None:
    calls = Watch(sandbox, "call")
    await person.do("faults", kind="hang", method="auth.test")
    with pytest.raises(TimeoutError):
        await http.post("/api/auth.test", timeout=aiohttp.ClientTimeout(total=0.05))
    await calls.for_times(1)
    assert '"fault": "hang"' in sandbox.calls.since(0)[0]


async def test_a_slow_call_is_overtaken_by_others(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", kind="latency", method="users.info", ms=300, spread=50)
    slow = asyncio.create_task(client.users_info(user="U01ANA"))
    await client.auth_test()
    assert not slow.done()
    assert (await slow)["ok"]


async def test_latency_and_another_fault_meet_the_same_call(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", kind="latency", method="users.info", ms=300)
    await person.do("faults", kind="error", method="users.info", error="fatal_error")
    slow = asyncio.create_task(client.users_info(user="U01ANA"))
    await client.auth_test()
    assert not slow.done()
    with pytest.raises(SlackApiError, match="fatal_error"):
        await slow


@pytest.mark.parametrize(
    ("ms", "spread", "least", "most"), [(80, 20, 0.06, 0.1), (10, 50, 0.0, 0.06), (5, 0, 0.005, 0.005)]
)
def test_latency_is_drawn_evenly_and_never_below_nothing(ms: float, spread: float, least: float, most: float) -> None:
    fault = Fault(id=1, kind="latency", ms=ms, spread=spread)
    assert all(least <= fault.delay() <= most for _ in range(200))


async def test_a_sandbox_may_be_slow_from_the_start() -> None:
    async with Sandbox(SEED, latency_ms=300) as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        slow = asyncio.create_task(http.post("/api/api.test"))
        await Person(http).look("state")
        assert not slow.done()
        assert (await slow).status == 200


async def test_a_delivery_comes_twice(bot: Bot, person: Person, sandbox: Sandbox) -> None:
    await person.do("faults", kind="duplicate", delivery="slash_commands:*", times=1)
    assert (await person.do("command", user="ana", channel="general"))["status"] == 200
    await sandbox.courier.idle()
    first, second = (frame for frame in bot.frames if "envelope_id" in frame)
    assert first["payload"]["trigger_id"] == second["payload"]["trigger_id"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "PATIENCE", 0.1)


@pytest.mark.usefixtures("impatient")
async def test_an_acknowledgement_is_lost_on_its_way(bot: Bot, person: Person) -> None:
    await person.do("faults", kind="lost", delivery="slash_commands:/escalate", times=1)
    answer = await person.do("command", user="ana", channel="general")
    assert answer == {"timeout": True, "failure": "http_timeout"}
    assert [kind for kind, _ in bot.heard] == ["/escalate"]


async def test_a_delivery_is_refused_before_it_reaches_the_app(bot: Bot, person: Person) -> None:
    await person.do("faults", kind="refuse", delivery="*", times=1)
    answer = await person.do("command", user="ana", channel="general")
    assert answer == {"timeout": True, "failure": "connection_failed"}
    assert bot.heard == []


async def test_a_delivery_comes_late(bot: Bot, person: Person) -> None:
    await person.do("faults", kind="latency", delivery="slash_commands:*", ms=300)
    late = asyncio.create_task(person.do("command", user="ana", channel="general"))
    await person.do("shortcut", user="ana", callback_id="declare")
    assert [kind for kind, _ in bot.heard] == ["shortcut"]
    assert (await late)["status"] == 200


async def test_a_connection_breaks_while_the_app_is_at_it(bot: Bot, person: Person) -> None:
    await person.do("faults", kind="disconnect", delivery="slash_commands:*", times=1)
    answer = await person.do("command", user="ana", channel="general")
    assert answer == {"timeout": True, "failure": "connection_failed"}
    await asyncio.wait_for(bot.closed.wait(), 5)


async def test_every_connection_is_dropped_at_once(bot: Bot, person: Person) -> None:
    assert await person.do("faults", kind="disconnect") == {"fault": None, "dropped": 1}
    await asyncio.wait_for(bot.closed.wait(), 5)


async def test_faults_are_listed_counted_down_and_taken_back(client: AsyncWebClient, person: Person) -> None:
    first = (await person.do("faults", kind="latency", ms=1, times=2))["fault"]
    second = (await person.do("faults", kind="status", status=500, method="x.*"))["fault"]
    await client.auth_test()
    listed = (await person.look("faults"))["faults"]
    assert [(fault["kind"], fault["times"]) for fault in listed] == [("latency", 1), ("status", None)]
    assert (await person.undo("faults", id=second["id"]))["faults"] == [first | {"times": 1}]
    assert (await person.undo("faults"))["faults"] == []


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"kind": "earthquake"}, "unknown_kind"),
        ({"kind": "error", "retry_after": 1}, "unknown_option"),
        ({"kind": "duplicate", "method": "chat.*"}, "no_method"),
        ({"kind": "status", "delivery": "*"}, "no_delivery"),
        ({"kind": "status", "status": "bad"}, "not_a_number"),
        ({"kind": "latency", "ms": "slow"}, "not_a_number"),
    ],
)
async def test_a_fault_that_makes_no_sense_is_a_misuse(person: Person, asked: Json, error: str) -> None:
    status, answer = await person.tried("faults", **asked)
    assert (status, answer["error"]) == (400, error)


async def test_the_journal_tells_what_went_wrong_on_purpose(client: AsyncWebClient, person: Person) -> None:
    await person.do("faults", kind="error", error="fatal_error", times=1)
    with pytest.raises(SlackApiError):
        await client.auth_test()
    (call,) = (await person.look("calls"))["calls"]
    assert (call["fault"], call["error"], call["status"]) == ("error", "fatal_error", 200)
