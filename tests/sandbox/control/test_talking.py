"""Saying something as a person, and going in and out of conversations."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.manifest import Manifest
from sandbox.server import Sandbox
from tests.sandbox.world import Json, Person, Refused, manifest


async def said(person: Person, text: str, channel: str = "feed") -> str:
    """Return how Slack keeps what ana types."""
    await person.do("message", user="ana", channel=channel, text=text)
    return str((await person.messages("ana", channel))[-1]["text"])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain", "plain"),
        ("a & b < c", "a &amp; b &lt; c"),
        ("<!channel> <script>", "&lt;!channel&gt; &lt;script&gt;"),
        ("ask @ben, please", "ask <@U01BEN>, please"),
        ("@nobody @here @channel", "@nobody <!here> <!channel>"),
        ("see #feed.", "see <#C01FEED|feed>."),
        ("https://x.y/z?a=1&b=2", "<https://x.y/z?a=1&amp;b=2>"),
        ("<@U01BEN> and <@U404>", "<@U01BEN> and &lt;@U404&gt;"),
        ("two\n lines", "two\n lines"),
    ],
)
async def test_what_is_typed_is_kept_as_slack_keeps_it(person: Person, typed: str, kept: str) -> None:
    assert await said(person, typed) == kept


async def test_a_reply_goes_into_its_thread(person: Person) -> None:
    head = (await person.do("message", user="ana", channel="feed", text="head"))["ts"]
    await person.do("message", user="ana", channel="feed", text="reply", thread_ts=head)
    assert [m["text"] for m in await person.messages("ana", "feed")] == ["head"]
    assert [m["text"] for m in await person.messages("ana", "feed", thread_ts=head)] == ["head", "reply"]


async def test_people_write_to_each_other_and_to_the_bot(person: Person, client: AsyncWebClient) -> None:
    await person.do("message", user="ana", channel="@ben", text="psst")
    assert [m["text"] for m in await person.messages("ben", "@ana")] == ["psst"]
    channel = (await person.do("message", user="ana", channel="@tester", text="hello bot"))["channel"]
    assert (await client.conversations_history(channel=channel))["messages"][0]["text"] == "hello bot"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": " "}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "old"}, "is_archived"),
        ({"channel": "shared"}, "not_in_channel"),
        ({"thread_ts": "1503435956.000247"}, "thread_not_found"),
        ({"user": "tester"}, "not_a_person"),
        ({"files": ["F404"]}, "file_not_found"),
        ({"txt": "misspelt"}, "unknown_key"),
        ({"text": 7}, "not_text"),
    ],
)
async def test_what_nobody_could_say(person: Person, changes: Json, error: str) -> None:
    body = {"user": "ana", "channel": "feed", "text": "x"} | changes
    status, answer = await person.tried("message", **body)
    assert (status, answer["error"]) == (400, error)


class TestAnAppThatOnlySpeaks:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(messages_tab_read_only=True)

    async def test_nobody_can_write_to_it(self, person: Person) -> None:
        status, answer = await person.tried("message", user="ana", channel="@tester", text="x")
        assert (status, answer["error"]) == (400, "messages_tab_disabled")


async def test_a_person_goes_in_and_out_of_channels(person: Person, client: AsyncWebClient) -> None:
    await person.do("join", user="ben", channel="feed")
    assert "U01BEN" in (await client.conversations_members(channel="C01FEED"))["members"]
    await person.do("leave", user="ben", channel="feed")
    assert "U01BEN" not in (await client.conversations_members(channel="C01FEED"))["members"]
    for call, channel in (("join", "old"), ("leave", "general"), ("leave", "shared")):
        status, answer = await person.tried(call, user="ana", channel=channel)
        assert (status, answer["error"]) == (400, f"cannot_{call}")


async def test_a_person_makes_a_channel_and_brings_others_in(person: Person) -> None:
    await person.do("create", user="ana", name="war-room", is_private=True)
    answer = await person.do("invite", user="ana", channel="war-room", users=["ben", "tester"])
    assert answer["members"] == ["U01ANA", "U01BEN", "U0SANDBOX1"]
    status, answer = await person.tried("create", user="ben", name="war-room")
    assert (status, answer["error"]) == (400, "name_taken")


async def test_a_person_describes_a_channel_by_hand(person: Person, client: AsyncWebClient) -> None:
    await person.do("describe", user="ana", channel="feed", name="fires", topic="Hot", purpose="What burns")
    channel = (await client.conversations_info(channel="C01FEED"))["channel"]
    assert (channel["name"], channel["topic"]["value"], channel["purpose"]["value"]) == ("fires", "Hot", "What burns")
    await person.do("describe", user="ana", channel="fires", topic="")
    assert (await client.conversations_history(channel="C01FEED"))["messages"][0]["text"] == "cleared the channel topic"
    assert (await person.tried("describe", user="ana", channel="fires", name="general"))[1]["error"] == "name_taken"
    assert (await person.tried("describe", user="ana", channel="fires", topic="x" * 251))[1]["error"] == "too_long"
    assert (await person.tried("describe", user="ana", channel="@ben", topic="x"))[1]["error"] == "not_a_channel"


async def test_a_person_archives_a_channel_and_opens_it_again(
    person: Person, client: AsyncWebClient, refused: Refused
) -> None:
    await person.do("archive", user="ana", channel="feed")
    assert (await refused(client.chat_postMessage(channel="C01FEED", text="x")))["error"] == "is_archived"
    await person.do("unarchive", user="ana", channel="feed")
    newest = (await person.messages("ana", "feed"))[-1]
    assert (newest["subtype"], newest["user"]) == ("channel_unarchive", "U01ANA")
    # People are in it as before; a bot has to be invited again.
    assert (await refused(client.conversations_history(channel="C01FEED")))["error"] == "not_in_channel"
    await person.do("invite", user="ana", channel="feed", users=["tester"])
    assert (await client.conversations_history(channel="C01FEED"))["ok"]
    assert (await person.tried("unarchive", user="ana", channel="feed"))[1]["error"] == "not_archived"
    assert (await person.tried("archive", user="ana", channel="general"))[1]["error"] == "cannot_archive"


async def test_a_person_deletes_a_channel(person: Person, client: AsyncWebClient, refused: Refused) -> None:
    await person.do("erase", user="ana", channel="feed")
    assert (await refused(client.chat_postMessage(channel="C01FEED", text="x")))["error"] == "channel_not_found"
    assert (await client.conversations_create(name="feed"))["ok"]
    assert (await person.tried("erase", user="ana", channel="general"))[1]["error"] == "cannot_delete"


async def test_a_person_makes_a_channel_private_and_public_again(person: Person, client: AsyncWebClient) -> None:
    await person.do("convert", user="ana", channel="feed", is_private=True)
    assert (await client.conversations_info(channel="C01FEED"))["channel"]["is_private"] is True
    assert (await person.tried("join", user="ben", channel="feed"))[1]["error"] == "channel_not_found"
    await person.do("convert", user="ana", channel="feed", is_private=False)
    lines = (await client.conversations_history(channel="C01FEED"))["messages"]
    assert [line["subtype"] for line in lines] == ["channel_convert_to_public", "channel_convert_to_private"]
    assert (await person.tried("convert", user="ana", channel="feed", is_private=False))[1]["error"] == "cannot_convert"


async def test_a_person_puts_another_out(person: Person, client: AsyncWebClient) -> None:
    assert (await person.do("remove", user="ana", channel="feed", other="tester"))["members"] == ["U01ANA"]
    assert (await client.conversations_info(channel="C01FEED"))["channel"]["is_member"] is False
    assert (await person.tried("remove", user="ana", channel="feed", other="ben"))[1]["error"] == "cannot_remove"


async def test_a_direct_message_is_begun_with_one_or_with_several(person: Person, sandbox: Sandbox) -> None:
    one = (await person.do("direct", user="ana", users=["ben"]))["channel"]
    several = (await person.do("direct", user="ana", users=["ben", "cy"]))["channel"]
    assert (sandbox.workspace.channels[one].kind, sandbox.workspace.channels[several].kind) == ("im", "mpim")
    assert (await person.do("direct", user="ben", users=["ana"]))["channel"] == one
    assert (await person.tried("direct", user="ana", users=[]))[0] == 400


async def test_a_reaction_is_put_on_and_taken_back(person: Person) -> None:
    ts = (await person.do("message", user="ana", channel="feed", text="x"))["ts"]
    reaction = {"user": "ana", "channel": "feed", "ts": ts, "name": ":eyes:"}
    await person.do("reaction", **reaction)
    (seen,) = await person.messages("ana", "feed")
    assert seen["reactions"] == [{"name": "eyes", "users": ["U01ANA"], "count": 1}]
    assert (await person.tried("reaction", **reaction))[1]["error"] == "already_reacted"
    await person.do("reaction", **reaction, remove=True)
    assert (await person.tried("reaction", **reaction, remove=True))[1]["error"] == "no_reaction"


async def test_a_person_changes_and_deletes_what_they_said(person: Person, client: AsyncWebClient) -> None:
    ts = (await person.do("message", user="ana", channel="feed", text="teh"))["ts"]
    await person.do("edit", user="ana", channel="feed", ts=ts, text="the")
    (seen,) = await person.messages("ana", "feed")
    assert (seen["text"], seen["edited"]["user"]) == ("the", "U01ANA")
    posted = (await client.chat_postMessage(channel="C01FEED", text="mine"))["ts"]
    for call, more in (("edit", {"text": "x"}), ("delete", {})):
        status, answer = await person.tried(call, user="ana", channel="feed", ts=posted, **more)
        assert (status, answer["error"]) == (400, "not_yours")
    await person.do("delete", user="ana", channel="feed", ts=ts)
    assert [m["text"] for m in await person.messages("ana", "feed")] == ["mine"]
    await person.do("member", user="ana", is_admin=True)
    await person.do("delete", user="ana", channel="feed", ts=posted)
    assert await person.messages("ana", "feed") == []


async def test_an_upload_is_shown_where_it_is_posted(person: Person, client: AsyncWebClient) -> None:
    uploaded = await person.do("upload", user="ana", name="graph.png", content="aGVsbG8=")
    await person.do("message", user="ana", channel="feed", text="look", files=[uploaded["file"]["id"]])
    (seen,) = await person.messages("ana", "feed")
    assert (seen["files"][0]["name"], seen["files"][0]["mimetype"]) == ("graph.png", "image/png")
    assert (await client.files_info(file=uploaded["file"]["id"]))["file"]["channels"] == ["C01FEED"]
    browser = {"Sec-Fetch-Site": "same-origin"}
    async with person.http.get(seen["files"][0]["url_private"], headers=browser) as response:
        assert (response.content_type, await response.read()) == ("image/png", b"hello")
    assert (await person.tried("upload", user="ana", name="x", content="???"))[1]["error"] == "not_base64"
