"""When the next word is owed: to the customer, and inside. Wraps the rulings on cadence for one escalation.

POLICY.md, "An update", "The next update", "Cadence stops at `resolved`".
"""

from dataclasses import dataclass
from datetime import datetime

from bot.policy.cadence import Cadence, next_due, next_update, on_change_due
from bot.policy.calendars import Calendar
from bot.policy.escalation import EscalationFacts, Status
from bot.policy.rules import Policy


@dataclass(frozen=True, slots=True)
class Owed:
    """When the next update is due to either audience; None where none is owed until something changes."""

    customer: datetime | None
    internal: datetime | None


def cadences(facts: EscalationFacts, policy: Policy) -> tuple[Cadence, Cadence]:
    """Return the customer's cadence and the internal one, by the present level."""
    cadence = policy.level(facts.level).cadence
    return cadence.customer, cadence.internal


def calendar_of(facts: EscalationFacts, policy: Policy) -> Calendar:
    """Return the calendar on which the present level counts its cadences."""
    return policy.calendar_for_updates(policy.level(facts.level))


def after_update(facts: EscalationFacts, policy: Policy, now: datetime) -> Owed:
    """Return when the next updates are due if one is posted now: the latest that may be promised."""
    calendar = calendar_of(facts, policy)
    customer, internal = cadences(facts, policy)
    return Owed(next_due(customer, now, calendar), next_due(internal, now, calendar))


def after_level_change(facts: EscalationFacts, policy: Policy, now: datetime) -> Owed:
    """Return the dues after a change of level, which `facts` already shows.

    They count from the last update; one that is past counts from the change; an earlier promise stands.
    """
    customer, internal = cadences(facts, policy)
    return Owed(
        _recast(customer, policy, facts, facts.last_customer_update_at, facts.customer_update_due_at, now),
        _recast(internal, policy, facts, facts.last_internal_update_at, facts.internal_update_due_at, now),
    )


def after_event(facts: EscalationFacts, policy: Policy, now: datetime) -> Owed:
    """Return the dues after a change of status or owner: under `on_change` it has to be told in one business day."""
    if facts.status not in (Status.OPEN, Status.MITIGATED):
        return Owed(None, None)
    customer, internal = cadences(facts, policy)
    told_by = on_change_due(now, calendar_of(facts, policy))
    return Owed(
        _sooner(facts.customer_update_due_at, told_by if customer.on_change else None),
        _sooner(facts.internal_update_due_at, told_by if internal.on_change else None),
    )


def after_reopening(facts: EscalationFacts, policy: Policy, now: datetime) -> Owed:
    """Return the dues after a reopening: one cadence on, or in one business day under `on_change`."""
    customer, internal = cadences(facts, policy)
    calendar = calendar_of(facts, policy)
    return Owed(_from_now(customer, calendar, now), _from_now(internal, calendar, now))


def _recast(
    cadence: Cadence,
    policy: Policy,
    facts: EscalationFacts,
    last_at: datetime | None,
    promised_at: datetime | None,
    now: datetime,
) -> datetime | None:
    return next_update(
        [cadence],
        calendar_of(facts, policy),
        last_at=last_at or facts.declared_at,
        updated=last_at is not None,
        recast_at=now,
        changed_at=now,
        promised_at=promised_at,
    )


def _from_now(cadence: Cadence, calendar: Calendar, now: datetime) -> datetime | None:
    if cadence.on_change:
        return on_change_due(now, calendar)
    return next_due(cadence, now, calendar, updated=False)


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
