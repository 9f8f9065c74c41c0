"""Views: each person's stack of modals, and each app's Home tab for each person."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.ids import Ids, secret

Json = dict[str, Any]

STACK = 3
"""The most modals in a person's stack."""

LIVE = frozenset({"id", "team_id", "state", "hash", "previous_view_id", "root_view_id", "app_id", "bot_id"})
"""The fields Slack adds to a view, and ignores when an app sends it back."""


@dataclass
class View:
    """A view. `content` is what the app sent; `values` is the input so far."""

    id: str
    app_id: str
    bot_id: str
    team_id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    offered: dict[str, list[Json]] = field(default_factory=dict)
    opened_from: str | None = None

    @property
    def type(self) -> str:
        """Return `modal` or `home`."""
        return str(self.content["type"])

    @property
    def external_id(self) -> str:
        """Return the app's external id for it, or an empty string."""
        return str(self.content.get("external_id") or "")

    @property
    def blocks(self) -> list[Json]:
        """Return its blocks."""
        blocks: list[Json] = self.content["blocks"]
        return blocks

    def as_json(self) -> Json:
        """Return the view as payloads and responses have it."""
        content = self.content
        return {
            "id": self.id,
            "team_id": self.team_id,
            "type": self.type,
            "blocks": self.blocks,
            "private_metadata": content.get("private_metadata", ""),
            "callback_id": content.get("callback_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "title": content.get("title"),
            "clear_on_close": bool(content.get("clear_on_close")),
            "notify_on_close": bool(content.get("notify_on_close")),
            "close": content.get("close"),
            "submit": content.get("submit"),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": self.app_id,
            "external_id": self.external_id,
            "app_installed_team_id": self.team_id,
            "bot_id": self.bot_id,
        }


class Views:
    """All open views and published Home tabs."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[tuple[str, str], View] = {}

    def stack(self, user: str) -> list[View]:
        """Return the person's open modals, topmost last."""
        return self._stacks.get(user, [])

    def home(self, app_id: str, user: str) -> View | None:
        """Return the Home tab an app published for a person."""
        return self._homes.get((app_id, user))

    def homes(self) -> Iterator[View]:
        """Return all Home tabs."""
        return iter(self._homes.values())

    def find(self, view_id: str) -> View | None:
        """Return an open view by id, or None."""
        return next((view for view in self._all() if view.id == view_id), None)

    def find_external(self, app_id: str, external_id: str) -> View | None:
        """Return a view by its external id, or None."""
        return next(
            (v for v in self._all() if v.app_id == app_id and external_id and v.external_id == external_id), None
        )

    def new(self, *, app_id: str, bot_id: str, team_id: str, user: str, content: Json) -> View:
        """Create a view that is not shown yet."""
        view_id = self._ids.new("V")
        return View(view_id, app_id, bot_id, team_id, user, content, new_hash(), root_id=view_id)

    def open(self, view: View) -> list[View]:
        """Replace the person's modals by this one; return the replaced ones."""
        replaced = self._stacks.get(view.user, [])
        self._stacks[view.user] = [view]
        return replaced

    def push(self, view: View) -> None:
        """Push a modal. The caller checks that there is room."""
        stack = self._stacks[view.user]
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)

    def pop(self, user: str) -> View | None:
        """Remove the topmost modal and return the next one."""
        stack = self._stacks[user]
        stack.pop()
        if stack:
            return stack[-1]
        del self._stacks[user]
        return None

    def clear(self, user: str) -> None:
        """Remove all modals of a person."""
        self._stacks.pop(user, None)

    def publish(self, view: View) -> None:
        """Set the Home tab of its app for its person; it keeps an earlier one's id."""
        earlier = self._homes.get((view.app_id, view.user))
        if earlier is not None:
            view.id = view.root_id = earlier.id
        self._homes[view.app_id, view.user] = view

    def _all(self) -> Iterator[View]:
        for stack in self._stacks.values():
            yield from stack
        yield from self._homes.values()


def new_hash() -> str:
    """Return a new hash in Slack's format, for each change of a view."""
    return f"{secret(10)}.{secret(8)}"


def size(content: Json) -> int:
    """Return a view's size as JSON in bytes."""
    return len(json.dumps(content, separators=(",", ":")).encode())
