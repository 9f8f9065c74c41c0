"""One decision from the facts: level, clocks, people, duties, and the reason for each.

A pure function of policy and facts; the same facts give the same decision. The order
(docs/policy.md#order-of-evaluation): category default → reporter's choice → bumps → floors → caps → the category's
least level → override → level clocks → the plan's → category response → calendar switch → multiplier → due times →
next updates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.policy.decide import plan_tables
from bot.policy.decide.handling import handling
from bot.policy.decide.targets import TargetTerms, due, targets
from bot.policy.model.cadence import Cadence, next_due
from bot.policy.model.conditions import Subject
from bot.policy.model.facts import ACCOUNT, AccountFacts, History, Issue
from bot.policy.model.levels import ChecklistNeed, Level, PageAt, Requirement
from bot.policy.model.rules import Policy
from bot.policy.record.sla import Terms
from bot.policy.record.weights import Override, chosen_level, matching, weighed_level
from bot.policy.schema import Visibility
from bot.policy.time.durations import Duration

__all__ = ["Deadlines", "Decision", "Override", "evaluate"]

_NOTHING_BEFORE = History()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """When each thing is due, in UTC; None without such a clock, or if nothing requires it yet.

    The review's due time counts from the declaration, as there is no mitigation yet.
    """

    response: datetime | None
    resolution: datetime | None
    internal_update: datetime | None
    customer_update: datetime | None
    team_response: datetime | None
    review: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision. `trace` has a sentence for people for every difference from the plain level.

    `moved_by` are the facts for which the level is another than the chosen one.

    `roles` are all role slots of the escalation: `invite` those that belong in the channel, `tell` and `page` those
    notified directly and paged at the declaration. `health` is the programme's cadence, besides the level's.
    `category` is the one that applies, which may differ from the one chosen (docs/policy.md#x25). `copies` are teams,
    `alert` Slack channels, `verification` is a tier.
    """

    chosen: str
    level: str
    category: str | None
    trace: tuple[str, ...]
    moved_by: tuple[str, ...]
    tags: tuple[str, ...]
    response: Terms | None
    resolution: Terms | None
    team_response: Terms | None
    internal: Cadence
    customer: Cadence
    health: Cadence | None
    due: Deadlines
    roles: tuple[str, ...]
    invite: tuple[str, ...]
    tell: tuple[str, ...]
    page: tuple[str, ...]
    team: str | None
    copies: tuple[str, ...]
    alert: tuple[str, ...]
    checklist: Mapping[str, ChecklistNeed]
    review: Requirement
    review_due: Duration | None
    monitor_days: int
    visibility: Visibility
    verification: str | None
    preserve_evidence: bool


def evaluate(
    policy: Policy,
    account: AccountFacts,
    issue: Issue,
    *,
    declared_at: datetime,
    now: datetime | None = None,
    last_update_at: datetime | None = None,
    history: History = _NOTHING_BEFORE,
    override: Override | None = None,
) -> Decision:
    """Evaluate. `now` is the time for renewal and history; by default the declaration.

    Raises KeyError for a level, category or kind that the policy doesn't have.
    """
    today = (now or declared_at).astimezone(policy.zone).date()
    # A programme lasts for weeks: it promises updates, and no first response or end (docs/policy.md#s2).
    is_programme = issue.kind == ACCOUNT
    handled = handling(policy, issue)
    issue = replace(issue, category=handled.category)
    subject = Subject(account, issue, history, issue.level or "", today)
    chosen = chosen_level(policy, subject)
    reached = weighed_level(policy, chosen, subject.at(chosen.level), override)
    level, subject = policy.level_for(reached.level, account.plan), subject.at(reached.level)
    by_plan = plan_tables.reason(policy, level.code, account.plan)
    clocks = TargetTerms(None, None) if is_programme else targets(policy, level, subject, declared_at)
    updates = _updates(policy, level, issue, declared_at, last_update_at)
    review = _review(policy, level, issue)
    people = _people(policy, level, subject)
    tags = _tags(policy, subject)
    return Decision(
        chosen=chosen.level,
        level=level.code,
        category=handled.category,
        trace=(
            *reached.trace,
            *((by_plan,) if by_plan is not None else ()),
            *clocks.trace,
            *updates.trace,
            *review.trace,
            *people.trace,
            *tags.trace,
            *handled.trace,
        ),
        moved_by=reached.moved_by,
        tags=tags.names,
        response=clocks.response,
        resolution=clocks.resolution,
        team_response=handled.team_response,
        internal=level.cadence.internal,
        customer=level.cadence.customer,
        health=updates.health,
        due=Deadlines(
            response=due(policy, clocks.response, declared_at),
            resolution=due(policy, clocks.resolution, declared_at),
            internal_update=updates.internal,
            customer_update=updates.customer,
            team_response=due(policy, handled.team_response, declared_at),
            review=_review_due_at(policy, review, declared_at),
        ),
        roles=_unique(*people.invite, *level.tell, *people.page),
        invite=people.invite,
        tell=level.tell,
        page=() if is_programme else people.page,
        team=handled.team,
        copies=handled.copies,
        alert=handled.alert,
        checklist=policy.checklist_of(level.code),
        review=review.needed,
        review_due=review.term,
        monitor_days=level.monitor,
        visibility=handled.visibility,
        verification=handled.verification,
        preserve_evidence=handled.preserve_evidence,
    )


@dataclass(frozen=True, slots=True)
class _UpdateDues:
    internal: datetime | None
    customer: datetime | None
    health: Cadence | None = None
    trace: tuple[str, ...] = ()


def _updates(
    policy: Policy, level: Level, issue: Issue, declared_at: datetime, last_update_at: datetime | None
) -> _UpdateDues:
    """Return the next updates by the stricter of level and health."""
    calendar = policy.calendar_for_updates(level)
    last_at, updated = last_update_at or declared_at, last_update_at is not None
    internal = next_due(level.cadence.internal, last_at, calendar, updated=updated)
    customer = (
        internal if level.cadence.is_one else next_due(level.cadence.customer, last_at, calendar, updated=updated)
    )
    track = policy.health_rule(issue.health) if issue.health is not None else None
    due = next_due(track.cadence, last_at, calendar, updated=updated) if track else None
    if track is None or due is None:
        return _UpdateDues(internal, customer)
    stricter = _UpdateDues(min(internal or due, due), min(customer or due, due), track.cadence)
    if (stricter.internal, stricter.customer) == (internal, customer):
        return stricter
    reason = f"Updates are due {track.cadence.in_words()} at least, because the programme is {track.label}."
    return replace(stricter, trace=(reason,))


@dataclass(frozen=True, slots=True)
class _RequiredReview:
    needed: Requirement
    term: Duration | None
    trace: tuple[str, ...] = ()


def _review(policy: Policy, level: Level, issue: Issue) -> _RequiredReview:
    """Return the review the level requires, unless the kind overrides it (docs/policy.md#x20)."""
    kind = policy.kind(issue.kind)
    if kind.review is None or kind.review is level.review:
        return _RequiredReview(level.review, level.review_due)
    words = {Requirement.REQUIRED: "is required", Requirement.IF_NEEDED: "follows if needed"}
    reason = f"A review {words.get(kind.review, 'is not asked for')}, because {kind.label} says so (kind {kind.key})."
    return _RequiredReview(kind.review, kind.review_due or level.review_due, (reason,))


def _review_due_at(policy: Policy, review: _RequiredReview, start: datetime) -> datetime | None:
    if review.needed is not Requirement.REQUIRED or review.term is None:
        return None
    return policy.business.add(start, review.term)


@dataclass(frozen=True, slots=True)
class _AddedPeople:
    invite: tuple[str, ...]
    page: tuple[str, ...]
    trace: tuple[str, ...]


def _people(policy: Policy, level: Level, subject: Subject) -> _AddedPeople:
    added, trace = list(level.invite), []
    for rule, because in matching(policy, "add_role", subject):
        if rule.add_role is not None and rule.add_role not in added:
            added.append(rule.add_role)
            trace.append(f"{policy.slot(rule.add_role).label} is brought in, {because}.")
    page = level.page if level.page_at is PageAt.DECLARATION else ()
    return _AddedPeople(tuple(added), page, tuple(trace))


@dataclass(frozen=True, slots=True)
class _Tags:
    names: tuple[str, ...]
    trace: tuple[str, ...]


def _tags(policy: Policy, subject: Subject) -> _Tags:
    spoken = [(rule.tag, because) for rule, because in matching(policy, "tag", subject) if rule.tag is not None]
    return _Tags(_unique(*(tag for tag, _ in spoken)), tuple(f"Marked {tag}, {because}." for tag, because in spoken))


def _unique(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
