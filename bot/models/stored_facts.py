"""Facts in the JSON columns of an escalation."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from bot.policy.record.escalation import OpenCaseReview, PageCause, PageReason
from bot.policy.record.handovers import HandoverFacts
from bot.policy.record.level_requests import LevelRequestFacts, LevelRequestKind
from bot.policy.record.team_routes import TeamRoute, TeamRouteKind, TeamRouteState
from bot.policy.record.waiting import WaitFacts
from bot.policy.time.durations import Duration


# Policies have few targets, so every escalation has one of a few.
@lru_cache(maxsize=1024)
def duration(text: str) -> Duration:
    """Return a duration as it is stored."""
    return Duration.parse(text)


def pending(request: Mapping[str, Any]) -> LevelRequestFacts:
    """Return a level request."""
    return LevelRequestFacts(
        id=request["id"],
        kind=LevelRequestKind(request["kind"]),
        level=request["level"],
        by=request["by"],
        reason=request["reason"],
        asked_at=datetime.fromisoformat(request["asked_at"]),
    )


def waiting(stored: Mapping[str, Any]) -> WaitFacts:
    """Return a wait for the customer."""
    return WaitFacts(
        since=datetime.fromisoformat(stored["since"]),
        by=stored["by"],
        reason=stored["reason"],
        until=datetime.fromisoformat(stored["until"]),
        paused=tuple(stored["paused"]),
    )


def handover(offer: Mapping[str, Any]) -> HandoverFacts:
    """Return an offer of a role."""
    return HandoverFacts(
        role=offer["role"],
        person=offer["person"],
        by=offer["by"],
        asked_at=datetime.fromisoformat(offer["asked_at"]),
        expires_at=datetime.fromisoformat(offer["expires_at"]),
    )


def reason(reason: Mapping[str, str]) -> PageReason:
    """Return a reason of a page."""
    return PageReason(PageCause(reason["cause"]), datetime.fromisoformat(reason["due"]))


def route(route: Mapping[str, Any]) -> TeamRoute:
    """Return how a team is reached."""
    return TeamRoute(
        team=route["team"],
        route=TeamRouteKind(route["route"]),
        to=route["to"],
        state=TeamRouteState(route["state"]),
        at=datetime.fromisoformat(route["at"]),
        why=route["why"],
    )


def unfinished(review: Mapping[str, Any]) -> OpenCaseReview:
    """Return the open case review."""
    return OpenCaseReview(review["id"], review["owner"], datetime.fromisoformat(review["due_at"]))
