"""A team should have answered by now: the channel and the fix owner are notified (docs/policy.md#team-answer)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record import sla
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDueNotice:
    """A team's answer is due."""

    word: ClassVar[str] = "team due"

    team: str
    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer at the end of the team's clock, while that runs."""
    due_at = sla.due_at(facts.team_answer, policy.calendars)
    if facts.team is None or due_at is None or facts.team_answer.spans[-1].stopped_at is not None:
        return
    data = {"team": facts.team, "due": stamp(due_at)}
    yield Planned(f"{facts.key}:team-{facts.team}:due", TimerKind.TEAM_DUE, due_at, data)


def decide(due: Due) -> Iterator[Reminder[TeamDueNotice]]:
    """Yield one reminder per team."""
    for timer in due.of(TimerKind.TEAM_DUE):
        yield Reminder(
            notice=TeamDueNotice(team=timer.data["team"], due=timer.due_at), people=holders(due.facts, FIX_OWNER)
        )


KIND = ReminderKind(timer=TimerKind.TEAM_DUE, notice=TeamDueNotice, plan=plan, decide=decide)
