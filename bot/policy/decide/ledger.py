"""Decide what becomes of a promise: kept, late, broken, moved or lifted (docs/policy.md#the-ledger).

Every function takes the open promise of an audience and returns it as it is now, followed by the promises that came
after it. All but the last are settled. `following` returns when an update missed at some time is due again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.policy.decide import promises
from bot.policy.model import cadence
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.promises import Audience, PromiseFacts, PromiseState
from bot.policy.time.durations import ONE_BUSINESS_DAY

Following = Callable[[datetime], datetime]

OWNER_OF = {Audience.CUSTOMER: RELATIONSHIP_OWNER, Audience.INTERNAL: FIX_OWNER, Audience.SPONSOR: MANAGER}


def owner(facts: EscalationFacts, audience: Audience) -> str:
    """Return who owes an audience its update: the declarer if nobody holds the role."""
    return facts.holder(OWNER_OF[audience]) or facts.declared_by


def following(facts: EscalationFacts, policy: Policy, audience: Audience) -> Following:
    """Return the function that gives the next interval of an audience's cadence, at the present level and health."""
    if audience is Audience.SPONSOR:
        every = policy.kind(facts.kind).manager_updates or ONE_BUSINESS_DAY
        return partial(policy.business.add, duration=every)
    customer, internal = promises.cadences(facts, policy)
    rule = promises.leading(customer if audience is Audience.CUSTOMER else internal)
    return partial(cadence.due_again, rule, calendar=promises.calendar_of(facts, policy))


def caught_up(promise: PromiseFacts, following: Following, now: datetime) -> list[PromiseFacts]:
    """Break the promise for each whole interval that has passed; the last one returned is still open.

    Each further interval without an update is another promise, so a day of silence at 30 minutes breaks 48.
    """
    found = []
    while (at := following(promise.due_at)) <= now and at > promise.due_at:
        found.append(replace(promise, state=PromiseState.BROKEN, settled_at=at))
        promise = replace(promise, by=None, made_at=at, due_at=at, first_due_at=None)
    return [*found, promise]


def answered(promise: PromiseFacts, following: Following, now: datetime) -> list[PromiseFacts]:
    """Settle the promise by an update posted now: at the due time is in time. The last one is kept or late."""
    *broken, last = caught_up(promise, following, now)
    state = PromiseState.KEPT if now <= last.due_at else PromiseState.LATE
    settled = replace(last, state=state, settled_at=now, answered_at=now)
    return [*(replace(one, answered_at=now) for one in broken), settled]


def lifted(promise: PromiseFacts, following: Following, now: datetime) -> list[PromiseFacts]:
    """Settle the promise because nothing is owed any more: it is broken if its time has passed."""
    *broken, last = caught_up(promise, following, now)
    state = PromiseState.BROKEN if last.due_at < now else PromiseState.LIFTED
    return [*broken, replace(last, state=state, settled_at=now)]


def moved(promise: PromiseFacts, due_at: datetime, following: Following, now: datetime) -> list[PromiseFacts]:
    """Move the promise to another time, without an update. One whose time has passed is broken, and another begins."""
    *broken, last = caught_up(promise, following, now)
    if last.due_at < now:
        gone = replace(last, state=PromiseState.BROKEN, settled_at=now)
        return [*broken, gone, replace(last, by=None, made_at=now, due_at=due_at, first_due_at=None)]
    if due_at == last.due_at:
        return [*broken, last]
    return [*broken, replace(last, due_at=due_at, first_due_at=last.first_due_at or last.due_at)]
