"""A local HTTP target for apprise's JSON messages: what arrived, and how it answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.integrations.health import listen


@dataclass
class Inbox:
    """Requests that arrived, by the path it was sent to. `status` is the next answers' status."""

    port: int = 0
    status: int = 200
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """Take one message."""
        if self.status == 200:
            self.messages.append((request.url.path, json.loads(await request.body())))
        return Response(status_code=self.status)

    def address(self, path: str) -> str:
        """Return apprise's address of a path here."""
        return f"json://127.0.0.1:{self.port}/{path}"


@asynccontextmanager
async def inbox() -> AsyncIterator[Inbox]:
    """Serve an inbox in the running loop."""
    made = Inbox()
    async with serving(Starlette(routes=[Route("/{path:path}", made.take, methods=["POST"])])) as port:
        made.port = port
        yield made


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[int]:
    """Serve an app in the running loop; yield its port."""
    listener = listen(app, "127.0.0.1", 0, setting="X")
    task = asyncio.create_task(listener.serve())
    try:
        yield listener.port
    finally:
        listener.stop()
        await task
        listener.bound.close()
