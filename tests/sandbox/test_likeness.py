"""Likeness to Slack: cases where the sandbox once answered differently."""

import json
import urllib.parse
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.api.dispatch import HANDLERS
from sandbox.api.table import methods
from sandbox.manifest import Manifest
from sandbox.server import Sandbox, in_thread
from tests.sandbox.bots import Bot
from tests.sandbox.world import SEED, Json, Person, Refused, manifest

BUTTONS = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}],
    }
]

# Arguments of every kind, good and bad, by what they are called in some method.
_TEXTS = st.sampled_from(
    [
        "",
        "x",
        "C01GENERAL",
        "C01FEED",
        "C0NOPE",
        "U01ANA",
        "U0NOPE",
        "S01CSM",
        "F0NOPE",
        "1.2",
        "[]",
        "{}",
        "null",
        "x" * 12_001,
        "\x00",
        "\ud800",
        "a\udfff",
        "9" * 5_000,
    ]
)
_DEEP: Any = json.loads("[" * 400 + "]" * 400)
_VALUES: st.SearchStrategy[Any] = _TEXTS | st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        10**12,
        1.5,
        float("nan"),
        10**400,
        _DEEP,
        {"a": _DEEP},
        [{"type": "section", "text": {"type": "plain_text", "text": "\ud800\x00"}}],
        [],
        {},
        [{}],
        [{"type": "markdown", "text": "x"}],
        {"event_payload": {}},
        ["U0NOPE"],
    ]
)


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_whatever_is_asked_every_method_answers_in_its_own_words(everything: Sandbox, name: str) -> None:
    method = methods()[name]
    arguments = st.fixed_dictionaries({}, optional={argument.name: _VALUES for argument in method.args})

    @hypothesis(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(given=arguments)
    def ask(given: Json) -> None:
        check(given)

    def check(given: Json) -> None:
        status, answer = _call(everything, name, given)
        assert status in (200, 429), (given, answer)
        if answer["ok"] or name == "api.test" or answer == {"ok": False, "not_in_channel": True}:
            return  # the last is what conversations.leave says to one who has left already
        assert method.may_answer(answer["error"]), (given, answer)

    # Each alone, because one that is refused keeps the others from being read.
    for argument in method.args:
        check({argument.name: 10**400})
        check({argument.name: _DEEP})
    ask()


# Named, so that Hypothesis does not write all of them down.
_BODIES = {
    **{f"{depth} lists": b"[" * depth + b"]" * depth for depth in (10, 600, 100_000)},
    **{f"{depth} objects": b'{"a": ' * depth + b"1" + b"}" * depth for depth in (10, 600, 100_000)},
    "a long number": b'{"text": ' + b"9" * 5_000 + b"}",
    "a name twice": b'{"channel": "C01GENERAL", "channel": 5}',
    "a lone surrogate": b'{"text": "\\ud800", "channel": "C01GENERAL"}',
    "a form with bytes that are no text": b"channel=C01GENERAL&channel=%00%ff&text=%ED%A0%80",
    "a deep argument": b"channel=C01GENERAL&blocks=" + b"[" * 100_000,
    "half a payload": b"payload={",
    "a part without an end": b"--x\r\ncontent-disposition: form-data; name=text\r\n\r\n\xff",
    "a mark of byte order": b"\xef\xbb\xbf{}",
    "null": b"null",
    "no number": b"NaN",
    "nothing": b"",
}
_KINDS = (
    "application/json",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
    "nonsense; charset=\u00e9",
)


@hypothesis(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(HANDLERS)), st.sampled_from(sorted(_BODIES)) | st.binary(), st.sampled_from(_KINDS))
def test_whatever_is_sent_no_method_ends_in_a_server_error(
    everything: Sandbox, name: str, body: str | bytes, kind: str
) -> None:
    status, answer = _send(everything, name, body if isinstance(body, bytes) else _BODIES[body], kind)
    assert status in (200, 429), answer
    assert isinstance(answer["ok"], bool)


@pytest.fixture(scope="module")
def everything() -> Any:
    """Hand out a sandbox that keeps no rates and whose token nobody revokes."""
    with in_thread(Sandbox(SEED, [manifest()], strict_tiers=False)) as sandbox:
        yield sandbox


def _call(sandbox: Sandbox, name: str, given: Json) -> tuple[int, Json]:
    if methods()[name].json:
        return _send(sandbox, name, json.dumps(given).encode(), "application/json; charset=utf-8")
    # Of a method that takes no JSON nothing in it would be read.
    pairs = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
    body = urllib.parse.urlencode(pairs, errors="surrogatepass").encode()
    return _send(sandbox, name, body, "application/x-www-form-urlencoded")


def _send(sandbox: Sandbox, name: str, body: bytes, kind: str) -> tuple[int, Json]:
    import urllib.error  # noqa: PLC0415 - a plain client: the SDK's would refuse some of this itself
    import urllib.request  # noqa: PLC0415 - as above

    sandbox.apps[0].revoked = False
    headers = {"Authorization": f"Bearer {sandbox.bot_token}", "Content-Type": kind}
    request = urllib.request.Request(f"{sandbox.api_url}{name}", body, headers, method="POST")  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - as above
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


async def test_long_markdown_and_long_blocks_of_it_are_refused(client: AsyncWebClient, refused: Refused) -> None:
    long = await refused(
        client.api_call("chat.postMessage", json={"channel": "C01FEED", "markdown_text": "x" * 12_001})
    )
    assert long["error"] == "msg_blocks_too_long"
    blocks = [{"type": "markdown", "text": "x" * 8_000}] * 2
    together = await refused(client.chat_postMessage(channel="C01FEED", text="x", blocks=blocks))
    assert together["error"] == "msg_blocks_too_long"


@pytest.mark.parametrize(
    ("method", "arguments"),
    [("canvases.create", {"channel_id": "C0NOPE", "title": "x"}), ("users.conversations", {"user": "U0NOPE"})],
)
async def test_what_is_not_there_is_refused_in_a_word_of_the_method(
    everything: Sandbox, method: str, arguments: Json
) -> None:
    status, answer = _call(everything, method, arguments)
    assert (status, answer["ok"]) == (200, False)
    assert methods()[method].may_answer(answer["error"]), answer


async def test_a_video_is_served_over_https_and_a_file_block_cannot_be_sent(
    client: AsyncWebClient, refused: Refused
) -> None:
    video = {
        "type": "video",
        "video_url": "http://v.example/1",
        "thumbnail_url": "https://v.example/1.png",
        "alt_text": "v",
    }
    title = {"title": {"type": "plain_text", "text": "v"}}
    for block in (video | title, {"type": "file", "source": "remote", "external_id": "x"}):
        answer = await refused(client.chat_postMessage(channel="C01FEED", text="x", blocks=[block]))
        assert answer["error"] == "invalid_blocks"


async def test_metadata_of_a_message_for_one_person_is_ignored(client: AsyncWebClient) -> None:
    given = {"channel": "C01FEED", "user": "U01ANA", "text": "x", "metadata": {"event_payload": {}}}
    assert (await client.api_call("chat.postEphemeral", json=given))["ok"]


async def test_only_standard_emoji_can_be_reacted_with(client: AsyncWebClient, refused: Refused) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="x"))["ts"]
    answer = await refused(client.reactions_add(channel="C01FEED", timestamp=ts, name="no_such_emoji"))
    assert answer["error"] == "invalid_name"
    for name in ("tada", "+1::skin-tone-3", "saluting_face"):
        await client.reactions_add(channel="C01FEED", timestamp=ts, name=name)


async def test_a_request_is_warned_of_its_charset(http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    async def warned(content_type: str, body: bytes) -> str | None:
        headers = {"Authorization": f"Bearer {sandbox.bot_token}", "Content-Type": content_type}
        async with http.post("/api/auth.test", data=body, headers=headers) as response:
            answer: Json = await response.json()
            return answer.get("warning")

    assert await warned("application/x-www-form-urlencoded; charset=utf-8", b"a=b") == "superfluous_charset"
    assert await warned("application/x-www-form-urlencoded", b"a=b") is None
    assert await warned("application/json; charset=klingon", b"{}") == "invalid_charset"
    assert await warned("application/json; charset=utf-8", b"{}") is None
    assert await warned("application/json", b"{}") == "missing_charset"


async def test_profiles_have_pictures_and_zones_their_whole_names(client: AsyncWebClient) -> None:
    user = (await client.users_info(user="U01ANA"))["user"]
    assert {f"image_{size}" for size in (24, 32, 48, 72, 192, 512)} <= user["profile"].keys()
    assert user["tz_label"] in ("Eastern Standard Time", "Eastern Daylight Time")


async def test_events_of_pins_threads_and_new_channels_are_complete(
    bot: Bot, person: Person, client: AsyncWebClient
) -> None:
    head = (await client.chat_postMessage(channel="C01FEED", text="head"))["ts"]
    await client.pins_add(channel="C01FEED", timestamp=head)
    pinned = (await bot.hears("pin_added"))["event"]
    assert pinned["pinned_info"].keys() == {"channel", "pinned_by", "pinned_ts"}
    assert pinned["item"]["message"]["permalink"]
    await client.chat_postMessage(channel="C01FEED", text="reply", thread_ts=head, reply_broadcast=True)
    history = (await client.conversations_history(channel="C01FEED"))["messages"]
    broadcast = next(message for message in history if message.get("subtype") == "thread_broadcast")
    assert (broadcast["root"]["ts"], broadcast["root"]["reply_count"]) == (head, 1)
    told = (await bot.hears("message", 2))["event"]
    assert (told["subtype"], told["root"]["ts"]) == ("thread_broadcast", head)
    await client.pins_remove(channel="C01FEED", timestamp=head)
    unpinned = (await bot.hears("pin_removed"))["event"]
    assert unpinned["pinned_info"].keys() == pinned["pinned_info"].keys()
    assert unpinned["item"]["message"]["permalink"]
    await client.conversations_create(name="made")
    channel = (await bot.hears("channel_created"))["event"]["channel"]
    flags = ("archived", "shared", "org_shared", "frozen", "general", "group", "im", "mpim", "ext_shared", "private")
    assert {channel[f"is_{flag}"] for flag in flags} == {False}
    del person


async def test_a_file_says_that_no_bot_is_shown_as_its_author(client: AsyncWebClient) -> None:
    file = (await client.files_upload_v2(channel="C01FEED", content="hello", filename="a.txt"))["file"]
    for seen in (file, (await client.files_info(file=file["id"]))["file"]):
        assert (seen["display_as_bot"], seen["username"]) == (False, "")


async def test_an_icon_button_is_sent_with_its_icon(bot: Bot, person: Person, client: AsyncWebClient) -> None:
    element = {
        "type": "icon_button",
        "action_id": "bin",
        "icon": "trash",
        "text": {"type": "plain_text", "text": "Delete"},
    }
    blocks = [{"type": "context_actions", "elements": [element]}]
    await client.chat_postMessage(channel="C01FEED", text="x", blocks=blocks)
    await person.do("press", user="ana", channel="feed", action_id="bin")
    assert (await bot.hears("block_actions"))["actions"][0]["icon"] == "trash"


class TestSteps:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(functions={"approve": {"title": "Approve", "input_parameters": {}, "output_parameters": {}}})

    async def test_a_button_of_a_step_carries_what_ends_the_step(
        self, bot: Bot, person: Person, sandbox: Sandbox, refused: Refused
    ) -> None:
        await person.do("function", callback_id="approve", inputs={"who": "ana"})
        event = (await bot.hears("function_executed"))["event"]
        token, run = event["bot_access_token"], event["function_execution_id"]
        assert token != sandbox.bot_token
        async with aiohttp.ClientSession() as session:
            step = AsyncWebClient(token=token, base_url=sandbox.api_url, session=session)
            await step.chat_postMessage(channel="C01FEED", text="Approve?", blocks=BUTTONS)
            await person.do("press", user="ana", channel="feed", action_id="go")
            pressed = await bot.hears("block_actions")
            assert pressed["function_data"]["execution_id"] == run
            assert pressed["function_data"]["inputs"] == {"who": "ana"}
            assert pressed["bot_access_token"] == token
            assert pressed["interactivity"]["interactor"]["id"] == "U01ANA"
            await step.functions_completeSuccess(function_execution_id=run, outputs={})
            await step.auth_test()  # Slack's own template updates its message with it after the end
            await person.do("clock", now=sandbox.clock.now() + 10)
            assert (await refused(step.auth_test()))["error"] == "token_revoked"
        assert token not in str(await person.look("executions"))


@pytest.mark.parametrize(("options_url", "asked"), [(None, False), ("https://bot.example/slack/events", True)])
async def test_over_http_options_are_asked_for_only_at_the_address_of_the_manifest(
    options_url: str | None, *, asked: bool
) -> None:
    heard: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        heard.extend(["options"] if b"block_suggestion" in await request.read() else [])
        return web.json_response({"options": [{"text": {"type": "plain_text", "text": "Acme"}, "value": "1"}]})

    server = web.Application()
    server.router.add_post("/slack/events", answer)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    menu = {"type": "external_select", "action_id": "account", "min_query_length": 0}
    blocks = [{"type": "actions", "elements": [menu]}]
    app = manifest(options_url=options_url)
    async with Sandbox(SEED, [app], events_urls=[url]) as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=http)
        await client.chat_postMessage(channel="C01FEED", text="x", blocks=blocks)
        offered = await Person(http).do(
            "options", user="ana", channel="feed", surface="message", action_id="account", query="a"
        )
    await runner.cleanup()
    assert bool(heard) is asked
    assert bool(offered["options"]) is asked
    assert ("Options Load URL" in offered.get("problem", "")) is not asked


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_an_event_is_acknowledged_by_any_success(status: int) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status)

    server = web.Application()
    server.router.add_post("/slack/events", answer)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    async with Sandbox(SEED, [manifest()], events_urls=[url]) as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        await Person(http).do("home", user="ana")
        deliveries = (await Person(http).look("deliveries"))["deliveries"]
    await runner.cleanup()
    assert [entry["acknowledged"] for entry in deliveries if entry["kind"] == "events_api"] == [True]


async def test_a_text_without_blocks_is_sent_with_the_rich_text_that_slack_makes_of_it(
    client: AsyncWebClient, person: Person
) -> None:
    text = "*Hi* <@U01ANA> :tada: <https://a.example|a &amp; b>\n&gt; quoted `x_y`\n```raw *not bold*```"
    posted = await client.chat_postMessage(channel="C01FEED", text=text)
    [message] = (await client.conversations_history(channel="C01FEED", limit=1))["messages"]
    assert message["blocks"] == posted["message"]["blocks"]
    section, quote, raw = message["blocks"][0]["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "Hi", "style": {"bold": True}},
        {"type": "text", "text": " "},
        {"type": "user", "user_id": "U01ANA"},
        {"type": "text", "text": " "},
        {"type": "emoji", "name": "tada"},
        {"type": "text", "text": " "},
        {"type": "link", "url": "https://a.example", "text": "a & b"},
    ]
    assert quote == {
        "type": "rich_text_quote",
        "elements": [
            {"type": "text", "text": "quoted "},
            {"type": "text", "text": "x_y", "style": {"code": True}},
        ],
    }
    assert raw == {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "raw *not bold*"}]}
    again = await client.chat_update(channel="C01FEED", ts=posted["ts"], text="x", blocks=message["blocks"])
    assert again["message"]["blocks"] == message["blocks"]
    [drawn] = await person.messages("ana", "feed")
    assert drawn["blocks"] == message["blocks"]


async def test_text_objects_of_a_message_are_sent_with_their_defaults(client: AsyncWebClient, person: Person) -> None:
    section = {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "x"}}
    header = {"type": "header", "block_id": "h", "text": {"type": "plain_text", "text": "x", "emoji": False}}
    plain = {"type": "section", "block_id": "p", "text": {"type": "plain_text", "text": "x"}}
    posted = await client.chat_postMessage(channel="C01FEED", text="x", blocks=[section, header, plain])
    [message] = (await client.conversations_history(channel="C01FEED", limit=1))["messages"]
    assert message["blocks"] == posted["message"]["blocks"]
    assert [block["text"] for block in message["blocks"]] == [
        {"type": "mrkdwn", "text": "x", "verbatim": False},
        {"type": "plain_text", "text": "x", "emoji": False},
        {"type": "plain_text", "text": "x", "emoji": True},
    ]
    [seen] = await person.messages("ana", "feed")
    assert seen["blocks"] == [section, header, plain]
