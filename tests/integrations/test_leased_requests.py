"""A request whose lease ends while it waits to be written is not sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.integrations.slack.connection import open_session
from bot.ports.leases import LeaseLostError, working_under


@dataclass
class Lease:
    """A lease that is over after it was checked some times."""

    checks: int

    def is_held(self) -> bool:
        self.checks -= 1
        return self.checks >= 0


@asynccontextmanager
async def place() -> AsyncIterator[tuple[aiohttp.ClientSession, str, list[str]]]:
    """Yield a session, an address and the requests that arrived there."""
    arrived: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        arrived.append(await request.text() or request.method)
        return web.Response(text="fine")

    app = web.Application()
    app.router.add_route("*", "/", answer)
    async with TestServer(app) as server, open_session() as session:
        yield session, str(server.make_url("/")), arrived


@pytest.mark.parametrize(("method", "checks"), [("GET", 0), ("POST", 0), ("POST", 1)])
async def test_what_waited_for_a_connection_until_its_lease_was_over_is_not_sent(method: str, checks: int) -> None:
    async with place() as (session, address, arrived):
        sent: dict[str, Any] = {"data": "a page"} if method == "POST" else {}
        with working_under(Lease(checks)), pytest.raises(LeaseLostError):
            await session.request(method, address, **sent)
        async with session.post(address, data="afterwards") as response:
            assert await response.text() == "fine"
        assert arrived == ["afterwards"]


async def test_what_is_held_is_sent() -> None:
    async with place() as (session, address, arrived):
        with working_under(Lease(2)):
            async with session.post(address, data="a page") as response:
                assert await response.text() == "fine"
        assert arrived == ["a page"]
