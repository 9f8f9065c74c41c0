"""Check events as the Events API v2 does, as PagerDuty documents it."""

from collections.abc import Mapping
from typing import Any, Final

_ACTIONS: Final = frozenset({"trigger", "acknowledge", "resolve"})
_SEVERITIES: Final = frozenset({"critical", "error", "warning", "info"})
_KEY_LETTERS: Final = 255
_SUMMARY_LETTERS: Final = 1024
_ROUTING_KEY_LETTERS: Final = 32


def problems(event: object, services: Mapping[str, str]) -> list[str]:
    """Return what is wrong with an event; nothing if it is accepted."""
    if not isinstance(event, dict):
        return ["the event is no object"]
    found = []
    routing_key = event.get("routing_key")
    if not isinstance(routing_key, str) or len(routing_key) != _ROUTING_KEY_LETTERS:
        found.append("'routing_key' is missing or of the wrong length")
    elif services and routing_key not in services:
        found.append("'routing_key' is unknown")
    action = event.get("event_action")
    if action not in _ACTIONS:
        found.append("'event_action' is missing or invalid")
    key = event.get("dedup_key")
    if (key is None and action != "trigger") or len(str(key or "")) > _KEY_LETTERS:
        found.append("'dedup_key' is missing or too long")
    return [*found, *(_of_payload(event.get("payload")) if action == "trigger" else [])]


def _of_payload(payload: Any) -> list[str]:
    if not isinstance(payload, dict):
        return ["'payload' is missing or blank"]
    found = [f"'payload.{name}' is missing or blank" for name in ("summary", "source") if not payload.get(name)]
    if len(str(payload.get("summary") or "")) > _SUMMARY_LETTERS:
        found.append("'payload.summary' is too long")
    if payload.get("severity") not in _SEVERITIES:
        found.append("'payload.severity' is missing or invalid")
    return found
