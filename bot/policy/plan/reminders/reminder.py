"""The parts of a kind of reminder. Its sentence is in the file of the same name in `bot.views.reminders`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from bot.policy.model.rules import Policy
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.escalation import EscalationFacts, PageCause

N_co = TypeVar("N_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Due:
    """Everything that is due at once on an escalation, of any kind: the timers by their time, the facts, and now."""

    timers: Sequence[Planned]
    facts: EscalationFacts
    policy: Policy
    now: datetime

    def of(self, kind: TimerKind) -> Sequence[Planned]:
        """Return the timers of a kind."""
        return [timer for timer in self.timers if timer.kind is kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStart:
    """A page that goes out with a reminder, to the holder of a role and of those `beside` it.

    `page_at` is when it was planned for.
    """

    cause: PageCause
    role: str
    due_at: datetime
    page_at: datetime
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Generic[N_co]):
    """The message: in the channel, ahead of others if it `is_breach`, and directly to people, each once.

    `event` goes to the timeline, with what is `recorded`. If the reminder repeats until done, `recurs` names the record
    of when somebody was last reminded. With `yields_to_pages` nobody gets it directly whom a page of the running alarm
    has reached: that message asks for the same, and stays until somebody answers. With `stands_in` who is away, or may
    not see the escalation any more, is replaced by somebody who can act.
    """

    notice: N_co
    in_channel: bool = True
    is_breach: bool = False
    people: tuple[str, ...] = ()
    event: str | None = None
    recorded: Mapping[str, Any] | None = None
    page: PageStart | None = None
    recurs: str | None = None
    yields_to_pages: bool = False
    stands_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderKind(Generic[N_co]):
    """A kind of reminder.

    `notice` is the class of what it says. `plan` yields its timers from the facts of an escalation; `decide` yields
    the messages and their recipients.
    """

    timer: TimerKind
    notice: type[N_co]
    plan: Callable[[EscalationFacts, Policy], Iterable[Planned]]
    decide: Callable[[Due], Iterable[Reminder[N_co]]]


def holders(facts: EscalationFacts, *roles: str) -> tuple[str, ...]:
    """Return who holds these roles, each person once; the declarer where nobody does."""
    return tuple(dict.fromkeys(facts.holder(role) or facts.declared_by for role in roles))
