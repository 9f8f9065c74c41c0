"""Changes of the directory and of the policy, as the audit has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.policy.model.directory import EntryKind


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A change of an entry: who made it, and when. `by` is a Slack id, or the program for an import."""

    kind: EntryKind
    key: str
    by: str
    at: datetime
    is_removal: bool


@dataclass(frozen=True, slots=True)
class DirectoryAudited:
    """A change of an entry, with the values before and after; empty if there was no entry."""

    kind: EntryKind
    key: str
    by: str
    at: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PolicyAudited:
    """A policy that came into force, its owner, and the names of what differs from the one before."""

    name: str
    version: str
    owner: str
    changed: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """A page of both, newest first.

    `first` newer changes come before it, `size` fit on a page, `total` exist.
    """

    changes: tuple[DirectoryAudited | PolicyAudited, ...]
    first: int
    size: int
    total: int
