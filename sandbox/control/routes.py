"""The routes below `/_sandbox/`."""

import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sandbox.control import agents, channels, commands, connect, filling, forms, look, members, presses, talk, workflows
from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions
from sandbox.control.machinery import Machinery
from sandbox.errors import Misuse
from sandbox.journal import Journal
from sandbox.json_response import AsciiJson
from sandbox.stream import Stream

Json = dict[str, Any]
Doing = Callable[[ControlCall], Json | Awaitable[Json]]

ACTIONS: dict[str, Callable[[Interactions, ControlCall], Json | Awaitable[Json]]] = {
    "archive": channels.archive,
    "assistant": agents.assistant,
    "close": forms.close,
    "command": commands.command,
    "connect": connect.connected,
    "context": agents.context,
    "convert": channels.convert,
    "create": channels.create,
    "delete": talk.delete,
    "describe": channels.describe,
    "direct": channels.direct,
    "edit": talk.edit,
    "erase": channels.erase,
    "fill": filling.fill,
    "function": workflows.function,
    "home": talk.home,
    "invite": channels.invite,
    "join": channels.join,
    "leave": channels.leave,
    "member": members.member,
    "message": talk.message,
    "options": presses.options,
    "press": presses.press,
    "reaction": talk.reaction,
    "read": talk.read,
    "remove": channels.remove,
    "reply": connect.reply,
    "session": agents.session,
    "share": connect.share,
    "shortcut": commands.shortcut,
    "submit": forms.submit,
    "unarchive": channels.unarchive,
    "upload": talk.upload,
}
"""The actions."""

SIGHTS: dict[str, Callable[[ControlCall], Json]] = {
    "conversations": look.conversations,
    "executions": workflows.executions,
    "home": look.home,
    "messages": look.messages,
    "search": look.search,
    "state": look.state,
    "threads": agents.threads,
    "views": look.views,
}
"""The queries."""


def routes(
    interactions: Interactions, machinery: Machinery, stream: Stream, calls: Journal, deliveries: Journal
) -> list[Route]:
    """Return the routes of the control API."""

    def route(verb: str, name: str, doing: Doing) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                answer = doing(await ControlCall.read(interactions.workspace, request))
                return AsciiJson(await answer if inspect.isawaitable(answer) else answer)
            except Misuse as misuse:
                return AsciiJson({"error": misuse.error, "message": misuse.message}, 400)

        return Route(f"/_sandbox/{name}", endpoint, methods=[verb])

    def action(do: Callable[[Interactions, ControlCall], Json | Awaitable[Json]]) -> Doing:
        return lambda call: do(interactions, call)

    return [
        *(route("POST", name, action(do)) for name, do in ACTIONS.items()),
        *(route("GET", name, do) for name, do in SIGHTS.items()),
        route("GET", "faults", machinery.list_faults),
        route("POST", "faults", machinery.add_fault),
        route("DELETE", "faults", machinery.clear_faults),
        route("GET", "clock", machinery.tell_time),
        route("POST", "clock", machinery.set_clock),
        route("POST", "forward", machinery.forward),
        route("POST", "reset", machinery.reset),
        route("POST", "verify", machinery.verify),
        route("GET", "connections", machinery.connections),
        route("POST", "connections", machinery.retire),
        Route("/_sandbox/calls", _journal("calls", calls)),
        Route("/_sandbox/deliveries", _journal("deliveries", deliveries)),
        Route("/_sandbox/stream", _stream(stream)),
    ]


def _journal(name: str, journal: Journal) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        since = _number(request.query_params.get("since"), 0)
        content = f'{{"{name}": [{", ".join(journal.since(since))}], "last": {journal.last}}}'
        return Response(content, media_type="application/json")

    return endpoint


def _stream(stream: Stream) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        given = request.headers.get("last-event-id") or request.query_params.get("since")
        events = stream.since(_number(given, stream.last))
        return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    return endpoint


def _number(text: str | None, default: int) -> int:
    try:
        return int(json.loads(text)) if text else default
    except (TypeError, ValueError):
        return default
