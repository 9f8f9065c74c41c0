"""When a rule applies: a small language of conditions on account, issue and history, written as data.

    when: {health: {below: 60}}
    when: {any: [{tier: strategic}, {health: {below: 60}}]}
    when: {renewal_within_days: 90, health: {at_most: 70}}     several keys: all of them
    when: {not: {region: [EMEA, LATAM]}}

A test of an unknown value is false. Every result has its reason in words, true or false, for the trace.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from operator import ge, gt, le, lt
from typing import Annotated, Any, Final, NamedTuple, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from bot.policy.model.facts import AccountFacts, HealthState, History, Issue
from bot.policy.schema import Mistake, Part


class ConditionResult(NamedTuple):
    """The answer to a condition, and the facts: "health 54 is below 60"."""

    holds: bool
    says: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The input of conditions. `level` is the level reached so far; `today` is a date in the policy's zone."""

    account: AccountFacts
    issue: Issue
    history: History
    level: str
    today: date

    def at(self, level: str) -> "Subject":
        """Return the same input at another level."""
        if level == self.level:
            return self
        return Subject(self.account, self.issue, self.history, level, self.today)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _listed_states(value: Any) -> Any:
    return [state.lower() if isinstance(state, str) else state for state in _listed(value)]


OneOf = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]
States = Annotated[tuple[HealthState, ...], BeforeValidator(_listed_states), Field(min_length=1)]


class Bounds(Part):
    """The range of a number; at least one bound."""

    below: Decimal | None = None
    at_most: Decimal | None = None
    at_least: Decimal | None = None
    above: Decimal | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_mapping(cls, value: Any) -> Any:
        if isinstance(value, dict | cls):
            return value
        raise Mistake(f"{value!r} sets no bound", "write {below: 60}, {at_most: 70}, {at_least: 3} or {above: 5}")

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if not self._bounds:
            raise Mistake("there is no bound", "write {below: 60}, {at_most: 70}, {at_least: 3} or {above: 5}")
        return self

    def judge(self, name: str, value: Decimal | int | None) -> ConditionResult:
        """Compare a number; an unknown one is outside any bounds."""
        if value is None:
            return ConditionResult(holds=False, says=f"{name} is not known")
        broken = next((words for words, compare, bound in self._bounds if not compare(value, bound)), None)
        if broken is not None:
            return ConditionResult(holds=False, says=f"{name} {value} is not {broken}")
        return ConditionResult(
            holds=True, says=f"{name} {value} is {' and '.join(words for words, _, _ in self._bounds)}"
        )

    @cached_property
    def _bounds(self) -> tuple[tuple[str, Callable[[Any, Any], bool], Decimal], ...]:
        written = (
            ("below", lt, self.below),
            ("at most", le, self.at_most),
            ("at least", ge, self.at_least),
            ("above", gt, self.above),
        )
        return tuple((f"{words} {bound}", compare, bound) for words, compare, bound in written if bound is not None)


class Repetition(Part):
    """So many escalations of the account within so many calendar days, this one included."""

    at_least: Annotated[int, Field(ge=1)]
    within_days: Annotated[int, Field(ge=1, le=3660)]


class Condition(Part):
    """A test of the facts. Several keys must hold together; texts compare without regard to case."""

    model_config = ConfigDict(serialize_by_alias=True)

    tier: OneOf | None = None
    plan: OneOf | None = None
    health: Bounds | None = None
    renewal_within_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    vip: bool | None = None
    dedicated_csm: bool | None = None
    enterprise: bool | None = None
    region: OneOf | None = None
    area: OneOf | None = None
    arr: Bounds | None = None
    fact: dict[str, OneOf] | None = None
    kind: OneOf | None = None
    category: OneOf | None = None
    trigger: OneOf | None = None
    level: OneOf | None = None
    health_state: States | None = None
    escalations: Repetition | None = None
    open_escalations: Bounds | None = None
    any_of: tuple["Condition", ...] | None = Field(default=None, alias="any", min_length=1)
    all_of: tuple["Condition", ...] | None = Field(default=None, alias="all", min_length=1)
    not_: "Condition | None" = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self._tests:
            raise Mistake("there is no condition", "write what must hold, such as {tier: strategic}")
        return self

    def judge(self, subject: Subject) -> ConditionResult:
        """Return whether the condition holds, with the reason."""
        return _together([test(wanted, subject) for test, wanted in self._tests])

    @cached_property
    def _tests(self) -> tuple[tuple["_Test", Any], ...]:
        wanted = ((test, getattr(self, name)) for name, test in _TESTS.items())
        return tuple((test, value) for test, value in wanted if value is not None)


_Test = Callable[[Any, Subject], ConditionResult]


def _together(findings: Iterable[ConditionResult]) -> ConditionResult:
    """Return the conjunction; the reason names all results, or those that don't hold."""
    findings = tuple(findings)
    holds = all(finding.holds for finding in findings)
    return ConditionResult(holds, " and ".join(finding.says for finding in findings if finding.holds == holds))


def _any(conditions: tuple[Condition, ...], subject: Subject) -> ConditionResult:
    findings = [condition.judge(subject) for condition in conditions]
    holds = any(finding.holds for finding in findings)
    return ConditionResult(holds, " and ".join(finding.says for finding in findings if finding.holds == holds))


def _not(condition: Condition, subject: Subject) -> ConditionResult:
    finding = condition.judge(subject)
    return ConditionResult(not finding.holds, finding.says)


def _one_of(noun: str, value: str | None, wanted: tuple[str, ...]) -> ConditionResult:
    if not value:
        return ConditionResult(holds=False, says=f"the {noun} is not known")
    return ConditionResult(value.casefold() in {text.casefold() for text in wanted}, f"the {noun} is {value}")


def _choice(noun: str, of: Callable[[Subject], str | None]) -> _Test:
    return lambda wanted, subject: _one_of(noun, of(subject), wanted)


def _flag(yes: Callable[[Subject], str | None], no: str) -> _Test:
    """Return a test of a yes or no; `yes` returns what makes it true, in words."""

    def test(wanted: bool, subject: Subject) -> ConditionResult:  # noqa: FBT001 - called by the table below, like all tests
        found = yes(subject)
        return ConditionResult((found is not None) is wanted, found or no)

    return test


def _arr(wanted: Bounds, subject: Subject) -> ConditionResult:
    """Compare the revenue without stating it: reasons are shown to everybody."""
    holds = wanted.judge("ARR", subject.account.arr).holds
    return ConditionResult(holds, f"the account's ARR is {'within' if holds else 'outside'} the rule's bounds")


def _renewal(within_days: int, subject: Subject) -> ConditionResult:
    renewal_on = subject.account.renewal_on
    if renewal_on is None:
        return ConditionResult(holds=False, says="no renewal date is known")
    days = (renewal_on - subject.today).days
    # The reason is kept and read later: a day stays true, "in 40 days" doesn't.
    on = f"{renewal_on.day} {renewal_on:%b %Y}"
    if days < 0:
        return ConditionResult(holds=False, says=f"the renewal was on {on}")
    return ConditionResult(days <= within_days, f"the renewal is on {on}")


def _facts(wanted: Mapping[str, tuple[str, ...]], subject: Subject) -> ConditionResult:
    known = subject.account.extra
    return _together(
        _one_of(name, None if known.get(name) is None else str(known[name]), texts) for name, texts in wanted.items()
    )


def _triggers(wanted: tuple[str, ...], subject: Subject) -> ConditionResult:
    given = sorted(subject.issue.triggers.intersection(wanted))
    if given:
        return ConditionResult(holds=True, says=f"{' and '.join(given)} applies")
    return ConditionResult(holds=False, says=f"{' or '.join(wanted)} does not apply")


def _escalations(wanted: Repetition, subject: Subject) -> ConditionResult:
    count = subject.history.declared_within(wanted.within_days, subject.today) + 1
    says = f"this is escalation {count} of the account within {_days(wanted.within_days)}"
    return ConditionResult(count >= wanted.at_least, says)


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


_TESTS: Final[Mapping[str, _Test]] = {
    "tier": _choice("tier", lambda subject: subject.account.tier),
    "plan": _choice("plan", lambda subject: subject.account.plan),
    "health": lambda wanted, subject: wanted.judge("health", subject.account.health),
    "renewal_within_days": _renewal,
    "vip": _flag(lambda subject: "the account is a VIP" if subject.account.vip else None, "the account is not a VIP"),
    "dedicated_csm": _flag(
        lambda subject: "the account has a dedicated CSM" if subject.account.dedicated_csm else None,
        "the account has no dedicated CSM",
    ),
    "enterprise": _flag(lambda subject: subject.account.enterprise_mark, "the account is not an Enterprise customer"),
    "region": _choice("region", lambda subject: subject.account.region),
    "area": _choice("area", lambda subject: subject.account.area),
    "arr": _arr,
    "fact": _facts,
    "kind": _choice("kind", lambda subject: subject.issue.kind),
    "category": _choice("category", lambda subject: subject.issue.category),
    "trigger": _triggers,
    "level": _choice("level", lambda subject: subject.level),
    "health_state": _choice("programme's health", lambda subject: subject.issue.health),
    "escalations": _escalations,
    "open_escalations": lambda wanted, subject: wanted.judge(
        "the number of open escalations", subject.history.open_now
    ),
    "any_of": _any,
    "all_of": lambda wanted, subject: _together(condition.judge(subject) for condition in wanted),
    "not_": _not,
}
