"""Most of a clock's time has passed: the person who can stop it is warned directly (docs/policy.md#breaches)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import NoticeSubject, of_clock
from bot.policy.plan.reminders import clocks
from bot.policy.plan.reminders.reminder import Due, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, moment, stamp
from bot.policy.record import sla
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningNotice:
    """A share of a clock's time has passed, in percent."""

    word: ClassVar[str] = "warning"
    is_deleted: ClassVar[bool] = True

    clock: str
    percent: int
    due: datetime

    @property
    def subject(self) -> NoticeSubject:
        """Return what it is about."""
        return of_clock(self.clock)


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer at each of the policy's percentages of each running clock."""
    for name, clock, due_at in clocks.running(facts, policy):
        due = stamp(due_at)
        for percent in policy.warnings:
            at = sla.fraction_at(clock, policy.calendars, percent / 100)
            if at is not None:
                data = {"clock": name, "percent": percent, "due": due}
                yield Planned(f"{facts.key}:{name}-{percent}:{due}", TimerKind.CLOCK_WARNING, at, data)


def decide(due: Due) -> Iterator[Reminder[WarningNotice]]:
    """Yield only the highest due warning per clock, and none for a clock that has run out."""
    out = {timer.data["clock"] for timer in due.of(TimerKind.CLOCK_BREACH)}
    mine = due.of(TimerKind.CLOCK_WARNING)
    for clock in dict.fromkeys(timer.data["clock"] for timer in mine):
        if clock not in out:
            warnings = (timer for timer in mine if timer.data["clock"] == clock)
            worst = max(warnings, key=lambda timer: int(timer.data["percent"]))
            percent, ends_at = int(worst.data["percent"]), moment(worst.data["due"])
            notice = WarningNotice(clock=clock, percent=percent, due=ends_at)
            yield Reminder(notice=notice, in_channel=False, people=holders(due.facts, FIX_OWNER), yields_to_pages=True)


KIND = ReminderKind(timer=TimerKind.CLOCK_WARNING, notice=WarningNotice, plan=plan, decide=decide)
