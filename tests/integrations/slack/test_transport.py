"""Unsigned requests: refused before anything in them is read."""

import asyncio
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import Request

from bot.integrations.slack.transport import HttpTransport

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

SECRET = "signing-secret"
BODY = b"command=%2Fescalate&text=help&user_id=U01ANA"


class Heard:
    """The app behind the door."""

    bodies: list[bytes]

    def __init__(self) -> None:
        self.bodies = []

    async def async_dispatch(self, asked: AsyncBoltRequest) -> BoltResponse:
        self.bodies.append(asked.raw_body.encode())
        return BoltResponse(status=200, body="heard")


def request(body: bytes, **headers: str) -> Request:
    given = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(
        {"type": "http", "method": "POST", "path": "/slack/events", "query_string": b"", "headers": given}, receive
    )


def signature(timestamp: str, body: bytes, secret: str = SECRET) -> str:
    signed = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={signed.hexdigest()}"


async def ask(asked: Request) -> tuple[int, list[bytes]]:
    heard = Heard()
    transport = HttpTransport(cast("AsyncApp", heard), SECRET)
    await transport.start()
    return (await transport.handle(asked)).status_code, heard.bodies


async def test_what_slack_has_signed_is_heard() -> None:
    now = str(int(time.time()))
    asked = request(BODY, x_slack_request_timestamp=now, x_slack_signature=signature(now, BODY))
    assert await ask(asked) == (200, [BODY])
    assert asked.state.is_signed, "its connection is kept"


@pytest.mark.parametrize("timestamp", ["abc", "", "-5", "1e9", "9" * 400, "9" * 5_000, "\u0663", "12 "])
async def test_a_time_that_is_none_is_refused(timestamp: str) -> None:
    headers = {"x_slack_signature": signature(timestamp, BODY)}
    asked = request(BODY, **headers)
    asked.scope["headers"].append((b"x-slack-request-timestamp", timestamp.encode()))
    assert await ask(asked) == (401, [])


FORM = "application/x-www-form-urlencoded; charset=utf-8"


@settings(deadline=None)
@given(st.text(), st.text(max_size=3))
def test_the_payload_of_a_form_is_read_as_it_was_written(words: str, key: str) -> None:
    payload = {"type": "block_actions", "user": {"id": "U01ANA"}, f"a{key}": words}
    for text in (json.dumps(payload), json.dumps(payload, ensure_ascii=False)):
        body = urlencode({"payload": text}, errors="replace").encode()
        now = str(int(time.time()))
        asked = request(body, content_type=FORM, x_slack_request_timestamp=now, x_slack_signature=signature(now, body))
        status, heard = asyncio.run(ask(asked))
        assert status == 200
        assert heard == [text.encode(errors="replace")]


@pytest.mark.parametrize("body", [b"payload=%5B1%5D", b"payload=", b"payload=%7B", b"payload=%7B%22a%22%3A%FF%7D"])
async def test_a_form_without_a_json_object_is_refused(body: bytes) -> None:
    now = str(int(time.time()))
    asked = request(body, content_type=FORM, x_slack_request_timestamp=now, x_slack_signature=signature(now, body))
    assert await ask(asked) == (400, [])


@pytest.mark.parametrize("away", [-301, 301])
async def test_a_recording_is_refused(away: int) -> None:
    then = str(int(time.time()) + away)
    asked = request(BODY, x_slack_request_timestamp=then, x_slack_signature=signature(then, BODY))
    assert await ask(asked) == (401, [])


@pytest.mark.parametrize("body", [BODY, b"\xff\xfe\x00 not text", b""])
async def test_what_somebody_else_has_signed_is_refused_whatever_it_is(body: bytes) -> None:
    now = str(int(time.time()))
    for wrong in (signature(now, body, "another"), signature(now, b"other"), "v0=", "", "v0=\xe9"):
        asked = request(body, x_slack_request_timestamp=now, x_slack_signature=wrong)
        assert await ask(asked) == (401, [])
        assert "state" not in asked.scope
    assert await ask(request(body)) == (401, [])


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00 not text",
        b"{",
        b"[]",
        b"null",
        b"payload=%7B",
        b"payload=[]",
        b'payload={"type": "block_actions", "team": 5, "user": []}',
        b"[" * 100_000,
        b'{"authorizations": 5}',
    ],
)
async def test_what_is_signed_and_cannot_be_read_is_refused(body: bytes) -> None:
    now = str(int(time.time()))
    signed = signature(now, body)
    kind = {"content_type": "application/json"} if body[:1] != b"p" else {}
    status, heard = await ask(request(body, x_slack_request_timestamp=now, x_slack_signature=signed, **kind))
    # Bytes that are not text cannot have been signed by Slack, whose bodies are.
    assert (status, heard) == (401 if body[:1] == b"\xff" else 400, [])
