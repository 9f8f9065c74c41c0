"""When the next update is due, to the customer and internally, for one escalation.

The rules: docs/policy.md#an-update, docs/policy.md#the-next-update. Cadences stop at `resolved`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.policy.model.cadence import Cadence, next_update, on_change_due
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, Status
from bot.policy.time.calendars import Calendar

Rules = tuple[Cadence, ...]


@dataclass(frozen=True, slots=True)
class NextUpdates:
    """When the next update is due to either audience; None if none is due until something changes."""

    customer: datetime | None
    internal: datetime | None


NOTHING: Final = NextUpdates(None, None)


def cadences(facts: EscalationFacts, policy: Policy) -> tuple[Rules, Rules]:
    """Return the customer's and the internal cadences: the present level's, and besides it the health's."""
    level = policy.level_for(facts.level, facts.account.plan).cadence
    track = policy.health_rule(facts.health) if facts.health is not None else None
    beside = (track.cadence,) if track is not None else ()
    return (level.customer, *beside), (level.internal, *beside)


def leading(rules: Rules) -> Cadence:
    """Return the cadence that times the reminders of a missed update: the level's, if it names a time."""
    return next((rule for rule in rules if rule.every or rule.also_on), rules[0])


def calendar_of(facts: EscalationFacts, policy: Policy) -> Calendar:
    """Return the calendar on which the present level counts its cadences."""
    return policy.calendar_for_updates(policy.level_for(facts.level, facts.account.plan))


def after_update(facts: EscalationFacts, policy: Policy, now: datetime) -> NextUpdates:
    """Return when the next updates are due if one is posted now: the latest that may be promised."""
    calendar = calendar_of(facts, policy)
    customer, internal = cadences(facts, policy)
    return NextUpdates(
        next_update(customer, calendar, last_at=now, updated=True),
        next_update(internal, calendar, last_at=now, updated=True),
    )


def after_level_change(facts: EscalationFacts, policy: Policy, now: datetime) -> NextUpdates:
    """Return the due times after a change of level or health, which `facts` already has.

    They count from the last update; one already past counts from the change; an earlier promise is kept.
    """
    customer, internal = cadences(facts, policy)
    return NextUpdates(
        _recast(customer, policy, facts, facts.last_customer_update_at, facts.customer_update_due_at, now),
        _recast(internal, policy, facts, facts.last_internal_update_at, facts.internal_update_due_at, now),
    )


def after_event(facts: EscalationFacts, policy: Policy, now: datetime) -> NextUpdates:
    """Return the due times after a change of status or owner: under `on_change`, within one business day."""
    if facts.status not in (Status.OPEN, Status.MITIGATED):
        return NOTHING
    customer, internal = cadences(facts, policy)
    told_by = on_change_due(now, calendar_of(facts, policy))
    return NextUpdates(
        _sooner(facts.customer_update_due_at, told_by if _on_change(customer) else None),
        _sooner(facts.internal_update_due_at, told_by if _on_change(internal) else None),
    )


def after_reopening(facts: EscalationFacts, policy: Policy, now: datetime) -> NextUpdates:
    """Return the due times after a reopening: after one cadence, or one business day under `on_change`."""
    customer, internal = cadences(facts, policy)
    calendar = calendar_of(facts, policy)
    return NextUpdates(_from_now(customer, calendar, now), _from_now(internal, calendar, now))


def _recast(
    rules: Rules,
    policy: Policy,
    facts: EscalationFacts,
    last_at: datetime | None,
    promised_at: datetime | None,
    now: datetime,
) -> datetime | None:
    return next_update(
        rules,
        calendar_of(facts, policy),
        last_at=last_at or facts.declared_at,
        updated=last_at is not None,
        recast_at=now,
        changed_at=now,
        promised_at=promised_at,
    )


def _from_now(rules: Rules, calendar: Calendar, now: datetime) -> datetime | None:
    changed_at = now if _on_change(rules) else None
    return next_update(rules, calendar, last_at=now, updated=False, changed_at=changed_at)


def _on_change(rules: Rules) -> bool:
    return any(rule.on_change for rule in rules)


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
