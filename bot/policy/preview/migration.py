"""Preview of moving a running escalation to another policy: each difference, and why.

Nothing moves automatically: an escalation keeps the policy it was declared under (docs/policy.md#the-model).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.policy.decide import promises, routing
from bot.policy.decide.evaluation import Decision, Override, evaluate
from bot.policy.decide.reassessment import differences
from bot.policy.decide.routing import RoutingInput
from bot.policy.model.facts import History, Issue
from bot.policy.model.levels import Level
from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.review_due import review_due_at
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts, Holder, Status
from bot.policy.record.sla import ClockFacts, Terms


@dataclass(frozen=True, slots=True)
class DueChange:
    """A due time that would change; None if nothing is due."""

    what: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationDifference:
    """The difference that another policy would make to an escalation.

    `unknown` says what that policy doesn't have: then nothing else can be said. `gained` and `lost` are the reasons
    that would be added to and removed from the trace, `people` those who would be added.
    """

    unknown: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    due: tuple[DueChange, ...] = ()
    people: tuple[Holder, ...] = ()
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def is_different(self) -> bool:
        """Return True if anything would change, or if it can't be determined."""
        return self != MigrationDifference()


def outlook(
    facts: EscalationFacts, before: Policy, after: Policy, *, where: RoutingInput, history: History, now: datetime
) -> MigrationDifference:
    """Compare an escalation with what another policy would make of it now."""
    if before == after:
        return MigrationDifference()
    unknown = tuple(_unknown(facts, before, after))
    if unknown:
        return MigrationDifference(unknown=unknown)
    stands = _present_decision(facts, before, history, now)
    moved = _moved(facts, before, after)
    decision = evaluate(
        after,
        facts.account,
        _issue(moved),
        declared_at=facts.declared_at,
        now=now,
        history=history,
        override=moved.override,
    )
    moved = replace(moved, level=decision.level, highest_level=after.heavier(moved.highest_level, decision.level))
    return MigrationDifference(
        changes=differences((before, stands), (after, decision)),
        due=tuple(_due_changes(facts, before, moved, after, (stands, decision), now)),
        people=tuple(_people(moved, after, decision, where)),
        gained=tuple(reason for reason in decision.trace if reason not in facts.trace),
        lost=tuple(reason for reason in facts.trace if reason not in decision.trace),
    )


def _unknown(facts: EscalationFacts, before: Policy, after: Policy) -> Iterator[str]:
    levels = dict.fromkeys([facts.chosen_level, facts.level, facts.highest_level])
    if facts.override is not None:
        levels[facts.override.level] = None
    for code in levels:
        if _same_level(before, code, after) is None:
            yield f"the level {before.level(code).label} ({code})"
    if facts.kind not in {kind.key for kind in after.kinds}:
        yield f"the kind {facts.kind}"
    offered = {None, *(category.key for category in after.categories)}
    for category in dict.fromkeys((facts.category, facts.chosen_category)):
        if category not in offered:
            yield f"the category {category}"


def _same_level(before: Policy, code: str, after: Policy) -> Level | None:
    """Return the level of another policy that has the code, label or alias of one of ours."""
    return after.find_level(code) or after.find_level(before.level(code).label)


def _moved(facts: EscalationFacts, before: Policy, after: Policy) -> EscalationFacts:
    """Return an escalation with its levels renamed to another policy's."""

    def code(level: str) -> str:
        found = _same_level(before, level, after)
        return found.code if found else level

    override = facts.override
    return replace(
        facts,
        chosen_level=code(facts.chosen_level),
        level=code(facts.level),
        highest_level=code(facts.highest_level),
        override=replace(override, level=code(override.level)) if override else None,
    )


def _issue(facts: EscalationFacts) -> Issue:
    return Issue(
        level=facts.chosen_level,
        answers=facts.answers,
        kind=facts.kind,
        category=facts.chosen_category,
        triggers=frozenset(facts.triggers),
        health=facts.health,
    )


def _present_decision(facts: EscalationFacts, policy: Policy, history: History, now: datetime) -> Decision:
    """Return the decision an escalation runs under: at its present level, whatever the account's data say now."""
    override = facts.override or Override(facts.level, facts.declared_by, "as it is")
    return evaluate(
        policy,
        facts.account,
        _issue(facts),
        declared_at=facts.declared_at,
        now=now,
        history=history,
        override=replace(override, level=facts.level),
    )


def _due_changes(
    facts: EscalationFacts,
    before: Policy,
    moved: EscalationFacts,
    after: Policy,
    decisions: tuple[Decision, Decision],
    now: datetime,
) -> Iterator[DueChange]:
    stands, decision = decisions
    for what, clock, terms in (
        ("Acknowledgement", facts.response, decision.response),
        ("Resolution", facts.resolution, decision.resolution),
        ("Team's answer", facts.team_answer, decision.team_response),
    ):
        if _runs(clock):
            yield from _changed(what, sla.due_at(clock, before.calendars), _retargeted(clock, terms, after, now))
    if facts.status in (Status.OPEN, Status.MITIGATED) and _cadences(stands) != _cadences(decision):
        owed = promises.after_level_change(moved, after, now)
        yield from _changed("Customer update", facts.customer_update_due_at, owed.customer)
        yield from _changed("Internal update", facts.internal_update_due_at, owed.internal)
    if facts.review.finished_on is None:
        yield from _changed("Review", review_due_at(facts, before), review_due_at(moved, after))


def _runs(clock: ClockFacts) -> bool:
    return bool(clock.spans) and clock.spans[-1].stopped_at is None


def _retargeted(clock: ClockFacts, terms: Terms | None, after: Policy, now: datetime) -> datetime | None:
    return sla.due_at(sla.retargeted(clock, terms, after.calendars, now), after.calendars)


def _cadences(decision: Decision) -> tuple[object, ...]:
    return decision.level, decision.customer, decision.internal, decision.health


def _changed(what: str, before: datetime | None, after: datetime | None) -> Iterator[DueChange]:
    if before != after:
        yield DueChange(what, before, after)


def _people(facts: EscalationFacts, policy: Policy, decision: Decision, where: RoutingInput) -> Iterator[Holder]:
    """Yield who would be added for a role that nobody holds yet."""
    holders = {role: holder.person for role, holder in facts.holders.items()}
    for role in decision.invite:
        if role not in holders and (found := routing.find(policy, where, role, holders)) is not None:
            yield found
