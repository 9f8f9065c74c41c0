"""Messages and files of a channel, as the workspace describes them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file: its id, its name, its kind as the workspace says it, and its address there."""

    id: str
    name: str
    kind: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the record: its name, and its address in the channel if it is there."""

    name: str
    link: str | None


@dataclass(frozen=True, slots=True)
class FileOfForm:
    """A file that was added in a form, by the record's id and the workspace's. `copied_as` is its copy, once begun."""

    id: int
    file: str
    name: str
    copied_as: str | None


@dataclass(frozen=True, slots=True)
class SaidMessage:
    """A message in a channel. `text` is Slack's markup; `author` is None for a message of an app."""

    channel: str
    ts: str
    author: str | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CapturedWords:
    """A captured message as it reads now, for the timeline. Without `text` it was deleted.

    One that `is_taken_off` is no part of the timeline any more: who had added it changed their mind.
    """

    text: str | None
    is_edited: bool
    link: str | None = None
    is_taken_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """A catch-up besides the facts: the last text to the customer, and the last note."""

    told: str | None
    note: str | None
    note_by: str | None
    note_at: datetime | None
