"""Tokens, scopes, bodies and arguments: what happens before a method does anything."""

import json

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.manifest import Manifest
from sandbox.server import Sandbox
from sandbox.workspace_file import BOT_TOKEN
from tests.sandbox.forms import field, modal
from tests.sandbox.world import SEED, Json, Refused, manifest


async def call(http: aiohttp.ClientSession, method: str, token: str | None = BOT_TOKEN, **request: object) -> Json:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with http.post(f"/api/{method}", headers=headers, **request) as response:  # type: ignore[arg-type]  # any parameters, also wrong ones
        answer: Json = await response.json()
        return answer


async def test_a_bot_learns_who_it_is(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == "U0SANDBOX1"
    assert answer["bot_id"] == "B0SANDBOX1"
    assert answer["team_id"] == "T01TEST"
    assert answer["url"] == "https://test-corp.slack.com/"
    assert answer.headers["X-OAuth-Scopes"] == ""


async def test_a_call_without_a_token_is_not_authed(http: aiohttp.ClientSession) -> None:
    assert await call(http, "auth.test", None) == {"ok": False, "error": "not_authed"}


async def test_a_made_up_token_is_invalid(http: aiohttp.ClientSession) -> None:
    assert (await call(http, "auth.test", "xoxb-made-up"))["error"] == "invalid_auth"


async def test_a_revoked_token_is_refused_until_the_sandbox_is_reset(
    client: AsyncWebClient, http: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    assert (await client.auth_revoke(test=True))["revoked"] is False
    assert (await client.auth_revoke())["revoked"] is True
    assert (await call(http, "auth.test"))["error"] == "token_revoked"
    sandbox.workspace.reset()
    assert (await call(http, "auth.test"))["ok"]


async def test_a_connection_is_opened_by_post_with_an_app_level_token(http: aiohttp.ClientSession) -> None:
    assert (await call(http, "apps.connections.open", None))["error"] == "missing_args"
    assert (await call(http, "apps.connections.open", "xapp-made-up"))["error"] == "invalid_auth"
    async with http.get("/api/apps.connections.open", params={"token": "xapp-sandbox"}) as response:
        assert (await response.json())["error"] == "insecure_request"


async def test_tokens_are_not_interchangeable(http: aiohttp.ClientSession) -> None:
    assert (await call(http, "apps.connections.open", "xoxb-sandbox"))["error"] == "not_allowed_token_type"
    assert (await call(http, "users.list", "xapp-sandbox"))["error"] == "not_allowed_token_type"


@pytest.mark.parametrize("place", ["query", "form"])
async def test_a_token_may_stand_in_the_query_or_in_the_form(http: aiohttp.ClientSession, place: str) -> None:
    token = {"token": "xoxb-sandbox"}
    where = {"params": token} if place == "query" else {"data": token}
    assert (await call(http, "auth.test", None, **where))["ok"]


async def test_a_token_inside_a_json_body_does_not_count(http: aiohttp.ClientSession) -> None:
    assert (await call(http, "auth.test", None, json={"token": "xoxb-sandbox"}))["error"] == "not_authed"


async def test_unknown_methods_are_reported_by_name(http: aiohttp.ClientSession) -> None:
    answer = await call(http, "chat.shout")
    assert answer == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


async def test_a_missing_scope_says_what_is_needed_and_what_is_there(refused: Refused) -> None:
    app = manifest(scopes=frozenset({"chat:write", "channels:read"}))
    async with Sandbox(SEED, [app]) as sandbox, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=session)
        answer = await refused(client.pins_add(channel="C01FEED", timestamp="1.000000"))
        assert answer == {
            "ok": False,
            "error": "missing_scope",
            "needed": "pins:write",
            "provided": "channels:read,chat:write",
        }


async def test_the_scope_follows_the_kind_of_conversation(refused: Refused) -> None:
    app = manifest(scopes=frozenset({"channels:manage", "channels:read", "channels:history"}))
    async with Sandbox(SEED, [app]) as sandbox, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=session)
        await client.conversations_create(name="open-to-all")
        private = await refused(client.conversations_create(name="closed", is_private=True))
        assert (private["error"], private["needed"]) == ("missing_scope", "groups:write")
        listed = await refused(client.conversations_list(types="public_channel,im"))
        assert (listed["error"], listed["needed"]) == ("missing_scope", "im:read")


async def test_arguments_come_as_a_form_as_json_or_in_the_query(http: aiohttp.ClientSession) -> None:
    blocks = [{"type": "divider"}]
    as_form = await call(http, "chat.postMessage", data={"channel": "C01FEED", "blocks": json.dumps(blocks)})
    as_json = await call(http, "chat.postMessage", json={"channel": "C01FEED", "blocks": blocks})
    as_query = await call(http, "chat.postMessage", params={"channel": "C01FEED", "blocks": json.dumps(blocks)})
    for answer in (as_form, as_json, as_query):
        assert [block["type"] for block in answer["message"]["blocks"]] == ["divider"]


async def test_arguments_come_as_a_multipart_form(http: aiohttp.ClientSession) -> None:
    form = aiohttp.FormData({"channel": "C01FEED", "text": "grüezi"}, default_to_multipart=True)
    assert (await call(http, "chat.postMessage", data=form))["message"]["text"] == "grüezi"


async def test_methods_that_take_no_json_do_not_see_a_json_body(http: aiohttp.ClientSession) -> None:
    answer = await call(http, "users.info", json={"user": "U01ANA"})
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]
    assert (await call(http, "users.info", data={"user": "U01ANA"}))["user"]["name"] == "ana"


async def test_json_without_a_charset_is_taken_with_a_warning(http: aiohttp.ClientSession) -> None:
    headers = {"Authorization": "Bearer xoxb-sandbox", "Content-Type": "application/json"}
    async with http.post("/api/auth.test", data=b"{}", headers=headers) as response:
        body = await response.json()
    assert body["warning"] == "missing_charset"
    assert body["response_metadata"]["warnings"] == ["missing_charset"]


@pytest.mark.parametrize(
    ("content_type", "content", "error"),
    [
        ("application/json; charset=utf-8", b"{", "invalid_json"),
        ("application/json; charset=utf-8", b"[]", "json_not_object"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=1", "invalid_form_data"),
        ("text/html", b"<p>", "invalid_post_type"),
    ],
)
async def test_bodies_that_cannot_be_read(
    http: aiohttp.ClientSession, content_type: str, content: bytes, error: str
) -> None:
    headers = {"Authorization": "Bearer xoxb-sandbox", "Content-Type": content_type}
    async with http.post("/api/auth.test", data=content, headers=headers) as response:
        assert (await response.json())["error"] == error


@pytest.mark.parametrize("spelling", ["1", "true", "True", 1])
async def test_booleans_are_understood_however_they_are_spelt(client: AsyncWebClient, spelling: object) -> None:
    answer = await client.api_call("conversations.create", data={"name": "hidden", "is_private": spelling})
    assert answer["channel"]["is_private"] is True


@pytest.mark.parametrize("spelling", ["0", "false", 0, ""])
async def test_no_is_understood_however_it_is_spelt(client: AsyncWebClient, spelling: object) -> None:
    answer = await client.api_call("conversations.create", data={"name": "shown", "is_private": spelling})
    assert answer["channel"]["is_private"] is False


async def test_nonsense_for_a_boolean_is_an_invalid_argument(client: AsyncWebClient, refused: Refused) -> None:
    answer = await refused(client.api_call("conversations.create", data={"name": "x", "is_private": "perhaps"}))
    assert answer["error"] == "invalid_arguments"


@pytest.mark.parametrize("users", ["U01BEN,U01CY", "U01BEN, U01CY ,", '["U01BEN", "U01CY"]', ["U01BEN", "U01CY"]])
async def test_lists_come_with_commas_or_as_json(client: AsyncWebClient, users: object) -> None:
    answer = await client.api_call("conversations.invite", json={"channel": "C01FEED", "users": users})
    assert answer["ok"]
    assert {"U01BEN", "U01CY"} < set((await client.conversations_members(channel="C01FEED"))["members"])


@pytest.mark.parametrize(
    ("method", "arguments", "problem"),
    [
        ("conversations.history", {"channel": "C01FEED", "limit": "many"}, "must be a number [json-pointer:/limit]"),
        ("conversations.invite", {"channel": "C01FEED", "users": 7}, "must be a comma-separated list"),
        ("conversations.setTopic", {"channel": "C01FEED", "topic": {"a": 1}}, "must be a string [json-pointer:/topic]"),
        ("users.info", {"user": ["U01ANA"]}, "missing required field: user"),
    ],
)
async def test_arguments_of_the_wrong_kind_are_named(
    client: AsyncWebClient, refused: Refused, method: str, arguments: Json, problem: str
) -> None:
    answer = await refused(client.api_call(method, json=arguments))
    assert answer["error"] == "invalid_arguments"
    assert problem in answer["response_metadata"]["messages"][0]


async def test_numbers_and_flags_are_taken_as_text(client: AsyncWebClient) -> None:
    for topic, kept in ((7, "7"), (True, "true")):
        answer = await client.api_call("conversations.setTopic", json={"channel": "C01FEED", "topic": topic})
        assert answer["channel"]["topic"]["value"] == kept


async def test_api_test_echoes_and_fails_on_request(client: AsyncWebClient, refused: Refused) -> None:
    assert (await client.api_test(foo="bar"))["args"]["foo"] == "bar"
    assert (await refused(client.api_test(error="my_error")))["error"] == "my_error"


async def test_tokens_never_reach_the_journal(http: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    await call(http, "auth.test", None, data={"token": "xoxb-sandbox"})
    (entry,) = sandbox.calls.since(0)
    assert "xoxb-sandbox" not in entry
    assert json.loads(entry)["arguments"] == {"token": "(hidden)"}


async def test_apps_live_side_by_side_with_tokens_of_their_own() -> None:
    async with Sandbox(SEED, [manifest(), Manifest(name="Other", display_name="Other")]) as sandbox:
        first, second = sandbox.apps
        assert (second.tokens.bot, second.tokens.app) == ("xoxb-sandbox-2", "xapp-sandbox-2")
        async with aiohttp.ClientSession() as session:
            other = AsyncWebClient(token=second.tokens.bot, base_url=sandbox.api_url, session=session)
            assert (await other.auth_test())["user_id"] == second.user_id != first.user_id


async def test_a_form_with_a_file_field_takes_the_scope_that_reads_files(refused: Refused) -> None:
    block = field("it", {"type": "file_input", "action_id": "it"})
    async with Sandbox(SEED, [manifest(scopes=frozenset({"commands"}))]) as sandbox, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=session)
        answer = await refused(client.views_open(trigger_id="1", view=modal(block)))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "files:read")
