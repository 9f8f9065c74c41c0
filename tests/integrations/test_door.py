"""What strangers do to the HTTP door: endless bodies, half requests, more connections than there are places."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.integrations import door
from bot.integrations.health import Listener, application, details, listen

HEALTH = b"GET /healthz HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n"
POST = b"POST /slack/events HTTP/1.1\r\nhost: here\r\nconnection: close\r\n"


async def well() -> dict[str, str | None]:
    return {"database": None}


async def broken() -> dict[str, str | None]:
    return {"database": "it is at /secret/place"}


async def slack(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = listen(application(readiness=broken, slack=slack), "127.0.0.1", 0, setting="X")
    serving = await begun(made)
    yield made
    made.stop()
    await serving
    made.bound.close()


async def begun(made: Listener) -> asyncio.Task[None]:
    serving = asyncio.create_task(made.serve())
    for _ in range(3000):
        if made.server.started:
            break
        await asyncio.sleep(0.01)
    return serving


async def ask(port: int, *parts: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        with suppress(ConnectionError):
            await writer.drain()
    try:
        async with asyncio.timeout(30):
            return await reader.read()
    finally:
        writer.close()


async def test_a_body_that_is_announced_too_large_is_refused_before_it_is_read(listener: Listener) -> None:
    head = POST + f"content-length: {door.LARGEST_BODY + 1}\r\n\r\n".encode()
    assert b" 413 " in (await ask(listener.port, head)).splitlines()[0]


async def test_a_body_that_is_not_announced_is_refused_at_the_first_byte_too_many(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing ends the body: the answer comes without its end, and the connection is closed."""
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    most = [chunk] * (door.LARGEST_BODY // 0x10000)
    answer = await ask(listener.port, POST + b"transfer-encoding: chunked\r\n\r\n", *most, b"1\r\nx\r\n")
    assert b" 413 " in answer.splitlines()[0]
    assert b"too large" in answer
    assert not caplog.records
    read = await ask(listener.port, POST + b"transfer-encoding: chunked\r\n\r\n", *most, b"0\r\n\r\n")
    assert read.endswith(str(door.LARGEST_BODY).encode())


async def test_the_largest_body_is_read(listener: Listener) -> None:
    head = POST + f"content-length: {door.LARGEST_BODY}\r\n\r\n".encode()
    assert (await ask(listener.port, head, b"x" * door.LARGEST_BODY)).endswith(str(door.LARGEST_BODY).encode())


async def test_who_opens_connections_and_sends_nothing_keeps_nobody_out(listener: Listener) -> None:
    half = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(door.MOST_CONNECTIONS + 60)]
    for _, writer in half:
        with suppress(ConnectionError):
            writer.write(POST)
    assert b" 200 " in (await ask(listener.port, HEALTH)).splitlines()[0]
    assert len(listener.server.server_state.connections) <= door.MOST_CONNECTIONS
    for _, writer in half:
        writer.close()


@pytest.mark.parametrize("sent", [b"", POST, POST + b"content-length: 10\r\n\r\nabc"])
async def test_a_request_that_does_not_end_is_given_up(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    monkeypatch.setattr(door, "READ_SECONDS", 0.05)
    with suppress(ConnectionError):
        assert await ask(listener.port, sent) == b""
    assert b" 200 " in (await ask(listener.port, HEALTH)).splitlines()[0]
    assert not caplog.records, "a log that strangers can fill is a fault of its own"


async def test_the_public_port_says_whether_and_not_why(listener: Listener) -> None:
    answer = await ask(listener.port, HEALTH.replace(b"healthz", b"readyz"))
    assert b" 503 " in answer.splitlines()[0]
    assert b"secret" not in answer
    assert b" 404 " in (await ask(listener.port, HEALTH.replace(b"healthz", b"metrics"))).splitlines()[0]


async def test_the_port_of_operators_says_why() -> None:
    made = listen(details(readiness=broken, remarks=well), "127.0.0.1", 0, setting="X")
    serving = await begun(made)
    answer = await ask(made.port, HEALTH.replace(b"healthz", b"readyz"))
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["ready"] is False
    assert b"# HELP" in await ask(made.port, HEALTH.replace(b"healthz", b"metrics"))
    made.stop()
    await serving
    made.bound.close()
