"""What we serve over HTTP: health, readiness, metrics, and in HTTP mode Slack's requests."""

import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.errors import BadInput

# What is wrong, by part; None where nothing is.
Parts = Callable[[], Awaitable[Mapping[str, str | None]]]
Answer = Callable[[Request], Awaitable[Response]]


def application(*, readiness: Parts, remarks: Parts, slack: Answer | None) -> Starlette:
    """Return the routes. `slack` answers Slack's requests, where they come over HTTP.

    What `remarks` says is shown beside the readiness and takes nothing from it: a process that goes by the last good
    policy serves as well as any other.
    """

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        problems = await readiness()
        ready = not any(problems.values())
        parts = {**problems, **await remarks()}
        body = {"ready": ready, **{part: problem or "ok" for part, problem in parts.items()}}
        return JSONResponse(body, status_code=200 if ready else 503)

    async def exposition(_request: Request) -> Response:
        return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", exposition)]
    if slack is not None:
        routes.append(Route("/slack/events", slack, methods=["POST"]))
    return Starlette(routes=routes)


class Server(uvicorn.Server):
    """A server in a program that handles its own signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever runs the program."""
        yield


@dataclass
class Listener:
    """A bound socket and the server that will answer on it: a port in use is known before anything has begun."""

    server: Server
    bound: socket.socket

    @property
    def port(self) -> int:
        """The port, also when any free one was asked for."""
        return int(self.bound.getsockname()[1])

    async def serve(self) -> None:
        """Answer until stopped."""
        await self.server.serve(sockets=[self.bound])

    def stop(self) -> None:
        """Let requests under way end, then stop."""
        self.server.should_exit = True


def listen(app: Starlette, host: str, port: int) -> Listener:
    """Bind a port; raises BadInput when it is taken."""
    # It names its protocol because asyncio switches Nagle's algorithm off only for sockets that do: with it on, every
    # answer waits 40 ms for the other side's delayed acknowledgement.
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise BadInput(
            [f"ESCALATE_HTTP_PORT: cannot listen on {host}:{port} ({error.strerror}); choose another."]
        ) from None
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5)
    return Listener(Server(config), bound)
