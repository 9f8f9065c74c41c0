"""Strangers at the HTTP door: endless bodies, half requests, more connections than there are places."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.integrations import door
from bot.integrations.health import Listener, application, details, listen

HEALTH = b"GET /healthz HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n"
POST = b"POST /slack/events HTTP/1.1\r\nhost: here\r\nconnection: close\r\n"
KEPT = b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n"
SLOW = b"POST /slack/events HTTP/1.1\r\nhost: here\r\ncontent-length: 4\r\n\r\nslow"
PLACES = 5
ROOT = Path(__file__).resolve().parents[2]
# More than the system keeps for somebody who does not read.
MUCH = 32 * 1024 * 1024


async def well() -> dict[str, str | None]:
    return {"database": None}


async def broken() -> dict[str, str | None]:
    return {"database": "it is at /secret/place"}


class Slow:
    """An application that answers with the size of the body: `slow` waits for permission, `much` answers at length."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.begun = asyncio.Semaphore(0)

    async def __call__(self, request: Request) -> Response:
        body = await request.body()
        if body == b"sign":
            door.note_signed(request.scope)
        if body == b"slow":
            self.begun.release()
            await self.may_answer.wait()
        return PlainTextResponse("x" * MUCH if body == b"much" else str(len(body)))


@pytest.fixture(autouse=True)
def silence(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Assert that nothing a stranger does is logged: strangers must not be able to fill the log."""
    with caplog.at_level("WARNING"):
        yield
    assert [record.getMessage() for when in ("call", "teardown") for record in caplog.get_records(when)] == []


@pytest.fixture
def slack() -> Slow:
    return Slow()


@pytest.fixture
async def listener(slack: Slow) -> AsyncIterator[Listener]:
    made = listen(application(readiness=broken, slack=slack.__call__), "127.0.0.1", 0, setting="X")
    serving = await begun(made)
    yield made
    slack.may_answer.set()
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


class Caller:
    """One connection that is kept."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def asks(self, what: bytes = KEPT) -> str:
        """Send a request, and return the status of its answer; empty when the connection was closed."""
        self.writer.write(what)
        return await self.hears()

    async def hears(self) -> str:
        try:
            async with asyncio.timeout(30):
                head = await self.reader.readuntil(b"\r\n\r\n")
                length = next(line for line in head.splitlines() if line.lower().startswith(b"content-length"))
                await self.reader.readexactly(int(length.partition(b":")[2]))
        except (ConnectionError, asyncio.IncompleteReadError):
            return ""
        return head.split()[1].decode()


async def flood(writer: asyncio.StreamWriter, what: bytes, times: int) -> None:
    for _ in range(times):
        writer.write(what)
        await writer.drain()


Connect = Callable[[], Awaitable[Caller]]


@pytest.fixture
async def connect(listener: Listener) -> AsyncIterator[Connect]:
    made: list[Caller] = []

    async def connecting() -> Caller:
        made.append(Caller(*await asyncio.open_connection("127.0.0.1", listener.port)))
        return made[-1]

    yield connecting
    for caller in made:
        caller.writer.close()
        with suppress(ConnectionError):
            await caller.writer.wait_closed()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_CONNECTIONS", PLACES)


CHUNKED = b"transfer-encoding: chunked\r\n\r\n"
CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"


async def test_a_body_that_is_not_announced_is_refused_at_the_first_byte_too_many(listener: Listener) -> None:
    """Nothing ends the body: the answer comes without its end, and the connection is closed."""
    start = POST.replace(b"connection: close\r\n", b"") + CHUNKED
    most = [CHUNK] * (door.LARGEST_BODY // 0x10000)
    head, _, rest = (await ask(listener.port, start, *most, b"1\r\nx\r\n")).partition(b"\r\n\r\n")
    assert b" 413 " in head.splitlines()[0]
    assert b"connection: close" in head.lower()
    assert b"too large" in rest
    read = await ask(listener.port, POST + CHUNKED, *most, b"0\r\n\r\n")
    assert read.endswith(str(door.LARGEST_BODY).encode())


@pytest.mark.parametrize("path", [b"/slack/events", b"/healthz", b"/nowhere"])
async def test_a_body_without_an_end_is_not_read_on(connect: Connect, path: bytes) -> None:
    writer = (await connect()).writer
    writer.write(b"POST " + path + b" HTTP/1.1\r\nhost: here\r\n" + CHUNKED)
    with pytest.raises(ConnectionError):
        await flood(writer, CHUNK, 1024)


async def test_a_request_that_is_cut_off_is_nothing_to_write_down(listener: Listener, connect: Connect) -> None:
    for path in (b"/slack/events", b"/healthz"):
        for head in (b"content-length: 100\r\n\r\nab", CHUNKED + b"2\r\nab\r\n"):
            caller = await connect()
            caller.writer.write(b"POST " + path + b" HTTP/1.1\r\nhost: here\r\n" + head)
            await caller.writer.drain()
            caller.writer.close()
    assert await (await connect()).asks() == "200"
    async with asyncio.timeout(30):
        await asyncio.gather(*listener.server.server_state.tasks)


@pytest.mark.parametrize("path", [b"/slack/events", b"/healthz", b"/nowhere"])
@pytest.mark.parametrize("body", [b"zz\r\n", b"5\r\nabcdezz", b"-1\r\n\r\n"])
async def test_a_body_that_is_not_http_is_not_logged(listener: Listener, path: bytes, body: bytes) -> None:
    head = b"POST " + path + b" HTTP/1.1\r\nhost: here\r\n" + CHUNKED
    assert b" 40" in (await ask(listener.port, head + body)).splitlines()[0]
    with suppress(ConnectionError):
        await ask(listener.port, head, body)
        await ask(listener.port, KEPT + head + body, body)


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


@pytest.mark.usefixtures("few")
async def test_who_asks_often_keeps_nobody_out(listener: Listener, connect: Connect) -> None:
    strangers = [await connect() for _ in range(PLACES)]
    for _ in range(3):
        assert [await stranger.asks() for stranger in strangers] == ["200"] * PLACES
    for _ in range(PLACES * 2):
        newcomer = await connect()
        assert await newcomer.asks() == "200"
        assert len(listener.server.server_state.connections) <= PLACES


@pytest.mark.usefixtures("few")
async def test_who_has_been_idle_longest_makes_room(connect: Connect) -> None:
    callers = [await connect() for _ in range(PLACES)]
    for caller in [*callers, callers[0]]:
        assert await caller.asks() == "200"
    assert await (await connect()).asks() == "200"
    assert [await caller.asks() for caller in callers] == ["200", "", "200", "200", "200"]


@pytest.mark.usefixtures("few")
async def test_a_kept_connection_of_slacks_is_not_pushed_out_by_strangers(connect: Connect) -> None:
    caller = await connect()
    assert await caller.asks(SLOW.replace(b"slow", b"sign")) == "200"
    for _ in range(PLACES * 3):
        assert await (await connect()).asks() == "200"
    assert await caller.asks() == "200"


@pytest.mark.usefixtures("few")
async def test_who_is_being_answered_is_not_pushed_out_by_who_asks_often(connect: Connect, slack: Slow) -> None:
    caller = await connect()
    answer = asyncio.create_task(caller.asks(SLOW))
    await slack.begun.acquire()
    for _ in range(PLACES * 3):
        assert await (await connect()).asks() == "200"
    slack.may_answer.set()
    assert await answer == "200"


@pytest.mark.usefixtures("few")
async def test_where_all_are_being_answered_a_newcomer_still_gets_in(connect: Connect, slack: Slow) -> None:
    answers = []
    for _ in range(PLACES):
        answers.append(asyncio.create_task((await connect()).asks(SLOW)))
        await slack.begun.acquire()
    assert await (await connect()).asks() == "200"
    slack.may_answer.set()
    assert await asyncio.gather(*answers) == ["", *["200"] * (PLACES - 1)]


@pytest.mark.parametrize("times", [1, 3])
async def test_who_does_not_take_an_answer_is_given_up(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(door, "ANSWER_SECONDS", 0.3)
    gone = asyncio.Event()
    lose = door.GuardedProtocol.connection_lost

    def lost(self: door.GuardedProtocol, error: Exception | None) -> None:
        lose(self, error)
        gone.set()

    monkeypatch.setattr(door.GuardedProtocol, "connection_lost", lost)
    writer = (await connect()).writer
    writer.transport.pause_reading()  # type: ignore[attr-defined] # it reads, too
    writer.write(SLOW.replace(b"slow", b"much") * times)
    async with asyncio.timeout(30):
        await gone.wait()


async def test_half_a_request_behind_a_whole_one_is_given_up_too(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "READ_SECONDS", 0.2)
    with suppress(ConnectionError):
        assert (await ask(listener.port, KEPT + POST + b"content-length: 10\r\n\r\nabc")).count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("sent", [b"", POST, POST + b"content-length: 10\r\n\r\nabc"])
async def test_a_request_that_does_not_end_is_given_up(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(door, "READ_SECONDS", 0.05)
    with suppress(ConnectionError):
        assert await ask(listener.port, sent) == b""
    assert b" 200 " in (await ask(listener.port, HEALTH)).splitlines()[0]


async def test_the_public_port_says_whether_and_not_why(listener: Listener) -> None:
    answer = await ask(listener.port, HEALTH.replace(b"healthz", b"readyz"))
    assert b" 503 " in answer.splitlines()[0]
    assert b"secret" not in answer
    assert b" 404 " in (await ask(listener.port, HEALTH.replace(b"healthz", b"metrics"))).splitlines()[0]


async def test_a_bot_that_is_not_ready_is_alive(listener: Listener) -> None:
    assert b" 503 " in (await ask(listener.port, HEALTH.replace(b"healthz", b"readyz"))).splitlines()[0]
    assert b" 200 " in (await ask(listener.port, HEALTH)).splitlines()[0]


def test_the_container_is_asked_whether_the_bot_lives_not_whether_it_is_ready() -> None:
    """Not ready is every bot while Slack is away: restarted then, it would page nobody when Slack is back."""
    (check,) = re.findall(r"^HEALTHCHECK .*\\\n.*$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert "/healthz" in check
    assert "readyz" not in check


async def test_the_port_of_operators_says_why() -> None:
    made = listen(details(readiness=broken, remarks=well), "127.0.0.1", 0, setting="X")
    serving = await begun(made)
    answer = await ask(made.port, HEALTH.replace(b"healthz", b"readyz"))
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["ready"] is False
    assert b"# HELP" in await ask(made.port, HEALTH.replace(b"healthz", b"metrics"))
    made.stop()
    await serving
    made.bound.close()
