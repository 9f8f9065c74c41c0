"""Canvases and lists, stored so that an app can write and look up."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Section:
    """A section of a canvas, found and edited by its id."""

    id: str
    markdown: str


@dataclass
class Canvas:
    """A document; `channel` is set if it is a channel's canvas or a tab in it."""

    id: str
    title: str
    user: str
    created: int
    channel: str | None = None
    sections: list[Section] = field(default_factory=list)
    access_users: dict[str, str] = field(default_factory=dict)
    access_channels: dict[str, str] = field(default_factory=dict)

    @property
    def markdown(self) -> str:
        """Return the whole text."""
        return "\n\n".join(section.markdown for section in self.sections)


@dataclass
class Item:
    """A row of a list; `cells` maps a column's id to Slack's field."""

    id: str
    created: int
    created_by: str
    updated: int
    cells: dict[str, Json] = field(default_factory=dict)
    parent: str | None = None
    archived: bool = False


@dataclass
class SlackList:
    """A list: columns as the app defined them, and items."""

    id: str
    name: str
    user: str
    created: int
    columns: list[Json] = field(default_factory=list)
    description_blocks: list[Json] = field(default_factory=list)
    todo_mode: bool = False
    items: dict[str, Item] = field(default_factory=dict)
    access_users: dict[str, str] = field(default_factory=dict)
    access_channels: dict[str, str] = field(default_factory=dict)
