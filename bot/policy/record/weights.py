"""The level an escalation reaches: the choice, bumps by account weight, floors, and a manager's override.

The rule bumps the level, not the CSM (docs/policy.md#s1). The rules: docs/policy.md#x2, docs/policy.md#x3,
docs/policy.md#x13, docs/policy.md#order-of-evaluation.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy.model.conditions import Subject
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
    """The level reached, and a sentence for each step. `raised_by` are the facts that raised the level."""

    level: str
    trace: tuple[str, ...] = ()
    raised_by: tuple[str, ...] = ()

    def to(self, level: str, sentence: str, fact: str | None = None) -> "ReachedLevel":
        """Move to a level, with the reason, and with the fact if that raises the level."""
        raised_by = (*self.raised_by, fact) if fact is not None else self.raised_by
        return ReachedLevel(level, (*self.trace, sentence), raised_by)


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
    """Return the reporter's choice, else the category's default, else the lightest level."""
    issue = subject.issue
    if issue.level is not None:
        return ReachedLevel(issue.level)
    if issue.category is not None and (start := policy.category(issue.category).level) is not None:
        label, category = policy.level(start).label, policy.category(issue.category)
        return ReachedLevel(
            start, (f"{label}, because that is where {category.label} starts (category {category.key}).",)
        )
    return ReachedLevel(policy.levels[-1].code)


def weighed_level(policy: Policy, chosen: ReachedLevel, subject: Subject, override: Override | None) -> ReachedLevel:
    """Return the level after bumps, floors, the category's least level and an override."""
    reached = _bumped(policy, chosen, subject)
    reached = _floored(policy, reached, subject.at(reached.level))
    return _overruled(policy, reached, override)


def _bumped(policy: Policy, chosen: ReachedLevel, subject: Subject) -> ReachedLevel:
    """Move up one step at most, however many rules match, and never above the heaviest."""
    reached, label = chosen, policy.level(chosen.level).label
    for number, (rule, fact) in enumerate(_holding(policy, "bump", subject)):
        because = _because(rule, fact)
        if policy.is_top(chosen.level):
            reached = reached.to(chosen.level, f"{label} stays, since no level is higher; it would rise {because}.")
        elif number == 0:
            up = policy.levels[policy.rank(chosen.level) - 1]
            reached = reached.to(up.code, f"{label} chosen → {up.label}, {because}.", fact)
        else:
            reached = reached.to(reached.level, f"Also {because}, but all such rules together move one level.")
    return reached


def _floored(policy: Policy, reached: ReachedLevel, subject: Subject) -> ReachedLevel:
    """Raise to the highest floor, if one is higher."""
    floors = [
        (rule.floor, fact, _because(rule, fact)) for rule, fact in _holding(policy, "floor", subject) if rule.floor
    ]
    if subject.issue.category is not None and (least := policy.category(subject.issue.category).least) is not None:
        category = policy.category(subject.issue.category)
        fact = f"{category.label} is never below it"
        floors.append((least, fact, f"because {fact} (category {category.key})"))
    if not floors:
        return reached
    highest, fact, because = min(floors, key=lambda floor: policy.rank(floor[0]))
    if policy.rank(highest) >= policy.rank(reached.level):
        return reached
    before, after = policy.level(reached.level).label, policy.level(highest).label
    return reached.to(highest, f"{before} → {after}, {because}.", fact)


def _overruled(policy: Policy, reached: ReachedLevel, override: Override | None) -> ReachedLevel:
    if override is None:
        return reached
    before, after = policy.level(reached.level).label, policy.level(override.level).label
    change = f"{after} stands" if override.level == reached.level else f"{before} → {after}"
    return reached.to(override.level, f"{change}{override.said}")
