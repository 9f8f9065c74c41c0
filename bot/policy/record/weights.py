"""The level an escalation reaches: the choice, bumps by account weight, floors, caps, and a manager's override.

The rule bumps the level, not the CSM (docs/policy.md#s1). The rules: docs/policy.md#x2, docs/policy.md#x3,
docs/policy.md#x13, docs/policy.md#order-of-evaluation.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.policy.model.conditions import Subject
from bot.policy.model.facts import Issue
from bot.policy.model.rules import Policy, Rule


@dataclass(frozen=True, slots=True)
class Override:
    """A level set by hand: by whom, and why, in one line."""

    level: str
    by: str
    reason: str

    @property
    def said(self) -> str:
        """The end of the trace's sentence."""
        return f", by override of {self.by}: {self.reason.rstrip('. ')}."


@dataclass(frozen=True, slots=True)
class ReachedLevel:
    """The level reached, and a sentence for each step. `moved_by` are the facts that changed the level."""

    level: str
    trace: tuple[str, ...] = ()
    moved_by: tuple[str, ...] = ()

    def to(self, level: str, sentence: str, fact: str | None = None) -> "ReachedLevel":
        """Move to a level, with the reason, and with the fact if that changes the level."""
        moved_by = (*self.moved_by, fact) if fact is not None else self.moved_by
        return ReachedLevel(level, (*self.trace, sentence), moved_by)


def matching(policy: Policy, operation: str, subject: Subject) -> Iterator[tuple[Rule, str]]:
    """Yield the matching rules of an operation, each with its reason: "because … (rule …)"."""
    for rule, fact in _holding(policy, operation, subject):
        yield rule, _because(rule, fact)


def _holding(policy: Policy, operation: str, subject: Subject) -> Iterator[tuple[Rule, str]]:
    """Yield the matching rules of an operation, each with the facts that make it match."""
    for rule in policy.rules_that(operation):
        finding = rule.when.judge(subject)
        if finding.holds:
            yield rule, finding.says


def _because(rule: Rule, fact: str) -> str:
    return f"because {fact} (rule {rule.key})"


def chosen_level(policy: Policy, subject: Subject) -> ReachedLevel:
    """Return the level of the answers, else the reporter's choice, the category's default, the lightest level."""
    issue = subject.issue
    answered = _by_matrix(policy, issue)
    if answered is not None:
        return answered
    if issue.level is not None:
        return ReachedLevel(issue.level)
    if issue.category is not None and (start := policy.category(issue.category).level) is not None:
        label, category = policy.level(start).label, policy.category(issue.category)
        return ReachedLevel(
            start, (f"{label}, because that is where {category.label} starts (category {category.key}).",)
        )
    return ReachedLevel(policy.levels[-1].code)


def _by_matrix(policy: Policy, issue: Issue) -> ReachedLevel | None:
    """Return the level of the answers to the matrix's questions, unless another level was set since."""
    if policy.matrix is None or issue.answers is None:
        return None
    level = policy.matrix.level_of(issue.answers)
    if level is None or issue.level not in (None, level):
        return None
    broken, affected = policy.matrix.says(issue.answers)
    return ReachedLevel(level, (f"“{broken}” and “{affected}” make it {policy.level(level).label}.",))


def weighed_level(policy: Policy, chosen: ReachedLevel, subject: Subject, override: Override | None) -> ReachedLevel:
    """Return the level after bumps, floors, caps, the category's least level and an override."""
    reached = _bumped(policy, chosen, subject)
    reached = _floored(policy, reached, subject.at(reached.level))
    reached = _capped(policy, reached, subject.at(reached.level), chosen.level)
    reached = _held_up(policy, reached, subject)
    return _overruled(policy, reached, override)


def _bumped(policy: Policy, chosen: ReachedLevel, subject: Subject) -> ReachedLevel:
    """Move up one step at most, however many rules match, and never above the heaviest."""
    reached, label = chosen, policy.level(chosen.level).label
    for number, (rule, fact) in enumerate(_holding(policy, "bump", subject)):
        because = _because(rule, fact)
        if number == 0 and policy.is_top(chosen.level):
            reached = reached.to(chosen.level, f"{label} as chosen, the highest. A lower choice would rise {because}.")
        elif policy.is_top(chosen.level):
            reached = reached.to(chosen.level, f"Also {because}.")
        elif number == 0:
            up = policy.levels[policy.rank(chosen.level) - 1]
            reached = reached.to(up.code, f"{label} chosen → {up.label}, {because}.", fact)
        else:
            limit = " Rules move it one level at most." if number == 1 else ""
            reached = reached.to(reached.level, f"Also {because}.{limit}")
    return reached


def _floored(policy: Policy, reached: ReachedLevel, subject: Subject) -> ReachedLevel:
    """Raise to the highest floor, if one is higher."""
    floors = [
        (rule.floor, fact, _because(rule, fact)) for rule, fact in _holding(policy, "floor", subject) if rule.floor
    ]
    if not floors:
        return reached
    highest, fact, because = min(floors, key=lambda floor: policy.rank(floor[0]))
    if policy.rank(highest) >= policy.rank(reached.level):
        return reached
    before, after = policy.level(reached.level).label, policy.level(highest).label
    return reached.to(highest, f"{before} → {after}, {because}.", fact)


def _capped(policy: Policy, reached: ReachedLevel, subject: Subject, chosen: str) -> ReachedLevel:
    """Lower to the lowest cap, if one is lower, but not below the category's least level."""
    caps = [(rule.cap, fact, _because(rule, fact)) for rule, fact in _holding(policy, "cap", subject) if rule.cap]
    if not caps:
        return reached
    lowest, fact, because = max(caps, key=lambda cap: policy.rank(cap[0]))
    if policy.rank(lowest) <= policy.rank(reached.level):
        return reached
    least = _least_level(policy, subject)
    capped = lowest if least is None else policy.heavier(lowest, least.level)
    before, after = policy.level(reached.level).label, policy.level(capped).label
    if least is not None and policy.rank(capped) <= policy.rank(reached.level):
        return reached.to(reached.level, f"{before} stays, {least.because}. It would be capped {because}.")
    moved = reached.to(capped, f"{before} → {after}, {because}.")
    if policy.rank(capped) == policy.rank(chosen):
        return replace(moved, moved_by=())
    return replace(moved, moved_by=(fact,)) if policy.rank(capped) > policy.rank(chosen) else moved


@dataclass(frozen=True, slots=True)
class _LeastLevel:
    """The least level of a category, with the fact and the reason for the trace."""

    level: str
    fact: str
    because: str


def _least_level(policy: Policy, subject: Subject) -> _LeastLevel | None:
    if subject.issue.category is None:
        return None
    category = policy.category(subject.issue.category)
    if category.least is None:
        return None
    fact = f"{category.label} is never below it"
    return _LeastLevel(category.least, fact, f"because {fact} (category {category.key})")


def _held_up(policy: Policy, reached: ReachedLevel, subject: Subject) -> ReachedLevel:
    """Raise to the category's least level, which neither a choice nor a cap goes below."""
    least = _least_level(policy, subject)
    if least is None or policy.rank(least.level) >= policy.rank(reached.level):
        return reached
    before, after = policy.level(reached.level).label, policy.level(least.level).label
    return reached.to(least.level, f"{before} → {after}, {least.because}.", least.fact)


def _overruled(policy: Policy, reached: ReachedLevel, override: Override | None) -> ReachedLevel:
    if override is None:
        return reached
    before, after = policy.level(reached.level).label, policy.level(override.level).label
    change = f"{after} stands" if override.level == reached.level else f"{before} → {after}"
    return reached.to(override.level, f"{change}{override.said}")
