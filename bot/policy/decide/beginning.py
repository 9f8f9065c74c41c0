"""Decide from when the clocks count, and how long it took to escalate (docs/policy.md#began-earlier)."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.policy.decide.evaluation import Decision
from bot.policy.decide.targets import due
from bot.policy.model.rules import ClocksFrom, Policy
from bot.policy.record.beginning import Beginning
from bot.policy.time import years

_NOT_YET = "That time hasn't come yet."


def clocks_begin(policy: Policy, declared_at: datetime, reported_at: datetime | None) -> datetime:
    """Return from when the clocks for the response and the resolution count: never later than the declaration."""
    if policy.clocks_from is ClocksFrom.DECLARED or reported_at is None:
        return declared_at
    return min(reported_at, declared_at)


def counted_from(decision: Decision, policy: Policy, begin: datetime) -> Decision:
    """Return a decision with the due times of both clocks as they are if they count from then."""
    response, resolution = (due(policy, terms, begin) for terms in (decision.response, decision.resolution))
    return replace(decision, due=replace(decision.due, response=response, resolution=resolution))


def time_to_escalate(declared_at: datetime, reported_at: datetime | None) -> timedelta | None:
    """Return the time from the customer's report to the declaration; None if they hadn't reported it by then."""
    return declared_at - reported_at if reported_at is not None and reported_at <= declared_at else None


def wrong_times(beginning: Beginning, now: datetime) -> dict[str, str]:
    """Return what is wrong with the times somebody gave, by their field."""
    given = {"reported_at": beginning.reported_at, "detected_at": beginning.detected_at}
    known = {field: at for field, at in given.items() if at is not None}
    late = {field: _NOT_YET for field, at in known.items() if at > now}
    odd = {
        field: f"Choose a time after the year {years.FIRST - 1}."
        for field, at in known.items()
        if not years.is_plausible(at)
    }
    return late | odd
