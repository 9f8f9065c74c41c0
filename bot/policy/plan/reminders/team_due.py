"""A team should have answered by now: the channel and the fix owner are notified (docs/policy.md#team-answer)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, moment, stamp
from bot.policy.record import sla
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.policy.time.durations import ONE_BUSINESS_DAY

TEAM: Final = "team"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDueNotice:
    """A team's answer is due."""

    word: ClassVar[str] = "team due"
    subject: ClassVar[NoticeSubject] = NoticeSubject.TEAM
    is_deleted: ClassVar[bool] = False

    team: str
    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer at the end of the team's clock, while that runs, and one each business day after."""
    due_at = sla.due_at(facts.team_answer, policy.calendars)
    if facts.team is None or due_at is None or facts.team_answer.spans[-1].stopped_at is not None:
        return
    data = {"team": facts.team, "due": stamp(due_at)}
    again = partial(policy.business.add, duration=ONE_BUSINESS_DAY)
    occurrence = recurrence.coming(due_at, again, facts.reminded.get(TEAM))
    # The first has no time in its key: a team whose clock moves is not asked for twice.
    key = f"{facts.key}:team-{facts.team}:due" + (f":{stamp(occurrence.at)}" if occurrence.number else "")
    yield Planned(key, TimerKind.TEAM_DUE, occurrence.at, data)


def decide(due: Due) -> Iterator[Reminder[TeamDueNotice]]:
    """Yield one reminder per team."""
    for team in dict.fromkeys(timer.data["team"] for timer in due.of(TimerKind.TEAM_DUE)):
        timer = next(timer for timer in due.of(TimerKind.TEAM_DUE) if timer.data["team"] == team)
        due_at = moment(timer.data["due"]) if "due" in timer.data else timer.due_at
        yield Reminder(notice=TeamDueNotice(team=team, due=due_at), people=holders(due.facts, FIX_OWNER), recurs=TEAM)


KIND = ReminderKind(timer=TimerKind.TEAM_DUE, notice=TeamDueNotice, plan=plan, decide=decide)
