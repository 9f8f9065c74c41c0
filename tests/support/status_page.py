"""A status page on loopback: what it says, and how it fails."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.inbox import serving


@dataclass
class Page:
    """The page. `body`, if given, is the whole answer; `hangs` makes it answer nothing."""

    port: int = 0
    words: str = "All Systems Operational"
    incidents: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    hangs: asyncio.Event | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    async def summary(self, request: Request) -> Response:
        """Answer with the summary."""
        self.asked.append(request.url.path)
        if self.hangs is not None:
            await self.hangs.wait()
        found = {"status": {"indicator": "none", "description": self.words}, "incidents": self.incidents}
        return Response(self.body or json.dumps(found), self.status, {"location": "http://127.0.0.1:1/"})


@asynccontextmanager
async def status_page() -> AsyncIterator[Page]:
    """Serve a page in the running loop."""
    made = Page()
    async with serving(Starlette(routes=[Route("/{path:path}", made.summary)])) as port:
        made.port = port
        yield made
