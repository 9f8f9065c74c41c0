"""The HTTP endpoints: health, readiness, metrics, and in HTTP mode Slack's requests."""

import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot import metrics
from bot.errors import BadInput
from bot.integrations import public
from bot.integrations.door import BACKLOG, GuardedProtocol, LimitedBody
from bot.integrations.public import PublicRoute

# What is wrong with each part; None if it is fine.
Readiness = Callable[[], Awaitable[Mapping[str, str | None]]]
Endpoint = Callable[[Request], Awaitable[Response]]


def application(*, readiness: Readiness, slack: Endpoint | None, outside: Sequence[PublicRoute] = ()) -> ASGIApp:
    """Return the public endpoints: liveness, readiness, `slack` for Slack's requests, and `outside` for others.

    They give no reasons, because anybody may reach this port.
    """

    async def readyz(_request: Request) -> Response:
        ready = not any((await readiness()).values())
        return PlainTextResponse("ready\n" if ready else "not ready\n", status_code=200 if ready else 503)

    routes = [Route("/healthz", _healthz), Route("/readyz", readyz), *public.routes(outside)]
    if slack is not None:
        routes.append(Route("/slack/events", slack, methods=["POST"]))
    return LimitedBody(Starlette(routes=routes))


def details(*, readiness: Readiness, remarks: Readiness) -> ASGIApp:
    """Return the endpoints for operators: metrics, and what is wrong with each part.

    `remarks` are warnings: shown in /readyz, never failing it. A process on the last valid policy is ready.
    """

    async def readyz(_request: Request) -> Response:
        problems = await readiness()
        ready = not any(problems.values())
        parts = {**problems, **await remarks()}
        body = {"ready": ready, **{part: problem or "ok" for part, problem in parts.items()}}
        return JSONResponse(body, status_code=200 if ready else 503)

    async def exposition(_request: Request) -> Response:
        return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)

    routes = [Route("/healthz", _healthz), Route("/readyz", readyz), Route("/metrics", exposition)]
    return LimitedBody(Starlette(routes=routes))


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


class Server(uvicorn.Server):
    """A server for a program that handles its own signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program."""
        yield


@dataclass
class Listener:
    """A bound socket and its server: a port in use is noticed before anything has started."""

    server: Server
    bound: socket.socket

    @property
    def port(self) -> int:
        """Return the port, also if any free one was requested."""
        return int(self.bound.getsockname()[1])

    async def serve(self) -> None:
        """Serve until stopped."""
        await self.server.serve(sockets=[self.bound])

    def stop(self) -> None:
        """Finish running requests, then stop."""
        self.server.should_exit = True


def listen(app: ASGIApp, host: str, port: int, *, setting: str) -> Listener:
    """Bind a port; raises BadInput naming the `setting` if it is taken."""
    # The protocol is named because asyncio disables Nagle's algorithm only on sockets that name it; with it, every
    # response waits 40 ms for the client's delayed acknowledgement.
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(BACKLOG)  # before this, other processes may bind the same port
    except OSError as error:
        bound.close()
        raise BadInput([f"{setting}: cannot listen on {host}:{port} ({error.strerror}); choose another."]) from None
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        backlog=BACKLOG,
        log_config=None,
        log_level="error",
        access_log=False,
        lifespan="off",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    return Listener(Server(config), bound)
