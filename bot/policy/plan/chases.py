"""A team that hasn't answered is asked again until it does, and then its lead (docs/policy.md#the-chase)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from bot.policy.decide.handling import chase_due, chased_again_at
from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.reminders import team_due
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import EscalationFacts

CHASE: Final = "team chase"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChase:
    """The team still hasn't answered: it is asked again. `turn` counts from 0; later ones reach its lead, too."""

    team: str
    turn: int


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield the next time at which a team that hasn't answered is asked again."""
    for waits in islice(team_due.plan(facts, policy), 1):
        team, asked_at = waits.data["team"], facts.team_answer.spans[0].started_at
        first_at = chase_due(policy, team, asked_at, is_top=policy.is_top(facts.level))
        if first_at is None:
            return

        def again(at: datetime, team: str = team, first_at: datetime = first_at) -> datetime:
            return chased_again_at(policy, team, at, is_first=at == first_at)

        coming = recurrence.coming(first_at, again, facts.reminded.get(CHASE))
        key = f"{facts.key}:team-{facts.team}:chase:{stamp(coming.at)}"
        yield Planned(key, TimerKind.TEAM_CHASE, coming.at, {"team": team, "again": coming.number})


def decide(timer: Planned) -> TeamChase:
    """Return what a timer asks for; those of an earlier version don't say how often it was asked."""
    return TeamChase(team=timer.data["team"], turn=timer.data.get("again", 0))
