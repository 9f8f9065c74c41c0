"""Somebody should have written to a team by now: channel and fix owner are told (docs/policy.md#team-answer)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, Final

from bot.policy.model.rules import Policy
from bot.policy.plan import recurrence
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, moment, stamp
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.policy.record.team_routes import TeamRouteKind, routes_of, unreached
from bot.policy.time.durations import ONE_BUSINESS_DAY, Duration, Unit

TEAM_UNREACHED: Final = "team unreached"
# For a team that answers within minutes, around the clock.
_SOON: Final = timedelta(minutes=15)
_IN_OFFICE_HOURS: Final = Duration.parse("1bh")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamUnreachedNotice:
    """Nobody has written to a team that the bot can't reach."""

    word: ClassVar[str] = "team unreached"
    subject: ClassVar[NoticeSubject] = NoticeSubject.TEAM_UNREACHED
    is_deleted: ClassVar[bool] = False

    team: str
    due: datetime


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer for the first team that nobody has written to, and one each business day after."""
    for team in unreached(facts.team_routes)[:1]:
        asked_at = next(one.at for one in routes_of(facts.team_routes, team) if one.route is TeamRouteKind.PERSON)
        response = policy.team(team).response
        is_quick = response is not None and response.unit is Unit.WALL
        first = asked_at + _SOON if is_quick else policy.business.add(asked_at, _IN_OFFICE_HOURS)
        again = partial(policy.business.add, duration=ONE_BUSINESS_DAY)
        occurrence = recurrence.coming(first, again, facts.reminded.get(TEAM_UNREACHED))
        at = stamp(occurrence.at)
        key = f"{facts.key}:team-{team}:unreached:{at}"
        yield Planned(key, TimerKind.TEAM_UNREACHED, occurrence.at, {"team": team, "due": at})


def decide(due: Due) -> Iterator[Reminder[TeamUnreachedNotice]]:
    """Yield one reminder, about the team of the latest timer."""
    for timer in due.of(TimerKind.TEAM_UNREACHED)[-1:]:
        notice = TeamUnreachedNotice(team=timer.data["team"], due=moment(timer.data["due"]))
        yield Reminder(notice=notice, people=holders(due.facts, FIX_OWNER), recurs=TEAM_UNREACHED)


KIND = ReminderKind(timer=TimerKind.TEAM_UNREACHED, notice=TeamUnreachedNotice, plan=plan, decide=decide)
