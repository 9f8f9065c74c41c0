"""What this process knows of the declaring forms that are open."""

import asyncio
from dataclasses import dataclass, field

_MOST_FORMS = 2000


@dataclass
class OpenForm:
    """One open form: its latest hash, and whose turn it is to redraw it."""

    hash: str | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True)
class OpenForms:
    """The open forms by their view; the oldest are forgotten when there are too many."""

    _forms: dict[str, OpenForm] = field(default_factory=dict)

    def of(self, view_id: str) -> OpenForm:
        """Return what is known of a form, from now on if it is new."""
        while len(self._forms) >= _MOST_FORMS:
            self._forms.pop(next(iter(self._forms)))
        return self._forms.setdefault(view_id, OpenForm())

    def forget(self, view_id: str) -> None:
        """Forget a form that was sent or is gone."""
        self._forms.pop(view_id, None)
