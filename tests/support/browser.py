"""A browser for the pages that our HTTP server shows: real requests on loopback."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from starlette.types import ASGIApp

from bot.integrations.health import listen


@dataclass(frozen=True)
class Answer:
    """An answer of the server."""

    status: int
    text: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Browser:
    """Asks a server. Redirects aren't followed."""

    session: aiohttp.ClientSession
    base: str

    async def get(self, path: str) -> Answer:
        """Open a page."""
        return await self.ask("GET", path)

    async def post(self, path: str, **form: str) -> Answer:
        """Send a form."""
        return await self.ask("POST", path, data=form)

    async def ask(
        self, method: str, path: str, *, data: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send any request."""
        async with self.session.request(
            method, self.base + path, data=data, headers=headers, allow_redirects=False
        ) as response:
            return Answer(response.status, await response.text(), response.headers)


@asynccontextmanager
async def browsing(app: ASGIApp) -> AsyncIterator[Browser]:
    """Serve an application and yield a browser that asks it."""
    listener = listen(app, "127.0.0.1", 0, setting="X")
    serving = asyncio.create_task(listener.serve())
    try:
        async with aiohttp.ClientSession() as session:
            yield Browser(session, f"http://127.0.0.1:{listener.port}")
    finally:
        listener.stop()
        await serving
        listener.bound.close()
