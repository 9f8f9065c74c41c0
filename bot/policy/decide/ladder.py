"""The ladder: who is paged, and when, if a page isn't acknowledged (docs/policy.md#a-page, docs/policy.md#ladder).

An escalation has one alarm at a time, whatever the reasons: several people may be paged together, and it moves up as
one. It never goes below the rung on which it began. A later reason joins the running alarm; somebody it pages beside
the ladder doesn't move the ladder up. If the ladder ends unanswered, the alarm pauses for as long as the level says and
restarts at its foot as the next round, until somebody answers or all its reasons end.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from bot.policy.decide.routing import PERMANENT_ROLES
from bot.policy.model.rules import Policy
from bot.policy.model.slots import Rung
from bot.policy.record.escalation import EscalationFacts, PageFacts
from bot.policy.time.durations import Duration, Unit

PAGE_EVERY: Final = timedelta(minutes=5)
PAGE_SENDS: Final = 6
# The time of a rung without a delay in the policy: the last repeat gets its five minutes.
PACE: Final = Duration(Unit.WALL, PAGE_SENDS * PAGE_EVERY // timedelta(seconds=1))


# No more than two rounds begin in this time, so that nobody is rung more than twelve times.
TWO_ROUNDS: Final = timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A rung in a level's ladder. `after` counts from the rung before; None means together with it."""

    rung: Rung
    after: Duration | None
    if_needed: bool = False


@dataclass(frozen=True, slots=True)
class NextPaged:
    """The next page if nobody responds: a rung's title, and its person unless it is a team."""

    title: str
    person: str | None


def steps(policy: Policy, level: str) -> tuple[LadderStep, ...]:
    """Return the ladder of a level: its own, else the policy's, without rungs that aren't `in_turn`.

    It ends with the rung of the level's `climbs_to`, if there is one.
    """
    rungs, found_level = {rung.key: rung for rung in policy.ladder}, policy.level(level)
    own = [LadderStep(rungs[step.rung], step.after, step.if_needed) for step in found_level.ladder]
    found = own or [LadderStep(rung, rung.after or PACE) for rung in policy.ladder]
    in_turn = [step for step in found if step.rung.in_turn]
    slots = [step.rung.slot for step in in_turn]
    last = found_level.climbs_to
    return tuple(in_turn[: slots.index(last) + 1] if last is not None and last in slots else in_turn)


def rung_of(policy: Policy, role: str) -> str | None:
    """Return the rung of a role; None is below all rungs.

    A manager or relationship owner without a rung begins above the people they manage.
    """
    slots = {rung.slot: rung.key for rung in policy.ladder if rung.in_turn and rung.slot}
    lower = PERMANENT_ROLES[: PERMANENT_ROLES.index(role)] if role in PERMANENT_ROLES else ()
    return next((slots[name] for name in (role, *reversed(lower)) if name in slots), None)


def above(policy: Policy, level: str, reached: Collection[str | None]) -> tuple[LadderStep, ...]:
    """Return the rungs of a level's ladder above all those reached, in order."""
    ladder = steps(policy, level)
    places = {step.rung.key: place for place, step in enumerate(ladder)}
    order = {rung.key: place for place, rung in enumerate(policy.ladder)}
    start = max((places[key] + 1 for key in reached if key in places), default=0)
    # For a rung that isn't in this level's ladder, the rungs below it in the policy's ladder are skipped too.
    floor = max((order[key] for key in reached if key in order and key not in places), default=-1)
    return tuple(step for step in ladder[start:] if order[step.rung.key] > floor)


def stages(above: Sequence[LadderStep]) -> Iterator[tuple[LadderStep, ...]]:
    """Yield the automatic rungs, stage by stage: each after its delay, rungs without one together with the former."""
    rest = [step for step in above if not step.if_needed]
    while rest:
        stage = (rest[0], *together(rest[1:]))
        yield stage
        rest = rest[len(stage) :]


def together(above: Sequence[LadderStep]) -> tuple[LadderStep, ...]:
    """Return the rungs that are paged together with the one below."""
    by_themselves = (step for step in above if not step.if_needed)
    return tuple(takewhile(lambda step: step.after is None, by_themselves))


def on_request(above: Sequence[LadderStep]) -> LadderStep | None:
    """Return the next rung that is paged only on request."""
    return next((step for step in above if step.if_needed), None)


@dataclass(frozen=True, slots=True)
class Alarm:
    """The pages of one round of an alarm, ended ones included; it runs while any hasn't ended."""

    pages: tuple[PageFacts, ...]

    @property
    def running(self) -> tuple[PageFacts, ...]:
        """The pages that repeat, or wait for the next rung."""
        return tuple(page for page in self.pages if not page.ended)

    @property
    def exhausted_at(self) -> datetime | None:
        """The time at which the ladder ended unanswered; None while a page repeats or is in flight."""
        ends = [page.exhausted_at for page in self.running]
        reached = [at for at in ends if at is not None]
        return max(reached) if reached and len(reached) == len(ends) else None

    @property
    def climbing(self) -> tuple[PageFacts, ...]:
        """The pages that began the round or were added by the ladder; those of a later reason stand beside it."""
        began = self.pages[0].started_at
        return tuple(page for page in self.pages if page.rung is not None or page.started_at == began)

    def above(self, facts: EscalationFacts, policy: Policy) -> tuple[LadderStep, ...]:
        """Return the rest of the ladder."""
        return above(policy, facts.level, [_reached(page, policy) for page in self.climbing])

    def climbs_at(
        self, facts: EscalationFacts, policy: Policy, *, if_sent_at: datetime | None = None
    ) -> datetime | None:
        """Return when the next stage is due; without one, when the ladder ends.

        It counts from when the page arrived at somebody on the highest rung, and is None until then: nobody is skipped
        because their page is still in flight. `if_sent_at` treats pages in flight as arrived then.
        """
        climbing = self.climbing
        left = {page.id: len(above(policy, facts.level, [_reached(page, policy)])) for page in climbing}
        top = [page for page in climbing if left[page.id] == min(left.values())]
        arrivals = [(page.sent_at or if_sent_at, page.rung_at) for page in top]
        reached = [max(sent_at, rung_at or sent_at) for sent_at, rung_at in arrivals if sent_at is not None]
        if not reached:
            return None
        since = max(reached)
        stage = next(stages(self.above(facts, policy)), None)
        after = stage[0].after if stage else PACE
        return policy.business.add(since, after) if after else since

    def restarts_at(self, facts: EscalationFacts, policy: Policy, ended_at: datetime) -> datetime:
        """Return when the ladder restarts that ended unanswered at `ended_at`: after the pause of the level.

        It does within the level's opening hours, so that nobody is woken for a level with office hours.
        """
        level = policy.level_for(facts.level, facts.account.plan)
        hours, pause = policy.calendar(level.calendar), level.start_over
        if pause.unit is Unit.WALL:
            paused = hours.add_working(ended_at, pause.length)
        else:
            paused = policy.business.add(ended_at, pause)
        earliest = self.may_restart_at(facts)
        if earliest is None or earliest <= paused:
            return paused
        return earliest if hours.is_open(earliest) else hours.next_opening(earliest)

    def may_restart_at(self, facts: EscalationFacts) -> datetime | None:
        """Return from when another round may begin; None if this is the first one."""
        mine = self.pages[0]
        before = [page.started_at for page in facts.pages if (page.alarm, page.round) == (mine.alarm, mine.round - 1)]
        return min(before) + TWO_ROUNDS if before else None


def alarms(facts: EscalationFacts) -> Iterator[Alarm]:
    """Yield the running alarms."""
    for page in facts.pages:
        alarm = alarm_of(facts, page)
        if page == next(iter(alarm.running), None):
            yield alarm


def alarm_of(facts: EscalationFacts, page: PageFacts) -> Alarm:
    """Return the alarm that a page belongs to."""
    mine = (page.alarm, page.round)
    return Alarm(tuple(other for other in facts.pages if (other.alarm, other.round) == mine))


def _reached(page: PageFacts, policy: Policy) -> str | None:
    return page.rung or rung_of(policy, page.role)
