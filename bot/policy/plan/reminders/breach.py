"""A clock has run out: the channel and the owners are notified, and the manager is paged (docs/policy.md#breaches)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from bot.policy.model.levels import PageAt
from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import NoticeSubject, of_clock
from bot.policy.plan.reminders import clocks
from bot.policy.plan.reminders.reminder import Due, PageStart, Reminder, ReminderKind, holders
from bot.policy.plan.timers import Planned, TimerKind, lateness, moment, stamp
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts, PageCause


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachNotice:
    """A clock has run out. `late` is how late the notice itself is."""

    word: ClassVar[str] = "breach"
    is_deleted: ClassVar[bool] = False

    clock: str
    due: datetime
    late: timedelta | None = None

    @property
    def subject(self) -> NoticeSubject:
        """Return what it is about."""
        return of_clock(self.clock)


def plan(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Yield a timer at the end of each running clock."""
    for name, _, due_at in clocks.running(facts, policy):
        due = stamp(due_at)
        yield Planned(f"{facts.key}:{name}-due:{due}", TimerKind.CLOCK_BREACH, due_at, {"clock": name, "due": due})


def decide(due: Due) -> Iterator[Reminder[BreachNotice]]:
    """Yield the first breach of each clock. Lateness is measured from the timer's due time."""
    first: dict[str, Planned] = {}
    for timer in due.of(TimerKind.CLOCK_BREACH):
        first.setdefault(timer.data["clock"], timer)
    for clock, timer in first.items():
        due_at = moment(timer.data["due"])
        cause = PageCause.RESPONSE_BREACH if clock == "response" else PageCause.RESOLUTION_BREACH
        yield Reminder(
            notice=BreachNotice(clock=clock, due=due_at, late=lateness(timer.due_at, due.now)),
            is_breach=True,
            people=holders(due.facts, FIX_OWNER, RELATIONSHIP_OWNER),
            event=f"{clock} breached",
            recorded={"due": due_at.isoformat()},
            page=PageStart(
                cause=cause,
                role=MANAGER,
                due_at=due_at,
                page_at=timer.due_at,
                beside=beside(due.facts, due.policy, clock),
            ),
            yields_to_pages=True,
        )


def beside(facts: EscalationFacts, policy: Policy, clock: str) -> tuple[str, ...]:
    """Return the roles paged beside the manager: those that the level pages only when the response is late."""
    level = policy.level(facts.level)
    return level.page if clock == "response" and level.page_at is PageAt.BREACH else ()


KIND = ReminderKind(timer=TimerKind.CLOCK_BREACH, notice=BreachNotice, plan=plan, decide=decide)
