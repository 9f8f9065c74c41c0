"""Decide who may edit the last update, and how far its promise can still move (docs/policy.md#an-edited-update)."""

from collections.abc import Collection
from datetime import datetime

from bot.policy.decide import promises
from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, refusals
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts, Status
from bot.policy.record.updates import PostedUpdate


def refusals_to_edit(
    facts: EscalationFacts, update: PostedUpdate | None, newest: PostedUpdate | None, identities: Collection[str]
) -> tuple[Refusal, ...]:
    """Return why somebody, by any of their identities, may not edit an update. `newest` is the one that can be edited.

    Its author may, the two owners, and the manager.
    """
    found = refusals(facts, Move.UPDATE)
    if found:
        return found
    if newest is None:
        return (Refusal(Obstacle.NO_UPDATE, Move.UPDATE, facts.status),)
    if update is None or update.id != newest.id:
        return (Refusal(Obstacle.NEWER_UPDATE, Move.UPDATE, facts.status, newest.by),)
    holders = (facts.holder(FIX_OWNER), facts.holder(RELATIONSHIP_OWNER), facts.holder(MANAGER))
    editors = tuple(dict.fromkeys((update.by, *(holder for holder in holders if holder))))
    if not set(editors) & set(identities):
        return (Refusal(Obstacle.NOT_AUTHOR, Move.UPDATE, facts.status, people=editors),)
    return ()


def promise_of(facts: EscalationFacts, update: PostedUpdate) -> datetime | None:
    """Return when the update that this one promised is due; a change of level may have moved it."""
    return facts.customer_update_due_at if update.is_for_customer else facts.internal_update_due_at


def latest_promise(facts: EscalationFacts, policy: Policy, update: PostedUpdate) -> datetime | None:
    """Return the latest time that may be promised instead: one cadence after the update; None without a cadence."""
    owed = promises.after_update(facts, policy, update.at)
    latest, due_at = owed.customer if update.is_for_customer else owed.internal, promise_of(facts, update)
    return None if latest is None else max(latest, due_at or latest)


def can_be_moved(facts: EscalationFacts, update: PostedUpdate, now: datetime) -> bool:
    """Return True if the promise can be changed: updates are owed, and its time hasn't come yet."""
    due_at = promise_of(facts, update)
    return facts.status in (Status.OPEN, Status.MITIGATED) and (due_at is None or due_at > now)
