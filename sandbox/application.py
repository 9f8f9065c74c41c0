"""The ASGI application: the Web API, Socket Mode, response_urls, the control API and the page."""

import json
from collections.abc import Awaitable, Callable
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute

from sandbox.api.arguments import MULTIPART, body
from sandbox.api.files import may_read
from sandbox.api.lists import export
from sandbox.api.views import READS_FILES
from sandbox.control.routes import routes
from sandbox.delivery.responses import Responses
from sandbox.errors import SlackError
from sandbox.json_response import AsciiJson
from sandbox.page_files import PageFiles
from sandbox.state.files import File
from sandbox.state.workspace import Workspace

if TYPE_CHECKING:
    from sandbox.server import Sandbox

Json = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]

PAGE = Path(__file__).parent / "page"

FILE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",  # nothing in a file may run
    "X-Content-Type-Options": "nosniff",
}


# A canvas, its Markdown as it was written.
CANVAS = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>:root {{color-scheme: light dark}} body {{max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
font: 15px/1.5 system-ui, sans-serif}} pre {{white-space: pre-wrap; font: inherit}}</style>
<pre>{markdown}</pre></html>
"""


def application(sandbox: "Sandbox") -> Starlette:
    """Return the application of a sandbox.

    It accepts only this machine's host names: requests from a page that points its own name at it are refused.
    """
    page = PageFiles(PAGE)
    return Starlette(
        routes=[
            Route("/api/{method:str}", sandbox.api.answer, methods=["GET", "POST"]),
            WebSocketRoute("/link/", sandbox.sockets.serve),
            Route("/respond/{team}/{key}", _respond(sandbox.responses), methods=["POST"]),
            Route("/upload/{key}", _upload(sandbox.workspace), methods=["POST", "PUT"]),
            Route("/exports/{job}", _export(sandbox.workspace)),
            Route("/files/{file_id}/{name}", _file(sandbox.workspace)),
            Route("/docs/{team}/{canvas_id}", _canvas(sandbox.workspace)),
            *routes(sandbox.interactions, sandbox.machinery, sandbox.stream, sandbox.calls, sandbox.deliveries),
            *sandbox.pager.routes(),
            *sandbox.mailbox.routes(),
            Route("/", page.index),
            Route("/page/{edition}/{name:path}", page.file),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        exception_handlers={404: _no_such_call, 405: _no_such_call},
    )


async def _no_such_call(request: Request, error: Exception) -> Response:
    """Respond to an unknown path, in JSON if a program asked."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    if not request.url.path.startswith("/_sandbox/"):
        return PlainTextResponse(HTTPStatus(status).phrase, status)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return AsciiJson({"error": "wrong_verb", "message": f"not by {request.method}"}, status)
    return AsciiJson({"error": "unknown_call", "message": f"{request.url.path} is none of the calls"}, status)


def _respond(responses: Responses) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        content = await request.body()
        try:
            if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
                content = parse_qs(content)[b"payload"][0]
            responses.answer(request.path_params["key"], dict(json.loads(content)))
        except (ValueError, KeyError, TypeError, RecursionError):
            return PlainTextResponse("invalid_payload", 400)
        except SlackError as error:
            gone = error.error in ("expired_url", "used_url")
            return AsciiJson({"ok": False, "error": error.error} | error.fields, 404 if gone else 400)
        return PlainTextResponse("ok")

    return endpoint


def _upload(workspace: Workspace) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        ticket = workspace.tickets.get(request.path_params["key"])
        if ticket is None:
            return PlainTextResponse("not found", 404)
        content = await request.body()
        if request.headers.get("content-type", "").startswith(MULTIPART):
            fields, _ = body(request.headers["content-type"], content)
            content = next((part for part in fields.values() if isinstance(part, bytes)), b"")
        ticket.content = content
        return PlainTextResponse(f"OK - {len(content)}")

    return endpoint


def _export(workspace: Workspace) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        found = export(workspace, request.path_params["job"])
        if found is None:
            return PlainTextResponse("not found", 404)
        media_type, content = found
        return Response(content, media_type=media_type, headers=FILE_HEADERS)

    return endpoint


def _canvas(workspace: Workspace) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        canvas = workspace.canvases.get(request.path_params["canvas_id"])
        if canvas is None:
            return PlainTextResponse("not found", 404)
        page = CANVAS.format(title=escape(canvas.title), markdown=escape(canvas.markdown))
        return HTMLResponse(page, headers=FILE_HEADERS)

    return endpoint


def _may_download(workspace: Workspace, request: Request, file: File) -> bool:
    """Return True for a browser, whose person is logged in, and for a token of a bot that may read the file."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if not token:
        return "sec-fetch-site" in request.headers
    app = next((app for app in workspace.apps if kind == "Bearer" and app.tokens.bot == token), None)
    return app is not None and not app.revoked and app.allows(READS_FILES) and may_read(workspace, app, file)


def _file(workspace: Workspace) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        file = workspace.files.get(request.path_params["file_id"])
        if file is None or file.deleted:
            return PlainTextResponse("not found", 404)
        if not _may_download(workspace, request, file):
            return RedirectResponse("/", HTTPStatus.FOUND)  # where one logs in, as at Slack
        return Response(file.content, media_type=file.mimetype, headers=FILE_HEADERS)

    return endpoint
