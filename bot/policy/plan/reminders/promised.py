"""Promised updates, and those due at once: shared by the reminders about updates.

A missed update is reported in the channel, then to its owner, then pages the manager (docs/policy.md#a-missed-update).
One message has all that is owed, the customer's first. What piled up during an outage is combined, and says how late
it is.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from bot.errors import UnknownWord
from bot.policy.decide import promises
from bot.policy.model import cadence
from bot.policy.model.cadence import Cadence
from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.reminders.reminder import Due, holders
from bot.policy.plan.timers import TimerKind, lateness, moment, stamp
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, Status
from bot.policy.time.calendars import Calendar

CUSTOMER = "customer"
INTERNAL = "internal"
_OWNER_OF = {CUSTOMER: RELATIONSHIP_OWNER, INTERNAL: FIX_OWNER}


# In the record of who was reminded when: the reminders of updates, and the last answer to a page about one.
UPDATE = "update"
PAGE_ANSWERED = "page answered"


@dataclass(frozen=True, slots=True)
class PromisedUpdate:
    """An update that is promised to an audience, with the key and data of its timers.

    A missed one is due again each interval, for as long as it is missing: `data` then still has the first due time.
    """

    key: str
    due_at: datetime
    stages: cadence.Stages
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DueUpdates:
    """The audiences whose timers are due, and when the earliest was.

    `late` is how late this is reported, which is not how late the update is.
    """

    audiences: tuple[str, ...]
    due_at: datetime
    late: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatesOwed:
    """The updates that are owed: the part that the notices about them share.

    `due` and `missed` are those of the first audience; `missed` counts the intervals without an update. If the internal
    update stands beside the customer's and differs in them, `internal_due` and `internal_missed` are its own.
    """

    audiences: tuple[str, ...]
    due: datetime
    late: timedelta | None = None
    missed: int = 1
    internal_due: datetime | None = None
    internal_missed: int = 1


N = TypeVar("N", bound=UpdatesOwed)


def promised(facts: EscalationFacts, policy: Policy) -> Iterator[PromisedUpdate]:
    """Yield what is promised to each audience, as long as the escalation is open or mitigated."""
    if facts.status not in (Status.OPEN, Status.MITIGATED):
        return
    calendar = promises.calendar_of(facts, policy)
    for audience, due_at, rule in _owed(facts, policy):
        again = _again(rule, calendar)
        for occurrence in recurrence.occurrences(due_at, again, facts.reminded.get(UPDATE)):
            stages = cadence.stages(rule, max(occurrence.at, facts.begun_at), calendar)
            key = f"{facts.key}:{audience}-update:{stamp(occurrence.at)}"
            data = {"audience": audience, "due": stamp(due_at), "interval": stamp(occurrence.at)}
            yield PromisedUpdate(key, occurrence.at, stages, data)


def _again(rule: Cadence, calendar: Calendar) -> Callable[[datetime], datetime]:
    """Return the function that says when a missed update is due again."""
    every = rule.steady
    return partial(cadence.due_again, rule, calendar=calendar) if every is None else recurrence.Steady(every)


def is_to_come(facts: EscalationFacts, at: datetime) -> bool:
    """Return False for a reminder due at or before the last one sent: that one stood for it too."""
    reminded_at = facts.reminded.get(UPDATE)
    return reminded_at is None or at > reminded_at


def _owed(facts: EscalationFacts, policy: Policy) -> Iterator[tuple[str, datetime, Cadence]]:
    """Yield each audience that is owed an update, when it is due, and by which cadence."""
    customer, internal = promises.cadences(facts, policy)
    if facts.customer_update_due_at is not None:
        yield CUSTOMER, facts.customer_update_due_at, promises.leading(customer)
    if facts.internal_update_due_at is not None:
        yield INTERNAL, facts.internal_update_due_at, promises.leading(internal)


def all_owed(found: DueUpdates, due: Due) -> UpdatesOwed:
    """Return every update that is owed by now, the customer's first, whichever timers are due."""
    calendar = promises.calendar_of(due.facts, due.policy)
    owed = [
        (audience, due_at, recurrence.missed(due_at, _again(rule, calendar), due.now))
        for audience, due_at, rule in _owed(due.facts, due.policy)
        if due_at <= due.now
    ]
    if not owed:
        return UpdatesOwed(audiences=found.audiences, due=found.due_at, late=found.late)
    (_, due_at, missed), (_, other_at, other_missed) = owed[0], owed[-1]
    differs = (due_at, missed) != (other_at, other_missed)
    return UpdatesOwed(
        audiences=tuple(audience for audience, _, _ in owed),
        due=due_at,
        late=found.late,
        missed=missed,
        internal_due=other_at if differs else None,
        internal_missed=other_missed if differs else 1,
    )


def only(notice: N, audiences: Collection[str]) -> N | None:
    """Return a notice with these of its audiences; None if none of them is left."""
    left = tuple(one for one in notice.audiences if one in audiences)
    if not left or left == notice.audiences:
        return notice if left else None
    if left == (INTERNAL,) and notice.internal_due is not None:
        due, missed = notice.internal_due, notice.internal_missed
    else:
        due, missed = notice.due, notice.missed
    return replace(notice, audiences=left, due=due, missed=missed, internal_due=None, internal_missed=1)


def still_owed(notice: N, facts: EscalationFacts, now: datetime) -> N | None:
    """Return a notice with what is owed of it by now; None if nothing is."""
    times = {CUSTOMER: facts.customer_update_due_at, INTERNAL: facts.internal_update_due_at}
    return only(notice, [audience for audience, at in times.items() if at is not None and at <= now])


def owed_by(person: str, notice: N, facts: EscalationFacts) -> N:
    """Return a notice with the updates that this person owes; unchanged if it is none of them."""
    return only(notice, [one for one in notice.audiences if person in owners((one,), facts)]) or notice


def due_together(kind: TimerKind, due: Due) -> DueUpdates | None:
    """Return what the due timers of a kind say together; None if there are none."""
    mine = due.of(kind)
    if not mine:
        return None
    named = {timer.data["audience"] for timer in mine}
    due_at = min(moment(timer.data["due"]) for timer in mine)
    late = lateness(min(timer.due_at for timer in mine), due.now)
    return DueUpdates(tuple(one for one in (CUSTOMER, INTERNAL) if one in named), due_at, late)


def owners(audiences: Sequence[str], facts: EscalationFacts) -> tuple[str, ...]:
    """Return who owes these audiences their update, each person once; the declarer where nobody holds the role.

    Raises UnknownWord.
    """
    if not _OWNER_OF.keys() >= set(audiences):
        raise UnknownWord("audience")
    return holders(facts, *(_OWNER_OF[audience] for audience in audiences))
