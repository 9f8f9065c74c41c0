"""The plan: which timers should exist for one escalation, from its facts alone.

Every timer has a key made of its subject and its time, so the same time never fires twice, and a time that moved is
another timer. A plan also contains past times that haven't fired: after an outage they are due at once. The rules:
docs/policy.md#a-missed-update, docs/policy.md#breaches, docs/policy.md#a-page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.policy.decide import ladder, promises
from bot.policy.decide.checklists import is_put_up
from bot.policy.decide.handling import chase_due
from bot.policy.decide.lifecycle import review_of
from bot.policy.decide.questionnaire import asks_anything
from bot.policy.decide.watches import watch_of
from bot.policy.model import cadence
from bot.policy.model.rules import Policy, Requirement
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts, Status
from bot.policy.record.requests import remind_at
from bot.policy.record.sla import ClockFacts
from bot.policy.time.durations import Duration, Unit

WARN_AT = (50, 80)
CASE_REVIEW_REMINDERS = 3  # of its owner; one more goes to the manager
TAKE_UP_WITHIN = Duration.parse("1bh")
# The first minute belongs to the opening.
ASK_CHANNEL_AFTER = timedelta(minutes=1)
# By then the channel has had its chance, and nobody is asked at night.
ASK_OWNER_AFTER = Duration.parse("1bh")


class TimerKind(StrEnum):
    """The subject of a timer."""

    CLOCK_WARNING = "clock warning"
    CLOCK_BREACH = "clock breach"
    UPDATE_DUE = "update due"
    UPDATE_LATE = "update late"
    UPDATE_MISSED = "update missed"
    PAGE_AGAIN = "page again"
    PAGE_ONWARD = "page onward"
    PAGE_ROUND = "page round"
    REVIEW_DUE = "review due"
    CASE_REVIEW_DUE = "case review due"
    CHECKLIST = "checklist"
    ASK_FACTS = "ask facts"
    ASK_OWNER = "ask owner"
    TEAM_DUE = "team due"
    TEAM_CHASE = "team chase"
    REQUEST_WAITS = "request waits"
    PROPOSAL_DUE = "proposal due"
    WATCH_DUE = "watch due"
    ARCHIVE = "archive"
    DIGEST = "digest"  # of no escalation: planned by `bot.services.overview.digests`


_URGENT = frozenset(
    {
        TimerKind.PAGE_AGAIN,
        TimerKind.PAGE_ONWARD,
        TimerKind.PAGE_ROUND,
        TimerKind.CLOCK_BREACH,
        TimerKind.UPDATE_MISSED,
    }
)
_PATIENT = frozenset({TimerKind.ARCHIVE, TimerKind.DIGEST})


def urgency(kind: TimerKind) -> int:
    """Return 0 for what pages somebody, 1 for what tells or asks them something, 2 for what can wait."""
    return 0 if kind in _URGENT else 2 if kind in _PATIENT else 1


@dataclass(frozen=True, slots=True)
class Planned:
    """A timer that should exist. `data` is JSON-serializable and read when it fires."""

    key: str
    kind: TimerKind
    due_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


def plan(facts: EscalationFacts, policy: Policy, *, archive_after: timedelta) -> tuple[Planned, ...]:
    """Return every timer an escalation should have, fired ones included."""
    if facts.withdrawal is not None:
        return tuple(_archive(facts, archive_after))
    if facts.closure is not None:
        # A case review is about the whole account, so it goes on after this escalation and needs the channel.
        ended = _archive(facts, archive_after) if facts.case_review is None else _case_review(facts, policy)
        return (*ended, *_watch(facts, policy))
    if facts.is_proposed:
        return tuple(_proposal(facts))
    planned = _work(facts, policy)
    return tuple(_since_begun(timer, facts, policy) for timer in planned) if facts.is_programme else planned


def _since_begun(timer: Planned, facts: EscalationFacts, policy: Policy) -> Planned:
    """Move timers that were due before acceptance to the acceptance (docs/policy.md#a-proposal).

    With one exception: a breach at the very time the proposal is accepted automatically. Clocks count from the
    proposal, and acceptance may come just as one runs out: Sev 3's response and `accept_after` are both 1bd. The clock
    stays breached, but the breach is reported one business hour later, as long as the owner of a missed update has, so
    that those who have just come in can act first.
    """
    if timer.due_at > facts.begun_at:
        return timer
    at = facts.begun_at
    if timer.kind is TimerKind.CLOCK_BREACH and facts.accept_at is not None and timer.due_at >= facts.accept_at:
        at = policy.business.add(at, TAKE_UP_WITHIN)
    return replace(timer, due_at=at)


def _work(facts: EscalationFacts, policy: Policy) -> tuple[Planned, ...]:
    return (
        *_clock(facts, policy, "response", facts.response),
        *_clock(facts, policy, "resolution", facts.resolution),
        *_updates(facts, policy),
        *(timer for alarm in ladder.alarms(facts) for timer in _pages(facts, policy, alarm)),
        *_review(facts, policy),
        *_case_review(facts, policy),
        *_checklist(facts, policy),
        *_facts(facts, policy),
        *_team(facts, policy),
        *_requests(facts, policy),
        *_watch(facts, policy),
    )


def stamp(at: datetime) -> str:
    """Return a time as written in a key: UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _clock(facts: EscalationFacts, policy: Policy, name: str, clock: ClockFacts) -> Iterator[Planned]:
    calendars = policy.calendars
    due_at = sla.due_at(clock, calendars)
    if due_at is None or clock.spans[-1].stopped_at is not None:
        return
    due = stamp(due_at)
    for percent in WARN_AT:
        at = sla.fraction_at(clock, calendars, percent / 100)
        if at is not None:
            data = {"clock": name, "percent": percent, "due": due}
            yield Planned(f"{facts.key}:{name}-{percent}:{due}", TimerKind.CLOCK_WARNING, at, data)
    yield Planned(f"{facts.key}:{name}-due:{due}", TimerKind.CLOCK_BREACH, due_at, {"clock": name, "due": due})


def is_superseded(
    facts: EscalationFacts, policy: Policy, *, clock: str, percent: int, due_at: datetime, now: datetime
) -> bool:
    """Return True if a warning is obsolete: its clock stopped or moved, or a later warning or the breach is due.

    A warning that couldn't be delivered in time (an outage) is replaced by what came after it.
    """
    planned = _clock(facts, policy, clock, facts.response if clock == "response" else facts.resolution)
    mine = [_since_begun(timer, facts, policy) if facts.is_programme else timer for timer in planned]
    if not any(timer.data["due"] == stamp(due_at) for timer in mine):
        return True
    later = (timer for timer in mine if timer.kind is TimerKind.CLOCK_BREACH or timer.data["percent"] > percent)
    return any(timer.due_at <= now for timer in later)


def _updates(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    if facts.status not in (Status.OPEN, Status.MITIGATED):
        return
    calendar = promises.calendar_of(facts, policy)
    customer, internal = promises.cadences(facts, policy)
    for audience, due_at, rule in (
        ("customer", facts.customer_update_due_at, promises.leading(customer)),
        ("internal", facts.internal_update_due_at, promises.leading(internal)),
    ):
        if due_at is None:
            continue
        stages = cadence.stages(rule, max(due_at, facts.begun_at), calendar)
        data = {"audience": audience, "due": stamp(due_at)}
        key = f"{facts.key}:{audience}-update:{stamp(due_at)}"
        yield Planned(key, TimerKind.UPDATE_DUE, due_at, data)
        yield Planned(f"{key}:late", TimerKind.UPDATE_LATE, stages.direct_at, data)
        yield Planned(f"{key}:missed", TimerKind.UPDATE_MISSED, stages.page_at, data)


def _proposal(facts: EscalationFacts) -> Iterator[Planned]:
    """Plan the automatic acceptance of an unanswered proposal."""
    at = facts.accept_at
    if at is not None:
        yield Planned(f"{facts.key}:accept:{stamp(at)}", TimerKind.PROPOSAL_DUE, at)


def _team(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Plan when the team's answer is due, and when it is asked again (docs/policy.md#the-chase)."""
    clock = facts.team_answer
    due_at = sla.due_at(clock, policy.calendars)
    if facts.team is None or due_at is None or clock.spans[-1].stopped_at is not None:
        return
    data = {"team": facts.team, "due": stamp(due_at)}
    yield Planned(f"{facts.key}:team-{facts.team}:due", TimerKind.TEAM_DUE, due_at, data)
    chase_at = chase_due(policy, facts.team, clock.spans[0].started_at)
    if chase_at is not None:
        yield Planned(f"{facts.key}:team-{facts.team}:chase", TimerKind.TEAM_CHASE, chase_at, data)


def _requests(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Plan the one reminder of each open request."""
    for request in facts.requests:
        at = remind_at(request, facts.level, policy)
        yield Planned(f"{facts.key}:request-{request.id}", TimerKind.REQUEST_WAITS, at, {"request": request.id})


def _pages(facts: EscalationFacts, policy: Policy, alarm: ladder.Alarm) -> Iterator[Planned]:
    """Plan the next repeat of each unacknowledged page, and the next rung.

    A page is sent six times, five minutes after the last sending has arrived, or until the next rung is due. While a
    sending is in flight, no other is planned: an outage leaves one page, not one per five minutes.
    """
    if alarm.exhausted_at is not None:
        last = alarm.running[-1]
        key = f"{facts.key}:page-{last.id}:round:{stamp(alarm.exhausted_at)}"
        yield Planned(key, TimerKind.PAGE_ROUND, next_round_at(facts, policy, alarm.exhausted_at), {"page": last.id})
        return
    climbs_at = alarm.climbs_at(facts, policy)
    climbed_at = max(page.started_at for page in alarm.running)
    for page in alarm.running:
        if page.last_sent_at is None or page.on_its_way or page.exhausted_at is not None:
            continue
        at = page.last_sent_at + ladder.PAGE_EVERY
        if page.started_at < climbed_at and climbs_at is None:
            # It was passed on, and repeats only if the next page doesn't arrive.
            at = max(at, climbed_at + ladder.PAGE_EVERY)
        if page.sends < ladder.PAGE_SENDS and (climbs_at is None or at < climbs_at):
            key = f"{facts.key}:page-{page.id}:{page.sends}"
            yield Planned(key, TimerKind.PAGE_AGAIN, at, {"page": page.id})
    if climbs_at is None:
        return
    last = alarm.running[-1]
    key = f"{facts.key}:page-{last.id}:onward:{last.rung or last.role}:{stamp(climbs_at)}"
    yield Planned(key, TimerKind.PAGE_ONWARD, climbs_at, {"page": last.id})


def next_round_at(facts: EscalationFacts, policy: Policy, exhausted_at: datetime) -> datetime:
    """Return when an unanswered ladder restarts: within the level's opening hours, so that nobody is woken for less."""
    return promises.calendar_of(facts, policy).add_working(exhausted_at, ladder.REST)


def _review(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    due_at = review_due_at(facts, policy)
    if due_at is not None and facts.review.finished_on is None:
        yield Planned(f"{facts.key}:review:{stamp(due_at)}", TimerKind.REVIEW_DUE, due_at, {"due": stamp(due_at)})


def _case_review(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Plan the reminders of an unfinished case review: its owner each working day, then the manager."""
    review = facts.case_review
    if review is None:
        return
    for days in range(CASE_REVIEW_REMINDERS + 1):
        later = Duration(Unit.BUSINESS_DAYS, days)
        at = policy.business.add(review.due_at, later) if days else review.due_at
        turn = days + 1
        key = f"{facts.key}:case-review-{review.id}:{turn}"
        yield Planned(key, TimerKind.CASE_REVIEW_DUE, at, {"review": review.id, "turn": turn})


def _checklist(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Plan the posting of the level's checklist, once; from then on it is edited."""
    if is_put_up(policy, facts):
        yield Planned(f"{facts.key}:checklist", TimerKind.CHECKLIST, facts.declared_at + ASK_CHANNEL_AFTER)


def _watch(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Plan the questions of the watch after the resolution, closed and archived or not."""
    watch = watch_of(facts, policy)
    for turn, at in watch.asks if watch else ():
        yield Planned(f"{facts.key}:watch-{turn}:{stamp(at)}", TimerKind.WATCH_DUE, at, {"turn": turn.value})


def _facts(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Plan when the channel is asked for missing facts, and when the relationship owner is: each only once."""
    if facts.status not in (Status.OPEN, Status.MITIGATED) or not asks_anything(policy, facts):
        return
    yield Planned(f"{facts.key}:ask-facts", TimerKind.ASK_FACTS, facts.declared_at + ASK_CHANNEL_AFTER)
    at = policy.business.add(facts.declared_at, ASK_OWNER_AFTER)
    yield Planned(f"{facts.key}:ask-owner", TimerKind.ASK_OWNER, at)


def review_due_at(facts: EscalationFacts, policy: Policy) -> datetime | None:
    """Return when the finished review is due: counted from mitigation, by the highest level ever held or the kind."""
    needed, term = review_of(facts, policy)
    if facts.mitigated_at is None or term is None or needed is not Requirement.REQUIRED:
        return None
    return policy.business.add(facts.mitigated_at, term)


def _archive(facts: EscalationFacts, archive_after: timedelta) -> Iterator[Planned]:
    ended_at = facts.closure.at if facts.closure else None
    if facts.preserves_evidence or facts.is_private:
        return
    if ended_at is not None and facts.channel_id and facts.channel_archived_at is None:
        yield Planned(f"{facts.key}:archive:{stamp(ended_at)}", TimerKind.ARCHIVE, ended_at + archive_after)
