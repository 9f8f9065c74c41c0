"""The public routes of the HTTP server: what strangers may send us beside Slack's requests, and the limits of that.

Whatever comes in here names its sender by a signature, in the link or in a header. Each route checks it before it
reads anything else. Answers are never stored by a browser, never framed, load nothing, and give no address away.
"""

import asyncio
import base64
import hashlib
import html
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.database.transaction import is_away
from bot.integrations.door import LimitedBody, TooLargeError
from bot.ports.links import MOST_WORDS, WebPage

# A webhook of PagerDuty's and an answered mail without attachments fit well.
LARGEST_BODY: Final = 64 * 1024
# Nobody waits longer for a database that hangs. PagerDuty may be asked twice meanwhile, for five seconds each.
PATIENCE_SECONDS = 15.0
_AWAY: Final = WebPage(
    "Please try again",
    ("We can't save your answer right now. Try again in a minute; nothing counts twice.",),
    status=HTTPStatus.SERVICE_UNAVAILABLE,
)
_STYLE: Final = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:32rem;margin:12vh auto;padding:0 1.25rem;color:#1d1c1d;"
    "background:#fff}h1{font-size:1.4rem;line-height:1.3}button{font:inherit;padding:.6rem 1.2rem;"
    "margin:.75rem .6rem 0 0;border:1px solid #8a8a8a;border-radius:.4rem;background:#fff;color:inherit;cursor:pointer}"
    "label{display:block;margin-top:1.5rem}textarea{display:block;box-sizing:border-box;width:100%;margin-top:.4rem;"
    "padding:.6rem;font:inherit;color:inherit;background:transparent;border:1px solid #8a8a8a;border-radius:.4rem}"
    "p{white-space:pre-line;overflow-wrap:anywhere}"
    "button:first-of-type{background:#00684a;border-color:#00684a;color:#fff}"
    ".scale button{background:#fff;border-color:#8a8a8a;color:inherit}"
    "@media(prefers-color-scheme:dark){body{background:#1a1d21;color:#e8e8e8}button,.scale button{background:#1a1d21}"
    "button:first-of-type{background:#00684a}.scale button:first-of-type{background:#1a1d21}}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final = (
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    (
        "content-security-policy",
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-robots-tag", "noindex"),
)

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class PublicRoute:
    """One address, as Starlette writes paths, and the methods it answers; anything else gets a 405.

    With `for_people` a failure is answered with a web page, otherwise with JSON.
    """

    path: str
    endpoint: Endpoint
    methods: Sequence[str]
    largest: int = LARGEST_BODY
    for_people: bool = False


def routes(public: Sequence[PublicRoute]) -> list[BaseRoute]:
    """Return routes that keep the limits and send the headers, whatever the endpoint does."""
    return [_guarded(route) for route in public]


def page(shown: WebPage) -> Response:
    """Return a web page. Everything in it is escaped, and its buttons post to the address it was opened at."""
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in shown.lines)
    buttons = "".join(
        f'<button name="answer" value="{html.escape(value)}">{html.escape(label)}</button>'
        for label, value in shown.buttons
    )
    field = (
        f'<label>{html.escape(shown.asks)}<textarea name="words" rows="4" maxlength="{MOST_WORDS}"></textarea></label>'
        if shown.asks
        else ""
    )
    scale = ' class="scale"' if shown.is_scale else ""
    form = f'<form method="post"{scale}>{field}{buttons}</form>' if buttons else ""
    title = html.escape(shown.title)
    document = (
        f'<!doctype html><html lang="{html.escape(shown.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>{lines}{form}</body></html>"
    )
    return HTMLResponse(document, status_code=shown.status)


def _guarded(route: PublicRoute) -> BaseRoute:
    limits = [Middleware(_Headers), Middleware(LimitedBody, largest=route.largest)]
    return Route(route.path, _answering(route), methods=list(route.methods), middleware=limits)


def _answering(route: PublicRoute) -> Endpoint:
    """Return an endpoint that always answers, and in time: also if the database is gone, hangs, or something broke."""

    async def answer(request: Request) -> Response:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await route.endpoint(request)
        except (HTTPException, ClientDisconnect, TooLargeError):
            raise  # the body was too large, or the client is gone
        except Exception as error:  # noqa: BLE001 - the client gets an answer
            if isinstance(error, TimeoutError) or is_away(error):
                structlog.get_logger().error("database does not answer", error=repr(error), path=route.path)
                return page(_AWAY) if route.for_people else _problem("try again", HTTPStatus.SERVICE_UNAVAILABLE)
            reference = uuid.uuid4().hex[:8]
            structlog.get_logger().error("request failed", reference=reference, exc_info=error)
            broken = HTTPStatus.INTERNAL_SERVER_ERROR
            return page(_broken(reference)) if route.for_people else _problem(f"reference {reference}", broken)

    return answer


def _problem(words: str, status: HTTPStatus) -> Response:
    return JSONResponse({"error": words}, status_code=status)


def _broken(reference: str) -> WebPage:
    words = f"Something went wrong on our side. If it fails again, tell us this reference: {reference}."
    return WebPage("Please try again", (words,), status=HTTPStatus.INTERNAL_SERVER_ERROR)


class _Headers:
    """Adds the headers to each answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in HEADERS]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        await self.app(scope, receive, with_headers)
