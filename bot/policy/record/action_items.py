"""Action items of an account programme: who does what by when, towards which success criterion (docs/policy.md#s2)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ActionState(StrEnum):
    """The state of an action item. A dropped one has a reason."""

    OPEN = "open"
    IN_PROGRESS = "in progress"
    DONE = "done"
    DROPPED = "dropped"


UNFINISHED = frozenset({ActionState.OPEN, ActionState.IN_PROGRESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItemFacts:
    """One action item. `due_on` is a day in the policy's zone; `criterion` is the line of the success criteria."""

    id: int
    what: str
    owner: str
    due_on: date
    state: ActionState
    criterion: str | None = None
    # Why it was dropped.
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An unfinished action item: as much of it as reminders and the card need."""

    id: int
    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """One action item with its programme and customer, for lists across programmes."""

    id: int
    number: int
    account: str
    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LateItems:
    """Action items whose date has passed, the earliest first: some of them, and how many there are in all."""

    shown: tuple[ItemLine, ...] = ()
    total: int = 0
