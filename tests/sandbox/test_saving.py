"""The state as a file."""

from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.errors import BadFile
from sandbox.server import Sandbox
from sandbox.workspace_file import Seed, UserSeed, WorkspaceSeed
from tests.sandbox.forms import home
from tests.sandbox.world import SEED, Person, Watch, manifest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "state.json"


def content_of(file: Path) -> str:
    return file.read_text()


def write(file: Path, content: str) -> None:
    file.parent.mkdir()
    file.write_text(content)


def kept(file: Path, seed: Seed = SEED) -> Sandbox:
    return Sandbox(seed, [manifest()], state=file)


async def test_what_was_said_and_made_is_there_after_a_restart(file: Path) -> None:
    async with kept(file) as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=http)
        channel = (await client.conversations_create(name="acme"))["channel"]["id"]
        await client.conversations_setTopic(channel=channel, topic="Exports")
        metadata = {"event_type": "effect", "event_payload": {"id": 1}}
        head = (await client.chat_postMessage(channel=channel, text="head", metadata=metadata))["ts"]
        await client.chat_postMessage(channel=channel, text="reply", thread_ts=head)
        await client.reactions_add(channel=channel, timestamp=head, name="eyes")
        await client.pins_add(channel=channel, timestamp=head)
        await client.views_publish(user_id="U01ANA", view=home())
        direct = (await client.chat_postMessage(channel="U01ANA", text="psst"))["channel"]
        await Person(http).do("upload", user="ana", name="a.txt", content="aGVsbG8=")
        await client.chat_scheduleMessage(channel=channel, text="later", post_at=int(sandbox.clock.now()) + 100)
        before = await Person(http).look("messages", user="ana", channel=channel)
        state = await Person(http).look("state")
    async with kept(file) as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=http)
        person = Person(http)
        assert await person.look("messages", user="ana", channel=channel) == before
        again = await person.look("state")
        assert {key: again[key] for key in ("users", "channels", "usergroups")} == {
            key: state[key] for key in ("users", "channels", "usergroups")
        }
        assert (await person.look("home", user="ana"))["view"]["blocks"] == home()["blocks"]
        assert (await client.conversations_open(users=["U01ANA"]))["channel"]["id"] == direct
        new = (await client.conversations_create(name="globex"))["channel"]["id"]
        assert new not in {one["id"] for one in state["channels"]}
        posted = Watch(sandbox, "message_posted")
        sandbox.clock.set(now=sandbox.clock.now() + 200)
        await posted.for_times(1)
        texts = [m["text"] for m in await person.messages("ana", "acme")]
        assert texts == ["set the channel topic: Exports", "head", "later"]


async def test_nothing_saved_is_a_fresh_start(file: Path) -> None:
    async with kept(file) as sandbox:
        assert sandbox.workspace.channel_named("general") is not None
    assert content_of(file).startswith("{")


async def test_people_the_workspace_file_has_gained_are_there_too(file: Path) -> None:
    async with kept(file):
        pass
    grown = Seed(SEED.workspace, (*SEED.users, UserSeed(id="U01NEW", name="new")), SEED.channels)
    async with kept(file, grown) as sandbox:
        assert sandbox.workspace.users["U01NEW"].name == "new"


async def test_the_clock_resumes_where_it_was_if_that_is_ahead(file: Path) -> None:
    async with kept(file) as sandbox:
        sandbox.clock.set(now=4_000_000_000)
    async with kept(file) as sandbox:
        assert sandbox.clock.now() >= 4_000_000_000


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"version": 0, "team": "T01TEST"}', '{"version": 1, "team": "T01TEST"}']
)
async def test_a_file_that_cannot_be_used_is_reported_and_left_alone(file: Path, content: str) -> None:
    write(file, content)
    with pytest.raises(BadFile, match=r"state\.json"):
        await kept(file).start()
    assert content_of(file) == content


async def test_the_state_of_another_workspace_is_refused(file: Path) -> None:
    async with kept(file):
        pass
    other = Seed(WorkspaceSeed(id="T02OTHER"))
    with pytest.raises(BadFile, match="another workspace"):
        await kept(file, other).start()


async def test_agents_calls_invitations_and_rights_are_there_after_a_restart(file: Path) -> None:
    async with kept(file) as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=http)
        person = Person(http)
        opened = await person.do("assistant", user="ana", channel="feed")
        at = {"channel_id": opened["channel"], "thread_ts": opened["thread_ts"]}
        await client.assistant_threads_setTitle(**at, title="Holidays")
        made = await client.calls_add(external_unique_id="1", join_url="https://c.example", created_by="U01ANA")
        invited = await client.conversations_inviteShared(channel="C01FEED", emails=["x@acme.example"])
        canvas = (await client.canvases_create(title="Plan"))["canvas_id"]
        await client.canvases_access_set(canvas_id=canvas, access_level="read", user_ids=["U01ANA"])
        threads = await person.look("threads", user="ana")
    async with kept(file) as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=http)
        assert await Person(http).look("threads", user="ana") == threads
        assert (await client.calls_info(id=made["call"]["id"]))["call"] == made["call"]
        [invite] = (await client.conversations_listConnectInvites())["invites"]
        assert invite["invite"]["id"] == invited["invite_id"]
        assert sandbox.workspace.canvases[canvas].access_users == {"U01ANA": "read"}
