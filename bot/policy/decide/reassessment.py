"""Reassessment of a running escalation with new account data: worse is applied, better is only proposed.

An upgrade is applied and announced, a downgrade only proposed; at the same level, earlier due times are applied and
later ones proposed (docs/policy.md#it-runs-again-when-account-data-changes, docs/policy.md#an-override).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.policy.decide.evaluation import Decision
from bot.policy.decide.targets import due
from bot.policy.model.rules import Policy
from bot.policy.record.sla import Terms


class Verdict(StrEnum):
    """The way a change is treated."""

    APPLY = "apply"
    PROPOSE = "propose"


@dataclass(frozen=True, slots=True)
class ReassessmentState:
    """The level and clocks that an escalation runs under now."""

    level: str
    response: Terms | None
    resolution: Terms | None


@dataclass(frozen=True, slots=True)
class Reassessment:
    """The changes: the level, or else single clocks by name. `because` are the new decision's sentences.

    A change of level brings its own clocks, so none is listed besides it.
    """

    level: Verdict | None = None
    clocks: Mapping[str, Verdict] = field(default_factory=dict)
    because: tuple[str, ...] = ()


def reassess(policy: Policy, state: ReassessmentState, decision: Decision, declared_at: datetime) -> Reassessment:
    """Compare an escalation with what the policy decides now; an override is part of that decision."""
    if decision.level != state.level:
        is_upgrade = policy.rank(decision.level) < policy.rank(state.level)
        return Reassessment(Verdict.APPLY if is_upgrade else Verdict.PROPOSE, {}, decision.trace)
    clocks = dict(_clocks(policy, state, decision, declared_at))
    return Reassessment(None, clocks, decision.trace) if clocks else Reassessment()


def differences(before: tuple[Policy, Decision], after: tuple[Policy, Decision]) -> tuple[str, ...]:
    """Return what would change for an escalation that moved to another policy, a sentence each."""
    first, second = _told(*before), _told(*after)
    return tuple(f"{name}: {first[name]} → {second[name]}." for name in first if first[name] != second[name])


def _clocks(
    policy: Policy, state: ReassessmentState, decision: Decision, declared_at: datetime
) -> Iterator[tuple[str, Verdict]]:
    for name, now, then in (
        ("response", state.response, decision.response),
        ("resolution", state.resolution, decision.resolution),
    ):
        due_now, due_then = due(policy, now, declared_at), due(policy, then, declared_at)
        if due_now != due_then:
            is_earlier = due_now is None or (due_then is not None and due_then < due_now)
            yield name, Verdict.APPLY if is_earlier else Verdict.PROPOSE


def _told(policy: Policy, decision: Decision) -> dict[str, str]:
    def people(slots: tuple[str, ...]) -> str:
        return ", ".join(policy.slot(slot).label for slot in slots) or "nobody"

    return {
        "Level": policy.level(decision.level).label,
        "Acknowledge": _target(decision.response),
        "Resolve": _target(decision.resolution),
        "Internal updates": decision.internal.in_words(),
        "Customer updates": decision.customer.in_words(),
        "Updates by health": decision.health.in_words() if decision.health else "none",
        "Team's answer": _target(decision.team_response),
        "Invited": people(decision.invite),
        "Told directly": people(decision.tell),
        "Paged": people(decision.page),
        "Brought in if unresolved": _brought_in(policy, decision.level),
        "Review": decision.review.value.replace("_", " "),
        "Watched after resolution": f"{decision.monitor_days} days",
        "Visibility": decision.visibility.value,
        "Marks": ", ".join(decision.tags) or "none",
    }


def _brought_in(policy: Policy, level: str) -> str:
    steps = policy.level(level).climb_unresolved
    return ", ".join(f"{policy.slot(step.slot).label} after {step.after.in_words()}" for step in steps) or "nobody"


def _target(clock: Terms | None) -> str:
    return f"{clock.target.in_words()} on {clock.calendar}" if clock else "none"
