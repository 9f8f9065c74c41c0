"""The plan: which timers should exist for one escalation, from its facts alone: those of the reminders, and all others.

A plan also contains past times that haven't fired: after an outage they are due at once. The rules:
docs/policy.md#a-missed-update, docs/policy.md#breaches, docs/policy.md#a-page.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.policy.decide import ladder
from bot.policy.decide.issue_summary import summary_due_at
from bot.policy.decide.lifecycle import UNDO_WITHIN
from bot.policy.decide.questionnaire import asks_anything
from bot.policy.decide.watches import WATCH_LOOK, watch_of
from bot.policy.model.rules import Policy
from bot.policy.plan import approvals, chases, handovers, recurrence, unresolved, waiting
from bot.policy.plan.reminders import (
    breach,
    call_due,
    case_review_due,
    case_review_left,
    clock_warning,
    follow_up_due,
    follow_up_left,
    summary_due,
    update_missed,
)
from bot.policy.plan.reminders import registry as reminders
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.escalation import EscalationFacts, Status
from bot.policy.record.level_requests import remind_at
from bot.policy.time.durations import ONE_BUSINESS_DAY, Duration

# People get until then to fill it in, and nobody is asked at night.
ASK_OWNER_AFTER = Duration.parse("1bh")
# Key in `reminded`: when the request for missing facts was put off.
ASK_PUT_OFF = "facts put off"


def plan(facts: EscalationFacts, policy: Policy, *, archive_after: timedelta) -> tuple[Planned, ...]:
    """Return every timer an escalation should have, fired ones included."""
    if facts.withdrawal is not None:
        return tuple(_archive(facts, archive_after))
    if facts.closure is not None:
        # A case review is about the whole account, so it continues after this escalation and needs the channel.
        # The issue summary is posted in the channel, which waits for it.
        waits = summary_due_at(facts, policy) is not None
        ended = _case_review(facts, policy) if facts.case_review else () if waits else _archive(facts, archive_after)
        after = (summary_due, call_due, follow_up_due, follow_up_left)
        return (*ended, *_watch(facts, policy), *(timer for kind in after for timer in kind.plan(facts, policy)))
    if facts.is_proposed:
        return tuple(_proposal(facts))
    planned = _work(facts, policy)
    return tuple(_since_begun(timer, facts) for timer in planned) if facts.is_programme else planned


def _since_begun(timer: Planned, facts: EscalationFacts) -> Planned:
    """Move a timer that was due before acceptance to the acceptance (docs/policy.md#a-proposal)."""
    return timer if timer.due_at > facts.begun_at else replace(timer, due_at=facts.begun_at)


def _work(facts: EscalationFacts, policy: Policy) -> tuple[Planned, ...]:
    return (
        *(timer for kind in reminders.KINDS for timer in kind.plan(facts, policy)),
        *update_missed.plan(facts, policy),
        *(timer for alarm in ladder.alarms(facts) for timer in _pages(facts, policy, alarm)),
        *_facts(facts, policy),
        *chases.plan(facts, policy),
        *unresolved.plan(facts, policy),
        *_level_requests(facts, policy),
        *handovers.plan(facts),
        *waiting.plan(facts),
        *_undo(facts),
        *approvals.plan(facts),
        *_watch(facts, policy),
    )


def is_superseded(
    facts: EscalationFacts, policy: Policy, *, clock: str, percent: int, due_at: datetime, now: datetime
) -> bool:
    """Return True if a warning is obsolete: its clock stopped or moved, or a later warning or the breach is due.

    A warning that couldn't be delivered in time (an outage) is replaced by what came after it.
    """
    planned = (*clock_warning.plan(facts, policy), *breach.plan(facts, policy))
    of_clock = (timer for timer in planned if timer.data["clock"] == clock)
    mine = [_since_begun(timer, facts) if facts.is_programme else timer for timer in of_clock]
    if not any(timer.data["due"] == stamp(due_at) for timer in mine):
        return True
    later = (timer for timer in mine if timer.kind is TimerKind.CLOCK_BREACH or timer.data["percent"] > percent)
    return any(timer.due_at <= now for timer in later)


def _undo(facts: EscalationFacts) -> Iterator[Planned]:
    """Plan the moment at which a mitigation or resolution can't be undone any more, and its button goes."""
    ended_at = facts.resolved_at if facts.status is Status.RESOLVED else facts.mitigated_at
    if facts.status in (Status.MITIGATED, Status.RESOLVED) and ended_at is not None:
        at = ended_at + UNDO_WITHIN
        yield Planned(f"{facts.key}:undo-over:{stamp(at)}", TimerKind.UNDO_OVER, at)


def _case_review(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    yield from case_review_due.plan(facts, policy)
    yield from case_review_left.plan(facts, policy)


def _proposal(facts: EscalationFacts) -> Iterator[Planned]:
    """Plan the automatic acceptance of an unanswered proposal."""
    at = facts.accept_at
    if at is not None:
        yield Planned(f"{facts.key}:accept:{stamp(at)}", TimerKind.PROPOSAL_DUE, at)


def _level_requests(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Plan the one reminder of each open level request."""
    for request in facts.level_requests:
        at = remind_at(request, facts.level, policy)
        yield Planned(f"{facts.key}:request-{request.id}", TimerKind.LEVEL_REQUEST_WAITS, at, {"request": request.id})


def _pages(facts: EscalationFacts, policy: Policy, alarm: ladder.Alarm) -> Iterator[Planned]:
    """Plan the next repeat of each unacknowledged page, and the next rung.

    A page is sent six times, five minutes after the last sending has arrived, or until the next rung is due. While a
    sending is in flight, no other is planned: an outage leaves one page, not one per five minutes.
    """
    if alarm.exhausted_at is not None:
        last = alarm.running[-1]
        key = f"{facts.key}:page-{last.id}:round:{stamp(alarm.exhausted_at)}"
        at = alarm.restarts_at(facts, policy, alarm.exhausted_at)
        yield Planned(key, TimerKind.PAGE_ROUND, at, {"page": last.id})
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


def _watch(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Plan the questions of the watch after the resolution, closed and archived or not."""
    watch = watch_of(facts, policy)
    for day, at in watch.asks if watch else ():
        yield Planned(f"{facts.key}:watch-{day}:{stamp(at)}", TimerKind.WATCH_DUE, at, {"turn": day.value})
    if watch is not None:
        # The account's health is looked at each business day until the last question.
        again = partial(policy.business.add, duration=ONE_BUSINESS_DAY)
        at = recurrence.coming(again(watch.since), again, facts.reminded.get(WATCH_LOOK)).at
        if at < watch.until:
            yield Planned(f"{facts.key}:watch-look:{stamp(at)}", TimerKind.WATCH_LOOK, at)


def _facts(facts: EscalationFacts, policy: Policy) -> Iterator[Planned]:
    """Plan when the relationship owner is asked for missing facts, only once; later if they had more urgent things."""
    if facts.status not in (Status.OPEN, Status.MITIGATED) or not asks_anything(policy, facts):
        return
    put_off = facts.reminded.get(ASK_PUT_OFF)
    at = policy.business.add(put_off or facts.declared_at, ASK_OWNER_AFTER)
    yield Planned(f"{facts.key}:ask-owner{f':{stamp(put_off)}' if put_off else ''}", TimerKind.ASK_OWNER, at)


def _archive(facts: EscalationFacts, archive_after: timedelta) -> Iterator[Planned]:
    ended_at = facts.closure.at if facts.closure else None
    if ended_at is not None and facts.issue_summary is not None:
        # People get the same time to read the summary.
        ended_at = max(ended_at, facts.issue_summary.sent_at)
    if facts.preserves_evidence or facts.is_private or facts.kept_open_by is not None:
        return
    if ended_at is not None and facts.channel_id and facts.channel_archived_at is None:
        yield Planned(f"{facts.key}:archive:{stamp(ended_at)}", TimerKind.ARCHIVE, ended_at + archive_after)
