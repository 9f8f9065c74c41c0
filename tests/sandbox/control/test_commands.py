"""Slash commands, shortcuts and response_urls."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.delivery import courier
from sandbox.server import Sandbox
from tests.sandbox.bots import SILENCE, Bot
from tests.sandbox.forms import modal
from tests.sandbox.world import Json, Person

Typed = Callable[..., Coroutine[Any, Any, Json]]


@pytest.fixture
def typed(person: Person) -> Typed:
    async def command(**more: str) -> Json:
        return await person.do("command", **{"user": "ana", "channel": "general", "text": "acme is down"} | more)

    return command


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten a person's patience from three seconds to a moment."""
    monkeypatch.setattr(courier, "PATIENCE", 0.05)


async def test_a_command_tells_who_typed_what_where(bot: Bot, typed: Typed) -> None:
    assert await typed(command="/escalate") == {"ack": None, "status": 200}
    payload = await bot.hears("/escalate")
    assert {name: payload[name] for name in ("text", "user_id", "user_name", "channel_id", "channel_name")} == {
        "text": "acme is down",
        "user_id": "U01ANA",
        "user_name": "ana",
        "channel_id": "C01GENERAL",
        "channel_name": "general",
    }
    assert payload["team_domain"] == "test-corp"


async def test_without_a_name_it_is_the_first_command_of_the_manifest(bot: Bot, typed: Typed) -> None:
    await typed()
    assert (await bot.hears("/escalate"))["command"] == "/escalate"


async def test_a_command_works_where_the_bot_is_not_a_member_and_in_direct_messages(bot: Bot, typed: Typed) -> None:
    await typed(channel="secret")
    await typed(channel="@ben")
    await typed(channel="@tester")
    assert (await bot.hears("/escalate", 1))["channel_name"] == "privategroup"
    assert (await bot.hears("/escalate", 2))["channel_name"] == "directmessage"
    assert (await bot.hears("/escalate", 3))["channel_name"] == "directmessage"


async def test_the_trigger_of_a_command_opens_a_modal(bot: Bot, typed: Typed, person: Person) -> None:
    async def open_modal(payload: Json) -> None:
        await bot.client.views_open(trigger_id=payload["trigger_id"], view=modal())

    bot.on("/escalate", open_modal)
    await typed()
    assert (await person.top("ana"))["callback_id"] == "form"


@pytest.mark.parametrize("body", [{"text": "done"}, {"text": "done", "response_type": "ephemeral"}])
async def test_the_acknowledgement_may_answer_the_person_alone(
    bot: Bot, typed: Typed, person: Person, body: Json
) -> None:
    bot.on("/escalate", lambda _: body)
    assert await typed() == {"ack": body, "status": 200}
    (seen,) = await person.messages("ana", "general")
    assert (seen["text"], seen["is_ephemeral"]) == ("done", True)
    assert await person.messages("ben", "general") == []


async def test_the_acknowledgement_may_answer_everybody(bot: Bot, typed: Typed, person: Person) -> None:
    bot.on("/escalate", lambda _: {"text": "done", "response_type": "in_channel"})
    await typed()
    assert [m["text"] for m in await person.messages("ben", "general")] == ["done"]


async def test_the_person_sees_an_answer_that_slack_would_refuse(bot: Bot, typed: Typed, person: Person) -> None:
    bot.on("/escalate", lambda _: {"blocks": [{"type": "header"}]})
    await typed()
    (seen,) = await person.messages("ana", "general")
    assert seen["text"] == '/escalate failed with the error "invalid_blocks"'


@pytest.mark.usefixtures("impatient")
async def test_a_bot_that_does_not_answer_in_time_leaves_the_person_with_an_error(
    bot: Bot, typed: Typed, person: Person
) -> None:
    bot.on("/escalate", lambda _: SILENCE)
    assert await typed() == {"timeout": True, "failure": "http_timeout"}
    (seen,) = await person.messages("ana", "general")
    assert (seen["user"], seen["text"]) == ("USLACKBOT", '/escalate failed with the error "operation_timeout"')


@pytest.mark.usefixtures("impatient")
async def test_without_a_bot_a_command_fails(typed: Typed, person: Person) -> None:
    assert await typed() == {"timeout": True, "failure": "connection_failed"}
    (seen,) = await person.messages("ana", "general")
    assert seen["text"] == '/escalate failed with the error "dispatch_failed"'


async def test_a_bot_that_connects_in_time_still_gets_the_command(sandbox: Sandbox, typed: Typed) -> None:
    waiting = asyncio.create_task(typed())
    await asyncio.sleep(0.05)
    async with Bot(sandbox):
        assert (await waiting)["status"] == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"command": "/unknown"}, "command_not_found"),
        ({"thread_ts": "1503435956.000247"}, "not_in_threads"),
        ({"user": "nobody"}, "user_not_found"),
        ({"user": "tester"}, "not_a_person"),
        ({"user": "del"}, "deactivated"),
        ({"channel": "nowhere"}, "channel_not_found"),
        ({"user": "ben", "channel": "secret"}, "channel_not_found"),
        ({"texts": "misspelt"}, "unknown_key"),
    ],
)
async def test_commands_that_nobody_could_type(person: Person, changes: Json, error: str) -> None:
    status, answer = await person.tried("command", **{"user": "ana", "channel": "general", "text": ""} | changes)
    assert (status, answer["error"]) == (400, error)


async def test_names_are_escaped_where_the_manifest_asks_for_it(bot: Bot, typed: Typed) -> None:
    text = "ask @ben in #feed about @nobody"
    await typed(command="/spell", text=text)
    await typed(command="/escalate", text=text)
    assert (await bot.hears("/spell"))["text"] == "ask <@U01BEN|ben> in <#C01FEED|feed> about @nobody"
    assert (await bot.hears("/escalate"))["text"] == text


async def test_addresses_and_special_characters_reach_the_app_as_slack_escapes_them(bot: Bot, typed: Typed) -> None:
    await typed(command="/spell", text="R&D <b>: https://a.example/?b=1&c=2, mail jo@a.example.")
    assert (await bot.hears("/spell"))["text"] == (
        "R&amp;D &lt;b&gt;: <https://a.example/?b=1&amp;c=2>, mail <mailto:jo@a.example|jo@a.example>."
    )


async def test_a_global_shortcut_has_no_place(bot: Bot, person: Person) -> None:
    assert (await person.do("shortcut", user="ana", callback_id="declare"))["status"] == 200
    payload = await bot.hears("shortcut")
    assert (payload["callback_id"], payload["user"]["id"]) == ("declare", "U01ANA")
    assert "channel" not in payload
    await bot.client.views_open(trigger_id=payload["trigger_id"], view=modal())


async def test_a_message_shortcut_brings_the_message(bot: Bot, person: Person) -> None:
    ts = (await person.do("message", user="ben", channel="general", text="the export is down"))["ts"]
    await person.do("shortcut", user="ana", callback_id="from_message", channel="general", ts=ts)
    payload = await bot.hears("message_action")
    assert (payload["message"]["text"], payload["message_ts"]) == ("the export is down", ts)
    assert payload["channel"] == {"id": "C01GENERAL", "name": "general"}
    assert payload["response_url"].startswith("http://127.0.0.1:")


async def test_a_shortcut_is_one_of_the_manifests(person: Person) -> None:
    status, answer = await person.tried("shortcut", user="ana", callback_id="from_message")
    assert (status, answer["error"]) == (400, "shortcut_not_found")
    assert "declare (global), from_message (message)" in answer["message"]


@pytest.fixture
async def door(bot: Bot, typed: Typed) -> AsyncWebhookClient:
    await typed()
    return AsyncWebhookClient((await bot.hears("/escalate"))["response_url"])


async def test_a_response_url_answers_the_person_or_everybody(door: AsyncWebhookClient, person: Person) -> None:
    assert (await door.send(text="for you")).body == "ok"
    await door.send(text="for all", response_type="in_channel")
    assert [m["text"] for m in await person.messages("ana", "general")] == ["for you", "for all"]
    assert [m["text"] for m in await person.messages("ben", "general")] == ["for all"]


async def test_a_response_url_is_used_five_times(door: AsyncWebhookClient) -> None:
    answers = [await door.send(text=str(number)) for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5].body


async def test_a_response_url_lives_half_an_hour(door: AsyncWebhookClient, sandbox: Sandbox) -> None:
    sandbox.clock.set(now=sandbox.clock.now() + 29 * 60)
    assert (await door.send(text="in time")).status_code == 200
    sandbox.clock.set(now=sandbox.clock.now() + 2 * 60)
    late = await door.send(text="too late")
    assert (late.status_code, "expired_url" in late.body) == (404, True)


@pytest.mark.parametrize("text", ["a\ud800b", "\x00"])
async def test_a_response_url_rejects_a_lone_surrogate(
    http: aiohttp.ClientSession, door: AsyncWebhookClient, text: str
) -> None:
    wrong: list[Json] = [{"text": text}, {"blocks": [{"type": text}]}, {"thread_ts": text, "text": "x"}]
    wrong += [{"response_type": text, "text": "x"}, {"blocks": [{"type": "section", "text": text, text: 1}]}]
    for body in wrong:
        async with http.post(door.url, data=json.dumps(body)) as response:
            assert response.status in (200, 400), (body, await response.text())


async def test_a_response_url_refuses_what_slack_refuses_and_does_not_count_it(door: AsyncWebhookClient) -> None:
    for _ in range(6):
        assert "invalid_blocks" in (await door.send(blocks=[{"type": "header"}])).body
        assert "no_text" in (await door.send(text="")).body
    assert (await door.send(text="fine")).status_code == 200


async def test_a_body_that_is_not_json_is_an_invalid_payload(
    http: aiohttp.ClientSession, door: AsyncWebhookClient
) -> None:
    async with http.post(door.url, data=b"[") as response:
        assert (response.status, await response.text()) == (400, "invalid_payload")
