"""What happens in the workspace, told to whoever wants to know: the page's stream, the apps' events, the saved file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Change:
    """Something that has happened. `data` holds records, not JSON: each listener writes them as it needs."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


Listener = Callable[[Change], None]


class Changes:
    """Passes changes on, synchronously and in order."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of everything from now on."""
        self._listeners.append(listener)

    def tell(self, kind: str, **data: Any) -> None:
        """Announce what has just been done."""
        change = Change(kind, data)
        for listener in self._listeners:
            listener(change)
