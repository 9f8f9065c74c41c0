"""The declare forms that are open, as far as this process knows."""

import asyncio
from dataclasses import dataclass, field

_MOST_FORMS = 2000


@dataclass
class OpenForm:
    """An open form: its latest hash, and a lock for updating it."""

    hash: str | None = None
    updating: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True)
class OpenForms:
    """Open forms by view id; above a limit the oldest are dropped."""

    _forms: dict[str, OpenForm] = field(default_factory=dict)

    def of(self, view_id: str) -> OpenForm:
        """Return what is known of a form, creating an entry for a new one."""
        while len(self._forms) >= _MOST_FORMS:
            self._forms.pop(next(iter(self._forms)))
        return self._forms.setdefault(view_id, OpenForm())

    def forget(self, view_id: str) -> None:
        """Forget a form that was submitted or closed."""
        self._forms.pop(view_id, None)
