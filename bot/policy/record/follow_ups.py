"""Follow-ups across escalations, for lists."""

from dataclasses import dataclass
from datetime import date

from bot.policy.excerpts import Excerpt
from bot.policy.record.ending import FollowUpState


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpLine:
    """One follow-up with its escalation and customer."""

    id: int
    number: int
    account: str
    what: str
    owner: str
    due_on: date
    url: str | None
    state: FollowUpState

    @property
    def key(self) -> str:
        """The key of its escalation."""
        return f"ESC-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFollowUps:
    """Follow-ups whose date has passed `on` a day, the earliest first: some of them, and how many there are in all."""

    on: date
    shown: tuple[FollowUpLine, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFollowUps:
    """A page of follow-ups as of a day, and the words that limit it."""

    found: Excerpt[FollowUpLine]
    on: date
    words: str = ""
    is_settled: bool = False
