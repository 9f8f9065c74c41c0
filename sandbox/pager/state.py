"""The state of the stand-in: services by routing key, users, incidents, and what it was asked."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
TRIGGERED, ACKNOWLEDGED, RESOLVED = "triggered", "acknowledged", "resolved"


@dataclass
class Incident:
    """An incident. `rings` are the times of its triggers."""

    id: str
    key: str
    service: str
    title: str
    details: str
    link: str | None
    severity: str
    opened_at: float
    status: str = TRIGGERED
    by: str | None = None
    rings: list[float] = field(default_factory=list)

    def as_json(self) -> Json:
        """Return it as the REST API and webhooks do."""
        return {
            "id": self.id,
            "type": "incident",
            "incident_key": self.key,
            "title": self.title,
            "status": self.status,
            "urgency": "high",
            "service": {"id": f"P{self.service.upper()[:6]}", "summary": self.service, "type": "service_reference"},
        }


@dataclass
class PagerState:
    """Everything the stand-in knows.

    `services` names the service of each routing key; without any, every key is good. `users` are the names by e-mail.
    `refusals` are the statuses with which the next events are refused, in order; `token` is the only good one of the
    REST API, None if any is. `on_call` is the e-mail by schedule.
    """

    now: Callable[[], float]
    services: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    on_call: dict[str, str] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    token: str | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def next_id(self) -> str:
        """Return a new incident's id."""
        return f"Q{next(self._numbers):013d}"

    def open_incident(self, key: str) -> Incident | None:
        """Return the incident of a key that isn't resolved."""
        return next((one for one in self.incidents.values() if one.key == key and one.status != RESOLVED), None)

    def apply(self, event: Mapping[str, Any]) -> None:
        """Carry out a valid event."""
        key, action = event["dedup_key"], event["event_action"]
        found = self.open_incident(key)
        if action == "trigger":
            if found is None:
                found = self._open(key, event)
            found.rings.append(self.now())
        elif found is not None and not (action == "acknowledge" and found.status == ACKNOWLEDGED):
            found.status = ACKNOWLEDGED if action == "acknowledge" else RESOLVED

    def _open(self, key: str, event: Mapping[str, Any]) -> Incident:
        payload, links = event["payload"], event.get("links") or []
        made = Incident(
            id=self.next_id(),
            key=key,
            service=self.services.get(event["routing_key"], "Escalate"),
            title=payload["summary"],
            details=str((payload.get("custom_details") or {}).get("details") or ""),
            link=links[0]["href"] if links else None,
            severity=payload["severity"],
            opened_at=self.now(),
        )
        self.incidents[made.id] = made
        return made
