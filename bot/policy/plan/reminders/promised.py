"""Promised updates, and those due at once: shared by the reminders about updates.

A missed update is reported in the channel, then to its owner, then pages the manager (docs/policy.md#a-missed-update).
Both audiences due together make one message; what piled up during an outage is combined, and says how late it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import UnknownWord
from bot.policy.decide import promises
from bot.policy.model import cadence
from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.reminder import Due, holders
from bot.policy.plan.timers import TimerKind, lateness, moment, stamp
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, Status

CUSTOMER = "customer"
INTERNAL = "internal"
_OWNER_OF = {CUSTOMER: RELATIONSHIP_OWNER, INTERNAL: FIX_OWNER}


@dataclass(frozen=True, slots=True)
class PromisedUpdate:
    """An update that is promised to an audience, with the key and data of its timers."""

    key: str
    due_at: datetime
    stages: cadence.Stages
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DueUpdates:
    """The audiences whose update is due. `late` is how late this is reported, which is not how late the update is.

    The time is that of the earliest.
    """

    audiences: tuple[str, ...]
    due_at: datetime
    late: timedelta | None


def promised(facts: EscalationFacts, policy: Policy) -> Iterator[PromisedUpdate]:
    """Yield what is promised to each audience, as long as the escalation is open or mitigated."""
    if facts.status not in (Status.OPEN, Status.MITIGATED):
        return
    calendar = promises.calendar_of(facts, policy)
    customer, internal = promises.cadences(facts, policy)
    for audience, due_at, rule in (
        (CUSTOMER, facts.customer_update_due_at, promises.leading(customer)),
        (INTERNAL, facts.internal_update_due_at, promises.leading(internal)),
    ):
        if due_at is not None:
            due = stamp(due_at)
            stages = cadence.stages(rule, max(due_at, facts.begun_at), calendar)
            key = f"{facts.key}:{audience}-update:{due}"
            yield PromisedUpdate(key, due_at, stages, {"audience": audience, "due": due})


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
