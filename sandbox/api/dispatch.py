"""The pipeline from request to response: token, scope, rate limit, arguments, the method, and injected faults."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.api import (
    agents,
    apps,
    calls,
    canvases,
    chat,
    connect,
    conversations,
    files,
    functions,
    history,
    lists,
    marks,
    membership,
    people,
    scheduled,
    streams,
    unfurls,
    usergroups,
    validation,
    views,
)
from sandbox.api.arguments import read
from sandbox.api.call import Call, missing_scope
from sandbox.api.exchange import Exchange
from sandbox.api.limits import Limits
from sandbox.api.table import Method
from sandbox.apps import App
from sandbox.errors import SlackError, invalid_arguments
from sandbox.faults import Fault, Faults
from sandbox.journal import Journal
from sandbox.state.workspace import Workspace

Json = dict[str, Any]
Handler = Callable[[Call], Json]


AFTER_STEP = 3.0
"""Seconds after the end of a workflow step in which its token still works: Slack revokes it soon, and not at once."""

HANDLERS: dict[str, Handler] = {
    **agents.HANDLERS,
    **apps.HANDLERS,
    **calls.HANDLERS,
    **canvases.HANDLERS,
    **chat.HANDLERS,
    **connect.HANDLERS,
    **conversations.HANDLERS,
    **files.HANDLERS,
    **functions.HANDLERS,
    **history.HANDLERS,
    **lists.HANDLERS,
    **marks.HANDLERS,
    **membership.HANDLERS,
    **people.HANDLERS,
    **scheduled.HANDLERS,
    **streams.HANDLERS,
    **unfurls.HANDLERS,
    **usergroups.HANDLERS,
    **validation.HANDLERS,
    **views.HANDLERS,
}

TOO_MANY = 429

_INSTEAD = {
    "msg_too_long": ("msg_blocks_too_long",),
    "invalid_metadata_format": ("invalid_metadata_schema",),
    "channel_not_found": ("restricted_action",),
}
"""Errors to use for methods that don't list the first one; otherwise `invalid_arguments`."""

POST_ONLY = frozenset({"apps.connections.open"})


@dataclass
class Answer:
    """A response: a status, JSON and headers."""

    body: Json
    status: int = 200
    retry_after: int = 0


@dataclass
class WebApi:
    """Responds to calls of the Web API. `latency` is the least time a call takes, in seconds."""

    workspace: Workspace
    limits: Limits
    faults: Faults
    calls: Journal
    ticket: Callable[[App], str]
    latency: float = 0.0

    async def answer(self, request: Request) -> Response:
        """Respond to one request."""
        name = request.path_params["method"]
        exchange = Exchange(name, await request.body(), request)
        faults = self.faults.of_call(name, str(exchange.given.get("channel") or ""))
        if delay := self.latency + sum(fault.delay() for fault in faults if fault.kind == "latency"):
            await asyncio.sleep(delay)
        fault = next((fault for fault in faults if fault.kind != "latency"), None)
        if fault and fault.kind == "nonsense":
            self._write_down(exchange, Answer({}, fault.status), json.dumps(fault.body), fault)
            return _nonsense(fault)
        answer = await self._with_fault(exchange, fault) if fault else self._answer(exchange)
        content = json.dumps(answer.body) if answer and answer.body else ""
        self._write_down(exchange, answer, content, fault)
        if answer is None:
            exchange.connection.reset()
            return Response()
        return Response(content, answer.status, _headers(answer, exchange), "application/json; charset=utf-8")

    async def _with_fault(self, exchange: Exchange, fault: Fault) -> Answer | None:
        """Return the faulty response, or None if no response arrives."""
        answer: Answer | None = None
        match fault.kind:
            case "ratelimited":
                answer = Answer({"ok": False, "error": "ratelimited"}, TOO_MANY, int(fault.retry_after))
            case "error":
                answer = Answer({"ok": False, "error": fault.error})
            case "status":
                answer = Answer({}, fault.status)
            case "lost":
                self._answer(exchange)
            case "hang":
                await exchange.connection.until_closed(fault.over)
        return answer

    def _answer(self, exchange: Exchange) -> Answer:
        try:
            return Answer(_with_warnings({"ok": True} | self._do(exchange), exchange.warnings))
        except RateLimited as limited:
            return Answer({"ok": False, "error": "ratelimited"}, TOO_MANY, limited.seconds)
        except SlackError as error:
            answer = {"ok": False, "error": error.error} | error.fields
            if error.error == "unknown_method":
                answer["req_method"] = exchange.name
            return Answer(answer)

    def _do(self, exchange: Exchange) -> Json:
        method, handler = exchange.method, HANDLERS.get(exchange.name)
        if method is None or handler is None:
            raise SlackError("unknown_method")
        if method.name in POST_ONLY and exchange.http != "POST":
            raise SlackError("insecure_request")
        if exchange.unreadable:
            raise exchange.unreadable
        given = exchange.given
        app = self._authenticate(method, exchange)
        exchange.app = app
        if method.scopes and not app.allows_any(method.scopes):
            raise missing_scope(app, method.scopes)
        if seconds := self.limits.wait(app.id, method.name, method.tier, self._place(app, given)):
            raise RateLimited(seconds)
        call = Call(
            workspace=self.workspace,
            app=app,
            method=method,
            args=read(method, given),
            given=given,
            base_url=exchange.base_url,
            ticket=lambda: self.ticket(app),
            execution=exchange.execution,
        )
        try:
            return handler(call)
        except SlackError as error:
            if method.may_answer(error.error) or method.name == "api.test":
                raise
            raise _in_the_methods_words(method, error) from error

    def _place(self, app: App, given: Json) -> str:
        """Return the conversation a call is about, however it is named, because limits are per channel."""
        name = str(given.get("channel") or "").removeprefix("#")
        if name in self.workspace.users:
            found = self.workspace.conversation_of([app.user_id, name])
        else:
            found = self.workspace.channels.get(name) or self.workspace.channel_named(name)
        return found.id if found else name

    def _authenticate(self, method: Method, exchange: Exchange) -> App:
        """Return the app whose token was sent."""
        token = exchange.token
        if method.token == "none":  # noqa: S105 - the word for "needs no token"
            return self.workspace.apps[0]
        if not token:
            raise SlackError("missing_args" if method.may_answer("missing_args") else "not_authed")
        for app in self.workspace.apps:
            if token == app.tokens.bot:
                if app.revoked:
                    raise SlackError("token_revoked")
                if method.token == "app":  # noqa: S105 - a kind of token
                    raise SlackError("not_allowed_token_type")
                return app
            if token == app.tokens.app:
                if method.token == "bot":  # noqa: S105 - a kind of token
                    raise SlackError("not_allowed_token_type")
                return app
        return self._of_step(method, exchange)

    def _of_step(self, method: Method, exchange: Exchange) -> App:
        """Return the app for a workflow step's token, which is valid while the step runs and for a moment after."""
        steps = self.workspace.executions.values()
        step = next((one for one in steps if one.token and one.token == exchange.token), None)
        if step is None:
            raise SlackError("invalid_auth")
        if method.token == "app":  # noqa: S105 - a kind of token
            raise SlackError("not_allowed_token_type")
        if step.ended_at is not None and self.workspace.now() > step.ended_at + AFTER_STEP:
            raise SlackError("token_revoked")
        exchange.execution = step.id
        return self.workspace.app(step.app_id)

    def _write_down(self, exchange: Exchange, answer: Answer | None, content: str, fault: Fault | None) -> None:
        entry = {
            "at": exchange.at,
            "ms": round((time.perf_counter() - exchange.started) * 1000, 3),
            "method": exchange.name,
            "http": exchange.http,
            "app": exchange.app.id if exchange.app else None,
            "arguments": exchange.arguments(),
            "answer": answer.body if answer else None,
            "error": answer.body.get("error") if answer else "no_answer",
            "status": answer.status if answer else None,
            "fault": fault.kind if fault else None,
            "connection": exchange.connection.number,
        }
        self.workspace.changes.tell("call", entry=self.calls.add(entry, {"answer": content} if content else {}))


def _in_the_methods_words(method: Method, error: SlackError) -> SlackError:
    """Return the error, replaced by one from the method's reference if that does not list it."""
    instead = next((word for word in _INSTEAD.get(error.error, ()) if method.may_answer(word)), None)
    if instead is not None:
        return SlackError(instead, **error.fields)
    return invalid_arguments(f"{error.error} [json-pointer:/]")


class RateLimited(Exception):
    """The bucket is empty for this many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _with_warnings(body: Json, warnings: list[str]) -> Json:
    """Merge the request's warnings with the method's."""
    if not warnings:
        return body
    metadata = body.get("response_metadata", {})
    warned = [*metadata.get("warnings", []), *warnings]
    return body | {"warning": ",".join(warned), "response_metadata": metadata | {"warnings": warned}}


def _nonsense(fault: Fault) -> Response:
    """Return a response that is not Slack's."""
    told = {"Location": fault.location, "Retry-After": str(fault.retry_after) if fault.status == TOO_MANY else None}
    headers = {name: value for name, value in told.items() if value is not None}
    return Response(fault.body, fault.status, headers, fault.content_type)


def _headers(answer: Answer, exchange: Exchange) -> dict[str, str]:
    headers = {}
    if answer.retry_after:
        headers["Retry-After"] = str(answer.retry_after)
    if exchange.app and exchange.method:
        headers["X-OAuth-Scopes"] = ",".join(sorted(exchange.app.manifest.scopes or ()))
        headers["X-Accepted-OAuth-Scopes"] = ",".join(exchange.method.scopes)
    return headers
