"""The clock, starting again, the stream of changes, the page's files."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import Clock
from sandbox.server import Sandbox, in_thread
from sandbox.stream import MOST_KEPT
from tests.sandbox.bots import Bot
from tests.sandbox.world import SEED, Json, Person

FRIDAY = 1_772_812_800  # 6 March 2026, 16:00 UTC


async def test_messages_are_stamped_with_the_sandboxs_time(client: AsyncWebClient, person: Person) -> None:
    await person.do("clock", now=FRIDAY, speed=0)
    first = (await client.chat_postMessage(channel="C01FEED", text="a"))["ts"]
    second = (await client.chat_postMessage(channel="C01FEED", text="b"))["ts"]
    assert (first, second) == (f"{FRIDAY}.000000", f"{FRIDAY}.000001")
    assert await person.look("clock") == {"now": FRIDAY, "speed": 0, "passing": None}


async def test_a_clock_set_back_keeps_messages_in_the_order_of_their_time(
    client: AsyncWebClient, person: Person
) -> None:
    await person.do("clock", now=FRIDAY + 3600, speed=0)
    await client.chat_postMessage(channel="C01FEED", text="later")
    await person.do("clock", now=FRIDAY)
    await client.chat_postMessage(channel="C01FEED", text="earlier")
    assert [m["text"] for m in await person.messages("ana", "feed")] == ["earlier", "later"]


@pytest.mark.parametrize(("asked", "error"), [({"now": 5}, "too_early"), ({"speed": -1}, "backwards")])
async def test_what_a_clock_does_not_do(person: Person, asked: Json, error: str) -> None:
    assert (await person.tried("clock", **asked))[1]["error"] == error


async def test_time_goes_on_from_stop_to_stop(sandbox: Sandbox, person: Person) -> None:
    """A program that lives by the sandbox's clock does what is due on the way at its time."""
    await person.do("clock", now=FRIDAY, speed=0)
    done: list[tuple[str, float]] = []

    async def stops(until: float) -> AsyncGenerator[float, None]:
        for after in (600, 1200):
            yield FRIDAY + after
            done.append(("done", sandbox.clock.now()))
        done.append(("left", until))

    sandbox.clock.stops = stops
    assert (await person.do("forward", seconds=1800))["now"] == FRIDAY + 1800
    assert done == [("done", FRIDAY + 600), ("done", FRIDAY + 1200), ("left", FRIDAY + 1800)]


async def test_two_that_let_time_pass_add_up(person: Person) -> None:
    await person.do("clock", now=FRIDAY, speed=0)
    await asyncio.gather(person.do("forward", seconds=60), person.do("forward", seconds=60))
    assert (await person.look("clock"))["now"] == FRIDAY + 120


async def test_time_that_passes_is_told_with_its_end_and_stops_where_it_is_halted(
    sandbox: Sandbox, person: Person
) -> None:
    """Whoever looks meanwhile sees how far it goes. What is halted or queued behind that moves nothing any more."""
    await person.do("clock", now=FRIDAY, speed=0)
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def stops(until: float) -> AsyncGenerator[float, None]:
        yield FRIDAY + 600
        reached.set()
        await go_on.wait()
        yield until

    sandbox.clock.stops = stops
    passing = [asyncio.create_task(person.do("forward", seconds=seconds)) for seconds in (1800, 60)]
    await reached.wait()
    told = {"now": FRIDAY + 600, "speed": 0, "passing": {"since": FRIDAY, "until": FRIDAY + 1800}}
    assert await person.look("clock") == told
    assert (await person.look("state"))["clock"] == told
    halted = asyncio.create_task(sandbox.clock.halt())
    await asyncio.sleep(0)
    go_on.set()
    await halted
    for passed in passing:
        assert await passed == {"now": FRIDAY + 600, "speed": 0, "passing": None}


@pytest.mark.parametrize("seconds", [0, -5, 10**9, None])
async def test_how_far_time_may_go(person: Person, seconds: object) -> None:
    assert (await person.tried("forward", seconds=seconds))[1]["error"] == "no_length"


async def test_of_what_is_made_unobserved_no_app_hears(
    sandbox: Sandbox, client: AsyncWebClient, person: Person
) -> None:
    with sandbox.unobserved():
        sandbox.clock.set(now=FRIDAY)
        for _ in range(20):
            await client.chat_postMessage(channel="C01FEED", text="long ago")
    assert {m["ts"].partition(".")[0] for m in await person.messages("ana", "feed")} == {str(FRIDAY)}
    assert (await person.look("calls"))["calls"] == []
    assert (await person.look("deliveries"))["deliveries"] == []
    assert sandbox.clock.now() > FRIDAY
    assert sandbox.clock.speed == 1


async def test_a_sleeper_wakes_when_the_clock_is_moved_past_its_hour() -> None:
    clock = Clock()
    clock.set(speed=0)
    sleeper = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.set(now=clock.now() + 1800)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.set(now=clock.now() + 1800)
    await asyncio.wait_for(sleeper, 5)


async def test_a_sleeper_wakes_sooner_when_time_is_hurried() -> None:
    clock = Clock()
    clock.set(speed=36_000)
    await asyncio.wait_for(clock.sleep(3600), 5)


async def test_a_reset_brings_back_the_workspace_file(client: AsyncWebClient, person: Person) -> None:
    await client.conversations_create(name="acme")
    await client.chat_postMessage(channel="C01FEED", text="x")
    await person.do("faults", kind="status")
    await person.do("clock", now=FRIDAY, speed=0)
    await person.do("reset")
    state = await person.look("state")
    assert sorted(channel["name"] for channel in state["channels"]) == ["feed", "general", "old", "secret", "shared"]
    assert await person.messages("ana", "feed") == []
    assert (await person.look("faults"))["faults"] == []
    assert (await person.look("clock"))["speed"] == 1


async def test_the_numbers_of_calls_grow_over_a_reset(client: AsyncWebClient, person: Person) -> None:
    await client.auth_test()
    await person.do("reset")
    await client.auth_test()
    assert [call["seq"] for call in (await person.look("calls"))["calls"]] == [1, 2]


class Events:
    """The stream of changes, read one by one."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._lines = response.content

    async def next(self, *kinds: str) -> Json:
        """Return the next change of one of these kinds."""
        async with asyncio.timeout(60):
            while True:
                line = (await self._lines.readline()).decode()
                if line.startswith("data: "):
                    event: Json = json.loads(line.removeprefix("data: "))
                    if not kinds or event["type"] in kinds:
                        return event


@pytest.fixture
async def events(http: aiohttp.ClientSession) -> AsyncIterator[Events]:
    async with http.get("/_sandbox/stream") as response:
        assert response.content_type == "text/event-stream"
        yield Events(response)


async def test_the_stream_tells_a_message_as_it_is_posted_edited_and_deleted(
    client: AsyncWebClient, events: Events
) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="a"))["ts"]
    await client.chat_update(channel="C01FEED", ts=ts, text="b")
    await client.chat_delete(channel="C01FEED", ts=ts)
    kinds = ("message_posted", "message_changed", "message_deleted")
    told = [await events.next(*kinds) for _ in range(3)]
    assert [event["type"] for event in told] == list(kinds)
    assert [(event["channel"], event["message"]["text"]) for event in told] == [
        ("C01FEED", "a"),
        ("C01FEED", "b"),
        ("C01FEED", "b"),
    ]


async def test_the_stream_tells_channels_views_whispers_calls_and_deliveries(
    bot: Bot, person: Person, events: Events
) -> None:
    async def open_modal(payload: Json) -> Json:
        view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
        await bot.client.views_open(trigger_id=payload["trigger_id"], view=view)
        return {"text": "here you are"}

    bot.on("/escalate", open_modal)
    await bot.client.conversations_create(name="acme")
    await person.do("command", user="ana", channel="general")
    created = await events.next("channel_created")
    joined = await events.next("member_joined")
    opened = await events.next("view_opened")
    call = await events.next("call")
    delivery = await events.next("delivery")
    whisper = await events.next("ephemeral_posted")
    assert (created["conversation"]["name"], joined["conversation"]["members"]) == ("acme", ["U0SANDBOX1"])
    assert (opened["user"], opened["view"]["type"]) == ("U01ANA", "modal")
    assert call["call"]["method"] == "views.open"
    assert (delivery["delivery"]["name"], delivery["delivery"]["acknowledged"]) == ("/escalate", True)
    assert (whisper["user"], whisper["message"]["text"]) == ("U01ANA", "here you are")


async def test_a_listener_resumes_where_it_left_off(client: AsyncWebClient, http: aiohttp.ClientSession) -> None:
    await client.chat_postMessage(channel="C01FEED", text="a")
    async with http.get("/_sandbox/stream", params={"since": "0"}) as response:
        first = await Events(response).next("message_posted")
    await client.chat_postMessage(channel="C01FEED", text="b")
    async with http.get("/_sandbox/stream", headers={"Last-Event-ID": str(first["seq"])}) as response:
        assert (await Events(response).next("message_posted"))["message"]["text"] == "b"


async def test_a_listener_that_was_away_too_long_is_asked_to_reload(
    http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    for _ in range(MOST_KEPT + 2):
        sandbox.workspace.changes.tell("clock", now=0, speed=1)
    async with http.get("/_sandbox/stream", params={"since": "1"}) as response:
        assert await Events(response).next() == {"seq": MOST_KEPT + 2, "type": "resync"}


async def test_a_page_elsewhere_cannot_reach_in(http: aiohttp.ClientSession) -> None:
    async with http.get("/_sandbox/state", headers={"Host": "rebound.example"}) as response:
        assert response.status == 400
    async with http.post("/_sandbox/reset", headers={"Sec-Fetch-Site": "cross-site"}) as response:
        assert (response.status, (await response.json())["error"]) == (400, "cross_site")


def test_a_program_that_is_not_asynchronous_runs_one_in_a_thread() -> None:
    from slack_sdk import WebClient  # noqa: PLC0415 - only this test is not asynchronous

    with in_thread(Sandbox(SEED)) as sandbox:
        client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        assert client.auth_test()["team_id"] == "T01TEST"


async def test_several_live_side_by_side() -> None:
    async with Sandbox(SEED) as one, Sandbox(SEED) as two, aiohttp.ClientSession() as http:
        client = AsyncWebClient(token=one.bot_token, base_url=one.api_url, session=http)
        await client.conversations_create(name="acme")
        assert one.url != two.url
        assert two.workspace.channel_named("acme") is None
