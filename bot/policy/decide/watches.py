"""The watch after resolution: how long an account is watched, and when somebody is asked about it.

It follows the highest level ever held, counted from resolution. Days are those of the business calendar's zone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.time.calendars import Calendar

# A longer watch has a question half-way, too.
LONG_DAYS: Final = 14
# A fall of the health by so many points proposes to reopen.
WORSE_BY: Final = 10
# The record of when the health was looked at last.
WATCH_LOOK: Final = "watch look"


class WatchDay(StrEnum):
    """The day of the watch on which somebody is asked, or what happened that asks before."""

    HALFWAY = "half-way"
    LAST = "last day"
    # Not days: what happened meanwhile that asks the same.
    HEALTH = "health fell"
    AGAIN = "escalated again"


class AccountState(StrEnum):
    """The state of the account."""

    WELL = "well"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Watch:
    """The watch after a resolution. `asks` are the times of the questions, in order; the last ends the watch."""

    since: datetime
    days: int
    asks: tuple[tuple[WatchDay, datetime], ...]

    @property
    def until(self) -> datetime:
        """The time at which it ends."""
        return self.asks[-1][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFacts:
    """A question and its answer. `since` is the resolution it is about."""

    id: int
    day: WatchDay
    since: datetime
    person: str
    answer: AccountState | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    # What is asked about, for what happened meanwhile: the health before and now.
    about: str | None = None


def is_worse(before: int, now: int | None) -> bool:
    """Return True if an account's health has fallen so far since the resolution that reopening is proposed."""
    return now is not None and before - now >= WORSE_BY


def watch_of(facts: EscalationFacts, policy: Policy) -> Watch | None:
    """Return the watch of an escalation; None before it is resolved, or if it was withdrawn."""
    days = policy.level_for(facts.highest_level, facts.account.plan).monitor
    if not days or facts.resolved_at is None or facts.withdrawal is not None:
        return None
    planned = [(WatchDay.LAST, days)] if days <= LONG_DAYS else [(WatchDay.HALFWAY, days // 2), (WatchDay.LAST, days)]
    asks = tuple((day, _on_day(policy.business, facts.resolved_at, later)) for day, later in planned)
    return Watch(facts.resolved_at, days, asks)


def is_asked(question: QuestionFacts, facts: EscalationFacts) -> bool:
    """Return True if a question is open: it wasn't answered, and its watch hasn't ended by a reopening."""
    return question.answer is None and question.since == facts.resolved_at and facts.withdrawal is None


def _on_day(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Return the same time of day so many days later, moved into that day's opening hours if it has any."""
    local = start.astimezone(calendar.tz)
    day: date = local.date() + timedelta(days=days)
    at = datetime.combine(day, local.time(), calendar.tz).astimezone(UTC)
    closing = calendar.closing_on(day)
    if closing is None:
        return at
    return min(calendar.next_opening(at), closing) if at < closing else closing
