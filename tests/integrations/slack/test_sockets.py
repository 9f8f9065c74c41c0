"""Two connections: when one is cut, renewed or silent, the other receives."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BadInput
from bot.integrations.slack.sockets import SocketTransport
from sandbox import manifest, workspace_file
from sandbox.server import Sandbox
from tests.support.story import ROOT, WORKSPACE


@pytest.fixture
async def sandbox(folder: Path) -> AsyncIterator[Sandbox]:
    (folder / "workspace.yml").write_text(WORKSPACE, encoding="utf-8")
    seed = workspace_file.read(folder / "workspace.yml")
    async with Sandbox(seed, [manifest.read(ROOT / "manifest.yml")]) as running:
        yield running


def transport_to(sandbox: Sandbox, *, token: str | None = None) -> SocketTransport:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T01SANDBOX", bot_token=sandbox.bot_token)

    app = AsyncApp(
        client=AsyncWebClient(base_url=sandbox.api_url),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
    )

    async def answer(ack: AsyncAck) -> None:
        await ack("heard")

    app.command("/escalate")(answer)
    return SocketTransport(app, token or sandbox.app_token)


@pytest.fixture
async def transport(sandbox: Sandbox) -> AsyncIterator[SocketTransport]:
    started = transport_to(sandbox)
    await started.start()
    await until(lambda: len(numbers(sandbox)) == 2)
    try:
        yield started
    finally:
        await started.stop()


def numbers(sandbox: Sandbox) -> set[int]:
    """Return the connections over which something can be heard."""
    return {socket.number for socket in sandbox.sockets.all() if not socket.retiring}


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - what is waited for happens in another program
            await asyncio.sleep(0.02)


async def control(sandbox: Sandbox, what: str, **body: Any) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{sandbox.url}/_sandbox/{what}", json=body) as answer,
    ):
        found: dict[str, Any] = await answer.json()
        return found


async def is_answered(sandbox: Sandbox) -> bool:
    told = await control(sandbox, "command", user="U01ANA", channel="general", command="/escalate", text="help")
    return told.get("status") == 200


async def test_two_connections_are_held(sandbox: Sandbox, transport: SocketTransport) -> None:
    assert len(numbers(sandbox)) == 2
    assert transport.problem() is None
    assert all([await is_answered(sandbox) for _ in range(4)])


async def test_a_cut_connection_loses_no_command(sandbox: Sandbox, transport: SocketTransport) -> None:
    """The other one answers from the first moment on, and soon there are two again."""
    for _ in range(3):
        first, *_rest = sandbox.sockets.all()
        cut = first.number
        first.drop()
        await until(lambda cut=cut: cut not in numbers(sandbox))  # type: ignore[misc] # bound now
        assert all([await is_answered(sandbox) for _ in range(3)])
        assert transport.problem() is None
        await until(lambda: len(numbers(sandbox)) == 2)


async def test_when_slack_renews_both_the_next_stand_before_the_old_go(
    sandbox: Sandbox, transport: SocketTransport
) -> None:
    old = numbers(sandbox)
    assert (await control(sandbox, "connections", reason="warning"))["connections"] == 2
    await until(lambda: len(numbers(sandbox) - old) == 2)
    assert old <= numbers(sandbox), "the old ones are still answered"
    assert all([await is_answered(sandbox) for _ in range(8)])
    assert transport.problem() is None


async def test_all_cut_at_once_are_opened_again(sandbox: Sandbox, transport: SocketTransport) -> None:
    old = numbers(sandbox)
    assert (await control(sandbox, "faults", kind="disconnect"))["dropped"] == 2
    await until(lambda: len(numbers(sandbox) - old) == 2)
    assert await is_answered(sandbox)
    await until(lambda: transport.problem() is None)


async def test_it_is_disconnected_only_when_both_sockets_are(sandbox: Sandbox, transport: SocketTransport) -> None:
    await control(sandbox, "faults", kind="nonsense", method="apps.connections.open", status=403, body="<h1>no</h1>")
    first, second = sandbox.sockets.all()
    first.drop()
    await until(lambda: len(numbers(sandbox)) == 1)
    assert transport.problem() is None
    second.drop()
    await until(lambda: transport.problem() == "the socket is not connected")
    async with aiohttp.ClientSession() as http:
        await http.delete(f"{sandbox.url}/_sandbox/faults")
    await until(lambda: transport.problem() is None)
    assert await is_answered(sandbox)


async def test_stopping_leaves_nothing_open(sandbox: Sandbox) -> None:
    started = transport_to(sandbox)
    await started.start()
    await started.stop()
    await until(lambda: not numbers(sandbox))
    left = [task for task in asyncio.all_tasks() if task.get_name().startswith(("socket", "old socket"))]
    assert left == []


async def test_a_token_that_opens_no_socket_is_told_at_the_start(sandbox: Sandbox) -> None:
    with pytest.raises(BadInput, match="SLACK_APP_TOKEN: Slack opens no socket with it \\(invalid_auth\\)"):
        await transport_to(sandbox, token="xapp-wrong").start()


async def test_slack_out_of_reach_at_the_start_is_waited_for(sandbox: Sandbox) -> None:
    await control(sandbox, "faults", kind="status", method="apps.connections.open", status=503, times=3)
    started = transport_to(sandbox)
    await started.start()
    try:
        await until(lambda: len(numbers(sandbox)) == 2)
        assert started.problem() is None
    finally:
        await started.stop()
