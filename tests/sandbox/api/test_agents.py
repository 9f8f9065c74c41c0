"""Agents: threads with an assistant, what it shows of itself, messages that appear bit by bit."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncAssistant
from slack_sdk.models.messages.chunk import MarkdownTextChunk, PlanUpdateChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.manifest import Manifest
from sandbox.server import Sandbox
from tests.sandbox.bots import Bot
from tests.sandbox.world import Json, Person, Refused, Watch, manifest

PROMPTS = [{"title": "Summarize", "message": "Summarize this channel"}]


def program(client: AsyncWebClient) -> AsyncApp:
    """Return an assistant as Slack's own templates write one."""
    app = AsyncApp(client=client, signing_secret="sandbox-signing-secret")
    assistant = AsyncAssistant()

    @assistant.thread_started
    async def greet(say: Any, set_suggested_prompts: Any, get_thread_context: Any) -> None:
        context = await get_thread_context()
        await say(f"Ask me about <#{context['channel_id']}>")
        await set_suggested_prompts(prompts=PROMPTS, title="Try")

    @assistant.user_message
    async def answer(
        payload: Json, set_title: Any, set_status: Any, get_thread_context: Any, say_stream: Any, say: Any
    ) -> None:
        await set_title(payload["text"])
        await set_status("is thinking...", loading_messages=["Counting…"])
        context = await get_thread_context()
        streamer = await say_stream(buffer_size=1)
        await streamer.append(markdown_text="**You** look at ")
        await streamer.append(markdown_text=f"<#{context['channel_id']}>")
        await streamer.stop()
        await say("done")

    app.use(assistant)
    return app


@pytest.fixture
async def bolt(sandbox: Sandbox, client: AsyncWebClient) -> AsyncIterator[None]:
    handler: Any = AsyncSocketModeHandler(program(client), sandbox.app_token)
    await handler.connect_async()
    yield
    await handler.close_async()


@pytest.mark.usefixtures("bolt")
async def test_bolts_assistant_works_unchanged(sandbox: Sandbox, person: Person) -> None:
    said = Watch(sandbox, "message_posted")
    shown = Watch(sandbox, "agent_thread_changed")
    opened = await person.do("assistant", user="ana", channel="general")
    assert opened["sent"] is True
    at = {"channel": opened["channel"], "thread_ts": opened["thread_ts"]}
    await said.for_times(2)
    await shown.for_times(2)
    [thread] = (await person.look("threads", user="ana"))["threads"]
    assert (thread["prompts"], thread["prompts_title"], thread["context"]) == (PROMPTS, "Try", "C01GENERAL")
    changed = Watch(sandbox, "message_changed")
    await person.do("context", user="ana", channel="feed", thread_ts=at["thread_ts"])
    await changed.for_times(1)  # Bolt keeps the context in the metadata of its first reply
    await person.do("message", user="ana", text="What is it?", **at)
    await said.for_times(5)
    messages = await person.messages("ana", **at)
    assert [m["text"] for m in messages] == [
        "What is it?",  # the thread itself, by the title that was set
        "Ask me about <#C01GENERAL>",
        "What is it?",
        "**You** look at <#C01FEED>",
        "done",
    ]
    assert messages[3]["streaming_state"] == "completed"
    [thread] = (await person.look("threads", user="ana"))["threads"]
    assert (thread["title"], thread["status"]) == ("What is it?", "")


async def _thread(client: AsyncWebClient, person: Person, channel: str = "feed") -> Json:
    """Post something as a person that an agent may answer."""
    del client
    said = await person.do("message", user="ana", channel=channel, text="hello")
    return {"channel": said["channel"], "thread_ts": said["ts"]}


TO_ANA: Json = {"recipient_user_id": "U01ANA", "recipient_team_id": "T01TEST"}


async def test_a_thread_is_announced_with_the_channel_the_person_sees(bot: Bot, person: Person) -> None:
    opened = await person.do("assistant", user="ana", channel="general")
    started = (await bot.hears("assistant_thread_started"))["event"]["assistant_thread"]
    assert started == {
        "user_id": "U01ANA",
        "context": {"channel_id": "C01GENERAL", "team_id": "T01TEST", "enterprise_id": None},
        "channel_id": opened["channel"],
        "thread_ts": opened["thread_ts"],
    }
    await person.do("context", user="ana", channel="feed", thread_ts=opened["thread_ts"])
    changed = (await bot.hears("assistant_thread_context_changed"))["event"]["assistant_thread"]
    assert changed["context"]["channel_id"] == "C01FEED"
    told = (await bot.hears("app_context_changed"))["event"]
    entity = {"type": "slack#/types/channel_id", "value": "C01FEED", "team_id": "T01TEST"}
    assert (told["user"], told["channel"], told["context"]) == ("U01ANA", opened["channel"], {"entities": [entity]})
    await person.do("message", user="ana", channel=opened["channel"], thread_ts=opened["thread_ts"], text="hi")
    heard = (await bot.hears("message"))["event"]
    assert (heard["channel_type"], heard["thread_ts"]) == ("im", opened["thread_ts"])


async def test_a_status_lasts_two_minutes_or_until_the_answer(client: AsyncWebClient, person: Person) -> None:
    at = await _thread(client, person)

    async def status() -> str:
        [thread] = (await person.look("threads", user="ana"))["threads"]
        return str(thread["status"])

    await person.do("clock", speed=0)
    await client.assistant_threads_setStatus(channel_id=at["channel"], thread_ts=at["thread_ts"], status="thinks")
    assert await status() == "thinks"
    now = (await person.look("clock"))["now"]
    await person.do("clock", now=now + 121)
    assert await status() == ""
    await client.assistant_threads_setStatus(channel_id=at["channel"], thread_ts=at["thread_ts"], status="thinks")
    await client.chat_postMessage(**at, text="so")
    assert await status() == ""


async def test_what_an_agent_shows_belongs_to_the_head_of_a_thread(
    client: AsyncWebClient, person: Person, refused: Refused
) -> None:
    at = await _thread(client, person)
    reply = (await client.chat_postMessage(**at, text="reply"))["ts"]
    for ts in (reply, "1.2"):
        told = await refused(client.assistant_threads_setStatus(channel_id="C01FEED", thread_ts=ts, status="x"))
        assert told["error"] == "invalid_thread_ts"
    elsewhere = client.assistant_threads_setStatus(channel_id="C01GENERAL", thread_ts="1.2", status="x")
    assert (await refused(elsewhere))["error"] == "channel_not_found"
    many = client.assistant_threads_setSuggestedPrompts(channel_id="C01FEED", prompts=PROMPTS * 5)
    assert (await refused(many))["error"] == "invalid_arguments"


async def test_a_stream_shows_text_and_tasks_and_ends(bot: Bot, client: AsyncWebClient, person: Person) -> None:
    at = await _thread(client, person)
    stream = await client.chat_stream(**at, **TO_ANA, buffer_size=1, task_display_mode="plan")
    await stream.append(chunks=[PlanUpdateChunk(title="Look it up")])
    await stream.append(chunks=[TaskUpdateChunk(id="a", title="Ask", status="in_progress")])
    await stream.append(chunks=[TaskUpdateChunk(id="a", title="Ask", status="complete", output="asked")])
    await stream.append(chunks=[MarkdownTextChunk(text="It is ")])
    ended = await stream.stop(
        markdown_text="**so**",
        blocks=[{"type": "divider"}],
        metadata={"event_type": "answered", "event_payload": {"n": 1}},
    )
    plan, text, line = ended["message"]["blocks"]
    assert (plan["title"], plan["tasks"][0]["status"]) == ("Look it up", "complete")
    assert (text["text"], line["type"]) == ("It is **so**", "divider")
    assert (ended["message"]["text"], ended["message"]["metadata"]["event_type"]) == ("It is **so**", "answered")
    changed = await bot.hears("message", 3)  # what ana said, the stream, and its end; not every bit
    assert changed["event"]["subtype"] == "message_changed"
    assert changed["event"]["message"]["streaming_state"] == "completed"


async def test_a_stream_is_refused_as_slack_refuses_it(
    client: AsyncWebClient, person: Person, refused: Refused
) -> None:
    at = await _thread(client, person)

    async def error(method: str, **given: Any) -> str:
        return str((await refused(client.api_call(f"chat.{method}", json=given)))["error"])

    assert await error("startStream", channel="C01FEED", **TO_ANA) == "invalid_thread_ts"
    assert await error("startStream", **at) == "missing_recipient_team_id"
    assert await error("startStream", **at, recipient_team_id="T01TEST") == "missing_recipient_user_id"
    assert await error("startStream", **at, **TO_ANA, chunks=[{"type": "song"}]) == "invalid_chunks"
    assert await error("startStream", **at, **TO_ANA, markdown_text="x" * 12_001) == "msg_blocks_too_long"
    ts = (await client.chat_startStream(**at, **TO_ANA, markdown_text="a"))["ts"]
    assert await error("appendStream", channel="C01FEED", ts=ts) == "no_text"
    assert await error("appendStream", channel="C01FEED", ts="1.2", markdown_text="b") == "message_not_found"
    assert await error("appendStream", channel="C01FEED", ts=at["thread_ts"], markdown_text="b") == (
        "message_not_owned_by_app"
    )
    await client.chat_stopStream(channel="C01FEED", ts=ts)
    for method in ("appendStream", "stopStream"):
        assert await error(method, channel="C01FEED", ts=ts, markdown_text="b") == "message_not_in_streaming_state"


async def test_a_person_stops_and_renames_a_session(
    bot: Bot, client: AsyncWebClient, person: Person, refused: Refused
) -> None:
    at = await _thread(client, person)
    where = {"channel_id": at["channel"], "thread_ts": at["thread_ts"]}
    await client.agents_sessions_setStatus(**where, status="processing", title="First")
    ts = (await client.chat_startStream(**at, **TO_ANA, markdown_text="a"))["ts"]
    await person.do("session", user="ana", **at, stop=True)
    stopped = (await bot.hears("agent_session_stopped"))["event"]
    assert (stopped["user"], stopped["streaming_message_ts"]) == ("U01ANA", [ts])
    late = await refused(client.chat_appendStream(channel="C01FEED", ts=ts, markdown_text="b"))
    assert late["error"] == "stopped_by_user"
    await client.chat_stopStream(channel="C01FEED", ts=ts, session_status="active")
    [thread] = (await person.look("threads", user="ana"))["threads"]
    assert (thread["session"], thread["title"]) == ("active", "First")
    status, told = await person.tried("session", user="ana", **at, stop=True)
    assert (status, told["error"]) == (400, "nothing_to_stop")
    await person.do("session", user="ana", **at, title="Second")
    renamed = (await bot.hears("agent_session_title_changed"))["event"]
    assert (renamed["title"], renamed["previous_title"]) == ("Second", "First")
    await client.agents_sessions_rename(**where, title="Third")


class TestAnAgentWithoutAssistant:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(assistant_view=False)

    async def test_it_is_opened_by_its_messages_tab(self, bot: Bot, person: Person, client: AsyncWebClient) -> None:
        status, told = await person.tried("assistant", user="ana")
        assert (status, told["error"]) == (400, "no_assistant")
        opened = await person.do("home", user="ana", tab="messages", channel="feed")
        context = (await bot.hears("app_home_opened"))["event"]["context"]
        assert context["entities"][0]["value"] == "C01FEED"
        await client.assistant_threads_setSuggestedPrompts(channel_id=opened["channel"], prompts=PROMPTS)
        [thread] = (await person.look("threads", user="ana"))["threads"]
        assert thread["prompts"] == PROMPTS
