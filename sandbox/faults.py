"""Injected faults."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from sandbox.errors import Misuse

Json = dict[str, Any]

OF_CALLS = frozenset({"ratelimited", "error", "status", "nonsense", "latency", "hang", "lost", "refuse"})
OF_DELIVERIES = frozenset({"latency", "lost", "refuse", "duplicate", "disconnect"})
KINDS = OF_CALLS | OF_DELIVERIES

OPTIONS = {
    "ratelimited": {"retry_after"},
    "error": {"error"},
    "status": {"status"},
    "nonsense": {"status", "body", "content_type", "location", "retry_after"},
    "latency": {"ms", "spread"},
}
"""The arguments of each kind of fault, besides what it applies to and how often."""


NUMBERS = {"times", "retry_after", "status", "ms", "spread"}


@dataclass
class Fault:
    """An injected fault. It matches calls by `method`, or deliveries by `delivery`; both are globs.

    `channel` restricts it to calls with a matching argument of that name. `nonsense` responds with `body` as it is,
    which is not Slack's format, like a proxy's page; then `retry_after` may be any text.

    `times` counts down; None means until it is removed. Milliseconds are uniformly random in `ms` ± `spread`.
    """

    id: int
    kind: str
    method: str | None = None
    delivery: str | None = None
    channel: str | None = None
    times: int | None = None
    retry_after: int | str = 1
    error: str = "internal_error"
    status: int = 503
    body: str = ""
    content_type: str = "text/html"
    location: str | None = None
    ms: float = 0.0
    spread: float = 0.0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def as_json(self) -> Json:
        """Return it as JSON, in the form of a request."""
        told = ("id", "kind", "method", "delivery", "channel", "times", *sorted(OPTIONS.get(self.kind, ())))
        return {name: getattr(self, name) for name in told}

    def meets(self, *, method: str | None = None, channel: str = "", delivery: str | None = None) -> bool:
        """Return True if it applies to this call or delivery."""
        if method is not None:
            is_there = self.channel is None or fnmatchcase(channel, self.channel)
            return self.method is not None and fnmatchcase(method, self.method) and is_there
        return delivery is not None and self.delivery is not None and fnmatchcase(delivery, self.delivery)

    def delay(self) -> float:
        """Return seconds of latency."""
        return max(0.0, self.ms + random.uniform(-self.spread, self.spread)) / 1000  # noqa: S311 - not for secrets


class Faults:
    """The active faults."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._number = 0
        self._hanging: list[Fault] = []

    def add(self, given: Json) -> Fault:
        """Add a fault. Raises Misuse if the request is invalid."""
        self._number += 1
        fault = _read(given, self._number)
        self._faults.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        """Remove one fault, or all."""
        gone = [fault for fault in self._faults if fault_id in (None, fault.id)]
        for fault in gone:
            self._faults.remove(fault)
        for fault in [*gone, *(fault for fault in self._hanging if fault_id in (None, fault.id))]:
            fault.over.set()
        self._hanging = [fault for fault in self._hanging if not fault.over.is_set()]

    def as_json(self) -> list[Json]:
        """Return the active faults as JSON."""
        return [fault.as_json() for fault in self._faults]

    def of_call(self, method: str, channel: str = "") -> list[Fault]:
        """Return and count down the faults for a call: any latency, and at most one failure."""
        return list(self._take(method=method, channel=channel))

    def of_delivery(self, name: str) -> list[Fault]:
        """Return and count down the faults for a delivery, named like `slash_commands:/escalate`."""
        return list(self._take(delivery=name))

    def _take(self, *, method: str | None = None, channel: str = "", delivery: str | None = None) -> Iterator[Fault]:
        failed = False
        for fault in list(self._faults):
            ends_it = fault.kind != "latency"
            if not fault.meets(method=method, channel=channel, delivery=delivery) or (ends_it and failed):
                continue
            failed = failed or ends_it
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                    self._hanging += [fault] if fault.kind == "hang" else []  # used up, but still removable
            yield fault


def _read(given: Json, number: int) -> Fault:
    kind = given.get("kind")
    if kind not in KINDS:
        raise Misuse("unknown_kind", f"a fault is one of {', '.join(sorted(KINDS))}; not {kind!r}")
    allowed = {"kind", "method", "delivery", "channel", "times"} | OPTIONS.get(str(kind), set())
    if unknown := sorted(set(given) - allowed):
        raise Misuse("unknown_option", f"{kind} takes {', '.join(sorted(allowed))}; not {unknown[0]!r}")
    values = dict(given)
    for name in (NUMBERS - ({"retry_after"} if kind == "nonsense" else set())) & set(values):
        if isinstance(values[name], bool) or not isinstance(values[name], (int, float)):
            raise Misuse("not_a_number", f"{name!r} has to be a number, not {values[name]!r}")
    if kind not in OF_CALLS:
        if {"method", "channel"} & set(values):
            raise Misuse("no_method", f"{kind} is about deliveries: name them by `delivery`, as in 'events_api:*'")
        values.setdefault("delivery", "*")
    elif kind not in OF_DELIVERIES and "delivery" in values:
        raise Misuse("no_delivery", f"{kind} is about calls of the Web API: name them by `method`, as in 'chat.*'")
    elif "delivery" not in values:
        values.setdefault("method", "*")
    return Fault(id=number, **values)
