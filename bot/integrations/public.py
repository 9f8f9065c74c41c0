"""The public routes of the HTTP server: what strangers may send us beside Slack's requests, and the limits of that.

Whatever comes in here names its sender by a signature, in the link or in a header. Each route checks it before it
reads anything else. Answers are never stored by a browser, never framed, load nothing, and give no address away.
"""

import base64
import hashlib
import html
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.integrations.door import LimitedBody
from bot.ports.links import MOST_WORDS, WebPage

# A webhook of PagerDuty's and an answered mail without attachments fit well.
LARGEST_BODY: Final = 64 * 1024
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
    """One address, as Starlette writes paths, and the methods it answers; anything else gets a 405."""

    path: str
    endpoint: Endpoint
    methods: Sequence[str]
    largest: int = LARGEST_BODY


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
    return Route(route.path, route.endpoint, methods=list(route.methods), middleware=limits)


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
