"""Running for days: everything that is kept of the past has a bound, so that memory stays flat under load."""

import asyncio
import gc
import json
import tracemalloc
from collections.abc import Iterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.delivery import courier, responses
from sandbox.recent import Recent
from sandbox.server import Sandbox
from sandbox.state import posting, triggers
from tests.sandbox.bots import Bot
from tests.sandbox.world import Json, Person, Watch

BLOCKS: list[Json] = [{"type": "section", "text": {"type": "mrkdwn", "text": f"*Acme* {'x' * 500}"}}]
HOME: Json = {"type": "home", "blocks": BLOCKS}


@pytest.fixture
def low_bounds(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """Lower every bound, so that a test is beyond them in a second or two; the rates don't matter here."""
    monkeypatch.setattr(posting, "MOST_KEPT", 50)
    monkeypatch.setattr(posting, "WHISPERS", 10)
    monkeypatch.setattr(responses, "MOST_REMEMBERED", 10)
    monkeypatch.setattr(triggers, "KEPT", 0.0)
    for keeper in (sandbox.calls, sandbox.deliveries):
        monkeypatch.setattr(keeper, "_entries", Recent(50))
    monkeypatch.setattr(sandbox.stream, "_kept", Recent(50))
    sandbox.limits.strict = False


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


async def bytes_after(rounds: int, bot: Bot, client: AsyncWebClient, person: Person) -> int:
    """Do a bit of everything that leaves traces, so many times, and return how many bytes are then in use."""
    for number in range(rounds):
        said = await client.chat_postMessage(channel="C01FEED", text=str(number), blocks=BLOCKS)
        await client.chat_update(channel="C01FEED", ts=said["ts"], text="again", blocks=BLOCKS)
        await client.chat_postMessage(channel="C01FEED", thread_ts=said["ts"], text="reply")
        await client.chat_postEphemeral(channel="C01FEED", user="U01ANA", text="psst", blocks=BLOCKS)
        await client.views_publish(user_id="U01ANA", view=HOME)
        await client.conversations_history(channel="C01FEED", limit=5)
        await person.do("command", user="ana", channel="feed", text=str(number))
        await person.do("message", user="ana", channel="feed", text=f"said {number}")
        bot.frames.clear()
        bot.heard.clear()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.usefixtures("low_bounds", "traced")
async def test_memory_stays_flat_however_many_requests_come(bot: Bot, client: AsyncWebClient, person: Person) -> None:
    before = await bytes_after(1, bot, client, person)
    full = await bytes_after(50, bot, client, person)
    later = await bytes_after(100, bot, client, person)
    # What grew would grow twice as much in twice the rounds. The rest is noise of the allocator.
    assert later - full < (full - before) / 3


async def test_events_that_nobody_listens_to_do_not_pile_up(
    sandbox: Sandbox, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "PATIENCE", 0.01)
    monkeypatch.setattr(courier, "MOST_AWAITED", 3)
    deliveries = Watch(sandbox, "delivery")
    sandbox.clock.set(speed=0)
    for number in range(5):
        await client.chat_postMessage(channel="C01FEED", text=str(number))
    await deliveries.for_times(5)
    sandbox.clock.set(speed=3600)
    await asyncio.wait_for(sandbox.courier.idle(), 5)
    attempts = [json.loads(entry)["attempt"] for entry in sandbox.deliveries.since(0)]
    assert attempts == [0] * 5 + [1] * 3 + [2] * 3 + [3] * 3


async def test_a_conversation_forgets_what_was_not_used_for_longest_but_nothing_pinned(
    sandbox: Sandbox, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.limits.strict = False
    monkeypatch.setattr(posting, "MOST_KEPT", 4)
    pinned, edited = [(await client.chat_postMessage(channel="C01FEED", text=text))["ts"] for text in ("pinned", "old")]
    await client.pins_add(channel="C01FEED", timestamp=pinned)
    await client.chat_postMessage(channel="C01FEED", text="reply", thread_ts=pinned)
    await client.chat_postMessage(channel="C01FEED", text="a")
    await client.chat_update(channel="C01FEED", ts=edited, text="edited")
    for text in "bc":
        await client.chat_postMessage(channel="C01FEED", text=text)
    history = (await client.conversations_history(channel="C01FEED"))["messages"]
    assert [(message["text"], message.get("reply_count")) for message in history] == [
        ("c", None),
        ("b", None),
        ("edited", None),
        ("pinned", None),
    ]


def test_a_journal_forgets_by_length_too_but_never_the_latest() -> None:
    kept = Recent(most=10, room=10)
    for number, text in enumerate(("four", "five!", "six"), start=1):
        kept.add(number, text)
    assert (kept.oldest, kept.after(0)) == (2, [(2, "five!"), (3, "six")])
    kept.add(4, "longer than there is room for")
    assert kept.after(0) == [(4, "longer than there is room for")]
