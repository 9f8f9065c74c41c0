"""Trigger ids: each lets an app open one view soon after an interaction."""

import time
from dataclasses import dataclass

from sandbox.errors import SlackError
from sandbox.ids import secret

LIFE = 3.0
"""Real seconds from the interaction until a view has to be opened."""

KEPT = 60.0
"""Real seconds for which a trigger is remembered, to tell an expired or used one from an unknown one."""


@dataclass
class Trigger:
    """For whom a view may be opened, and the view of the interaction."""

    app_id: str
    user: str
    view_id: str | None
    channel: str | None
    at: float
    used: bool = False


class Triggers:
    """Issues trigger ids and accepts each once."""

    def __init__(self) -> None:
        self._known: dict[str, Trigger] = {}
        self._number = 0

    def issue(self, app_id: str, user: str, *, view_id: str | None = None, channel: str | None = None) -> str:
        """Return a new trigger id for an interaction."""
        now = time.monotonic()
        while self._known and next(iter(self._known.values())).at < now - KEPT:
            del self._known[next(iter(self._known))]
        self._number += 1
        trigger_id = f"{int(time.time() * 1000)}.{self._number:010d}.{secret(32)}"
        self._known[trigger_id] = Trigger(app_id, user, view_id, channel, now)
        return trigger_id

    def exchange(self, trigger_id: str, app_id: str) -> Trigger:
        """Use up a trigger id. Raises SlackError if it is unknown, used or expired."""
        trigger = self._known.get(trigger_id)
        if trigger is None or trigger.app_id != app_id:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.at > LIFE:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger
