"""Delivers payloads to apps and returns their acknowledgements."""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from sandbox.apps import App
from sandbox.delivery.post import Poster, Unreachable
from sandbox.delivery.sockets import Sockets
from sandbox.faults import Fault, Faults
from sandbox.journal import Journal
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

PATIENCE = 3.0
"""Real seconds within which an app has to acknowledge."""

# A lone surrogate cannot be encoded; only JSON can escape it.
_HALVES = re.compile("[\ud800-\udfff]")
_OK, _SUCCESS = range(200, 201), range(200, 300)

EVENTS = "events_api"
COMMANDS = "slash_commands"
INTERACTIVE = "interactive"

RETRY_AFTER = (1.0, 60.0, 300.0)
"""Seconds on the sandbox's clock before an unacknowledged event is retried."""

MOST_AWAITED = 1000
"""The most events waiting for a retry; if an app is away for long, further ones are dropped."""


@dataclass(frozen=True)
class Parcel:
    """A payload to deliver. `name` identifies it in the journal and for faults."""

    app: App
    kind: str
    name: str
    payload: Json
    attempt: int = 0
    reason: str = ""

    @property
    def label(self) -> str:
        """Return the name for faults: `slash_commands:/escalate`, `events_api:message`."""
        return f"{self.kind}:{self.name}"

    @property
    def answerable(self) -> bool:
        """Return True if the acknowledgement may have a body."""
        return self.kind != EVENTS


@dataclass(frozen=True)
class Receipt:
    """The result of a delivery. `status` is the acknowledgement's, None if there was none; `body` is its body."""

    status: int | None = None
    body: Any = None
    failure: str = ""
    retry: bool = True
    connection: int | None = None
    headers: Json = field(default_factory=dict)
    is_event: bool = False

    @property
    def acknowledged(self) -> bool:
        """Return True if the app acknowledged in time: an event with any 2xx, everything else with 200."""
        return self.status is not None and self.status in (_SUCCESS if self.is_event else _OK)


class Courier:
    """Delivers over Socket Mode, or over HTTP to apps with an events URL."""

    def __init__(self, workspace: Workspace, sockets: Sockets, faults: Faults, deliveries: Journal) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._faults = faults
        self._deliveries = deliveries
        self._poster = Poster()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._awaited = 0

    async def stop(self) -> None:
        """Cancel everything in progress."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._poster.close()

    async def idle(self) -> None:
        """Wait until no delivery is in progress, retries included. For tests."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def send(self, app: App, name: str, payload: Json) -> None:
        """Send an event without waiting; it is retried up to three times until it is acknowledged."""
        self._spawn(self._persist(Parcel(app, EVENTS, name, payload)))

    async def announce(self, app: App, name: str, payload: Json) -> Receipt:
        """Send an event and return the result of the first attempt; retries follow in the background."""
        parcel = Parcel(app, EVENTS, name, payload)
        receipt = await self.deliver(parcel)
        self._spawn(self._try_again(parcel, receipt))
        return receipt

    async def deliver(self, parcel: Parcel) -> Receipt:
        """Deliver once and wait for the acknowledgement, at most three seconds."""
        at, started = time.time(), time.perf_counter()
        faults = self._faults.of_delivery(parcel.label)
        if delay := sum(fault.delay() for fault in faults if fault.kind == "latency"):
            await asyncio.sleep(delay)
        fault = next((fault for fault in faults if fault.kind != "latency"), None)
        receipt = await self._with_fault(parcel, fault)
        entry = {
            "at": at,
            "ms": round((time.perf_counter() - started) * 1000, 3),
            "app": parcel.app.id,
            "kind": parcel.kind,
            "name": parcel.name,
            "payload": parcel.payload,
            "attempt": parcel.attempt,
            "acknowledged": receipt.acknowledged,
            "status": receipt.status,
            "response": receipt.body,
            "failure": receipt.failure or None,
            "fault": fault.kind if fault else None,
            "connection": receipt.connection,
        }
        self._workspace.changes.tell("delivery", entry=self._deliveries.add(entry))
        return receipt

    async def _persist(self, parcel: Parcel) -> None:
        await self._try_again(parcel, await self.deliver(parcel))

    async def _try_again(self, parcel: Parcel, receipt: Receipt) -> None:
        for attempt, pause in enumerate(RETRY_AFTER, start=1):
            if receipt.acknowledged or not receipt.retry or self._awaited >= MOST_AWAITED:
                break
            self._awaited += 1
            try:
                await self._workspace.clock.sleep(pause)
            finally:
                self._awaited -= 1
            again = Parcel(parcel.app, parcel.kind, parcel.name, parcel.payload, attempt, receipt.failure)
            receipt = await self.deliver(again)

    async def _with_fault(self, parcel: Parcel, fault: Fault | None) -> Receipt:
        match fault.kind if fault else None:
            case "refuse":
                return Receipt(failure="connection_failed")
            case "lost":
                await self._carry(parcel)
                return Receipt(failure="http_timeout")
            case "duplicate":
                self._spawn(self._carry(parcel))
            case "disconnect":
                return await self._carry(parcel, drop=True)
        return await self._carry(parcel)

    async def _carry(self, parcel: Parcel, *, drop: bool = False) -> Receipt:
        if parcel.app.events_url:
            return await self._over_http(parcel, parcel.app.events_url)
        return await self._over_socket(parcel, drop=drop)

    async def _over_socket(self, parcel: Parcel, *, drop: bool) -> Receipt:
        deadline = time.monotonic() + PATIENCE
        socket = await self._sockets.pick(parcel.app, PATIENCE)
        if socket is None:
            return Receipt(failure="connection_failed")
        envelope_id = str(uuid4())
        future = socket.waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await socket.send(_envelope(parcel, envelope_id))
            if drop:
                socket.drop()
            reply = await asyncio.wait_for(future, max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            return Receipt(failure="http_timeout", connection=socket.connection.number)
        except (ConnectionError, RuntimeError):  # it was closed meanwhile
            return Receipt(failure="connection_failed", connection=socket.connection.number)
        finally:
            socket.waiting.pop(envelope_id, None)
        return Receipt(200, reply.body, connection=socket.connection.number)

    async def _over_http(self, parcel: Parcel, url: str) -> Receipt:
        content_type, body = _http_body(parcel)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if parcel.attempt:
            headers |= {"X-Slack-Retry-Num": str(parcel.attempt), "X-Slack-Retry-Reason": parcel.reason}
        try:
            answer = await self._poster.post(url, headers, body, parcel.app.tokens.signing_secret, PATIENCE)
        except TimeoutError:
            return Receipt(failure="http_timeout")
        except Unreachable as error:
            return Receipt(failure="connection_failed", body=str(error))
        retry = answer.headers.get("x-slack-no-retry") != "1"
        receipt = Receipt(answer.status, answer.body, retry=retry, is_event=parcel.kind == EVENTS)
        return receipt if receipt.acknowledged else replace(receipt, failure="http_error")

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _envelope(parcel: Parcel, envelope_id: str) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "type": parcel.kind,
        "accepts_response_payload": parcel.answerable,
        "payload": parcel.payload,
    }
    if parcel.kind == EVENTS:
        envelope |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
    return envelope


def _http_body(parcel: Parcel) -> tuple[str, bytes]:
    form = "application/x-www-form-urlencoded"
    if parcel.kind == EVENTS:
        return "application/json", json.dumps(parcel.payload).encode()
    if parcel.kind == COMMANDS:
        return form, urlencode({key: _HALVES.sub("\ufffd", str(item)) for key, item in parcel.payload.items()}).encode()
    return form, urlencode({"payload": json.dumps(parcel.payload)}).encode()
