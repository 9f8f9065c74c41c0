"""Promised updates, and those due at once: shared by the reminders about updates.

A missed update is reported in the channel, then to its owner, then pages the manager (docs/policy.md#a-missed-update).
Both audiences due together make one message; what piled up during an outage is combined, and says how late it is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.errors import UnknownWord
from bot.policy.decide import promises
from bot.policy.model import cadence
from bot.policy.model.cadence import Cadence
from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.reminders.reminder import Due, holders
from bot.policy.plan.timers import TimerKind, lateness, moment, stamp
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, Status

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
    """The audiences whose update is due. `late` is how late this is reported, which is not how late the update is.

    The time is that of the earliest; `missed` counts the intervals since, itself included.
    """

    audiences: tuple[str, ...]
    due_at: datetime
    late: timedelta | None
    missed: int = 1


def promised(facts: EscalationFacts, policy: Policy) -> Iterator[PromisedUpdate]:
    """Yield what is promised to each audience, as long as the escalation is open or mitigated."""
    if facts.status not in (Status.OPEN, Status.MITIGATED):
        return
    calendar = promises.calendar_of(facts, policy)
    for audience, due_at, rule in _owed(facts, policy):
        again = partial(cadence.due_again, rule, calendar=calendar)
        for occurrence in recurrence.occurrences(due_at, again, facts.reminded.get(UPDATE)):
            stages = cadence.stages(rule, max(occurrence.at, facts.begun_at), calendar)
            key = f"{facts.key}:{audience}-update:{stamp(occurrence.at)}"
            data = {"audience": audience, "due": stamp(due_at), "interval": stamp(occurrence.at)}
            yield PromisedUpdate(key, occurrence.at, stages, data)


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


def _missed(audiences: Collection[str], due: Due) -> int:
    """Return how many updates these audiences have missed by now, at least the one that is due."""
    calendar = promises.calendar_of(due.facts, due.policy)
    found = (
        recurrence.missed(due_at, partial(cadence.due_again, rule, calendar=calendar), due.now)
        for audience, due_at, rule in _owed(due.facts, due.policy)
        if audience in audiences
    )
    return max(found, default=1) or 1


def due_together(kind: TimerKind, due: Due) -> DueUpdates | None:
    """Return what the due timers of a kind say together; None if there are none."""
    mine = due.of(kind)
    if not mine:
        return None
    named = {timer.data["audience"] for timer in mine}
    due_at = min(moment(timer.data["due"]) for timer in mine)
    late = lateness(min(timer.due_at for timer in mine), due.now)
    return DueUpdates(tuple(one for one in (CUSTOMER, INTERNAL) if one in named), due_at, late, _missed(named, due))


def owners(audiences: Sequence[str], facts: EscalationFacts) -> tuple[str, ...]:
    """Return who owes these audiences their update, each person once; the declarer where nobody holds the role.

    Raises UnknownWord.
    """
    if not _OWNER_OF.keys() >= set(audiences):
        raise UnknownWord("audience")
    return holders(facts, *(_OWNER_OF[audience] for audience in audiences))
