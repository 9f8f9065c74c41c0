"""Signed requests to an app's own address."""

import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from sandbox.delivery import courier
from sandbox.delivery.signing import signature
from sandbox.server import Sandbox
from tests.sandbox.world import SEED, Json, Person, manifest


class Inbox:
    """An endpoint that keeps its requests and answers as configured."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[web.Response] = []
        self.url = ""
        self.echo = False

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        self.requests.append((headers, body))
        if self.echo:
            return web.Response(text=json.loads(body)["challenge"])
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    box = Inbox()
    app = web.Application()
    app.router.add_post("/slack/events", box.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    box.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    yield box
    await runner.cleanup()


@pytest.fixture
async def sandbox(inbox: Inbox) -> AsyncIterator[Sandbox]:
    async with Sandbox(SEED, [manifest()], events_urls=[inbox.url]) as running:
        yield running


async def test_a_request_is_signed_so_that_slacks_own_verifier_believes_it(inbox: Inbox, person: Person) -> None:
    await person.do("command", user="ana", channel="general")
    ((headers, body),) = inbox.requests
    assert SignatureVerifier("sandbox-signing-secret").is_valid_request(body.decode(), headers)
    assert not SignatureVerifier("another secret").is_valid_request(body.decode(), headers)


def test_a_signature_is_the_one_of_slacks_documentation() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
        b"channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&"
        b"response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&"
        b"trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    found = signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body)
    assert found == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


async def test_a_command_is_a_form_an_interaction_a_payload_an_event_json(inbox: Inbox, person: Person) -> None:
    await person.do("command", user="ana", channel="general", text="acme")
    await person.do("shortcut", user="ana", callback_id="declare")
    await person.do("home", user="ana")
    (command, shortcut, event) = (body for _, body in inbox.requests)
    assert parse_qs(command.decode())["text"] == ["acme"]
    assert json.loads(parse_qs(shortcut.decode())["payload"][0])["callback_id"] == "declare"
    assert json.loads(event)["event"]["type"] == "app_home_opened"


async def test_the_answer_may_be_text_or_json(inbox: Inbox, person: Person) -> None:
    inbox.answers = [web.Response(text="plain"), web.json_response({"text": "json"})]
    assert await person.do("command", user="ana", channel="general") == {"ack": "plain", "status": 200}
    assert await person.do("command", user="ana", channel="general") == {"ack": {"text": "json"}, "status": 200}
    assert [message["text"] for message in await person.messages("ana", "general")] == ["plain", "json"]


async def test_an_error_of_the_app_is_reported_with_its_status(inbox: Inbox, person: Person) -> None:
    inbox.answers = [web.Response(status=500, text="broken")]
    assert await person.do("command", user="ana", channel="general") == {"ack": "broken", "status": 500}
    (seen,) = await person.messages("ana", "general")
    assert seen["text"] == '/escalate failed with the error "dispatch_failed"'


async def test_a_failed_event_is_redelivered_with_the_reason(
    inbox: Inbox, person: Person, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "RETRY_AFTER", (0.0, 0.0, 0.0))
    inbox.answers = [web.Response(status=503), web.Response(status=503)]
    await person.do("home", user="ana")
    await sandbox.courier.idle()
    retries = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h, _ in inbox.requests]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]


async def test_an_app_may_refuse_redelivery(
    inbox: Inbox, person: Person, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "RETRY_AFTER", (0.0, 0.0, 0.0))
    inbox.answers = [web.Response(status=503, headers={"X-Slack-No-Retry": "1"})]
    await person.do("home", user="ana")
    await sandbox.courier.idle()
    assert len(inbox.requests) == 1


async def test_an_address_is_verified_by_a_challenge(inbox: Inbox, person: Person) -> None:
    assert await person.do("verify") == {"verified": False, "status": 200}
    inbox.echo = True
    assert await person.do("verify") == {"verified": True, "status": 200}


async def test_nobody_at_the_address_is_a_failed_delivery() -> None:
    unheard = Sandbox(SEED, [manifest()], events_urls=["http://127.0.0.1:9/"])
    async with unheard as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        answer: Json = await Person(http).do("command", user="ana", channel="general")
        assert answer == {"timeout": True, "failure": "connection_failed"}
