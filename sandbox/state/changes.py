"""Changes in the workspace, passed to listeners: the page's stream, the apps' events, the saved file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Change:
    """A change. `data` holds records, not JSON: each listener converts them as needed."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


Listener = Callable[[Change], None]


class Changes:
    """Passes changes to listeners, synchronously and in order, unless it is muted."""

    def __init__(self) -> None:
        self.muted = False
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` with every change from now on."""
        self._listeners.append(listener)

    def tell(self, kind: str, **data: Any) -> None:
        """Announce a change."""
        if self.muted:
            return
        change = Change(kind, data)
        for listener in self._listeners:
            listener(change)
