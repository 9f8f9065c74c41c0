"""Simulation: the answer of `escalate policy simulate`, as data and as text.

It needs no database and no Slack: it is one evaluation, with every due time in the zone of its calendar.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import BadInput
from bot.policy.decide.checklists import label_of
from bot.policy.decide.evaluation import Decision, evaluate
from bot.policy.file.problems import nearest
from bot.policy.model.facts import ACCOUNT, ISSUE, AccountFacts, HealthState, History, Issue
from bot.policy.model.levels import ChecklistNeed
from bot.policy.model.matrix import Answers
from bot.policy.model.patterns import case_review_is_due
from bot.policy.model.rules import Policy
from bot.policy.record.sla import Terms
from bot.policy.time.moments import plain_moment

_HEALTHIEST: Final = 100
CLOCKS: Final = {
    "response": "Acknowledge",
    "resolution": "Resolve",
    "internal_update": "Internal update",
    "customer_update": "Customer update",
    "team_response": "Team's answer",
    "review": "Review",
}
NEEDS: Final = {
    ChecklistNeed.REQUIRED: "required",
    ChecklistNeed.IF_NEEDED: "if needed",
    ChecklistNeed.NOT_APPLICABLE: "—",
}


@dataclass(frozen=True, slots=True)
class RecordedCause:
    """A cause recorded when an escalation of some level was resolved."""

    cause: str
    level: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHistory:
    """The account's history: the rules' input, its single issues, its case reviews, its causes."""

    history: History = field(default_factory=History)
    issues: History = field(default_factory=History)
    reviewed_on: tuple[date, ...] = ()
    causes: tuple[RecordedCause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationQuestion:
    """The input. Times without a zone are in the policy's; a health state means an account programme.

    `level` may be a code, a label or an alias. Where the policy has a matrix, `broken` and `affected` are the keys of
    two answers that give it instead. `triggers` are keys of the category's. `account` has the known facts of the
    customer: `tier`, `plan`, `vip`, `health` and `renewal_on` replace these if they are given.
    """

    policy: Policy
    declared_at: datetime
    level: str | None = None
    broken: str | None = None
    affected: str | None = None
    kind: str | None = None
    category: str | None = None
    triggers: frozenset[str] = frozenset()
    health_state: HealthState | None = None
    account: AccountFacts = field(default_factory=AccountFacts)
    tier: str | None = None
    plan: str | None = None
    vip: bool = False
    health: int | None = None
    renewal_on: date | None = None
    last_update_at: datetime | None = None
    past: AccountHistory = field(default_factory=AccountHistory)

    @property
    def answers(self) -> Answers | None:
        """The answers to the questions of the matrix, if both were given."""
        return Answers(self.broken, self.affected) if self.broken is not None and self.affected is not None else None

    @property
    def today(self) -> date:
        """The day of the declaration, in the policy's zone."""
        return _aware(self.declared_at, self.policy.zone).astimezone(self.policy.zone).date()

    def opens_case_review(self) -> bool:
        """Return True if this would be one escalation too many for the account."""
        repeats = self.policy.patterns.repeats
        if repeats is None or _kind(self) != ISSUE:
            return False
        return case_review_is_due(repeats, self.past.issues, self.past.reviewed_on, self.today)

    def causes_again(self, level: str) -> tuple[str, ...]:
        """Return recent causes of escalations of that level: if one recurs, the policy is to be changed."""
        repeats = self.policy.patterns.repeats
        if repeats is None:
            return ()
        since = self.today - timedelta(days=repeats.within_days)
        named = {named.cause.casefold(): named for named in self.past.causes}
        return tuple(
            found.cause for found in named.values() if found.level == level and since <= found.on <= self.today
        )


def simulate(question: SimulationQuestion) -> dict[str, Any]:
    """Return a JSON-serializable answer. Raises BadInput for what the policy doesn't have, listing what it has."""
    policy, problems = question.policy, list(_problems(question))
    if problems:
        raise BadInput(problems)
    level = policy.find_level(question.level) if question.level is not None else None
    account = _account(question)
    policy = policy.in_region(account.region)
    decision = evaluate(
        policy,
        account,
        Issue(
            level=level.code if level else None,
            answers=question.answers,
            kind=_kind(question),
            category=question.category,
            triggers=question.triggers,
            health=question.health_state,
        ),
        declared_at=_aware(question.declared_at, policy.zone),
        history=question.past.history,
        last_update_at=_aware(question.last_update_at, policy.zone) if question.last_update_at else None,
    )
    return {
        "level": decision.level,
        "trace": list(decision.trace),
        "due": _due(policy, decision, account.plan),
        "roles": {role: policy.slot(role).in_words() for role in decision.roles},
        "page": list(decision.page),
        "if_unresolved": _if_unresolved(question, decision),
        "checklist": {item: need.value for item, need in decision.checklist.items()},
        "monitor_days": decision.monitor_days,
        "visibility": decision.visibility.value,
    }


def as_text(policy: Policy, answer: Mapping[str, Any]) -> str:
    """Return an answer of `simulate` as text."""
    level = policy.level(answer["level"])
    lines = [f"{level.label}: {level.definition}", *(f"  {reason}" for reason in answer["trace"]), ""]
    lines += [f"{CLOCKS[clock]:<16} {readable(at, policy)}" for clock, at in answer["due"].items()]
    lines += ["", *(f"{policy.slot(role).label:<23} {how}" for role, how in answer["roles"].items())]
    paged = ", ".join(policy.slot(role).label for role in answer["page"])
    if answer["if_unresolved"]:
        steps = answer["if_unresolved"].values()
        brought = (f"{policy.slot(step['role']).label} {readable(step['at'], policy)}" for step in steps)
        lines += ["", f"Brought in if impact hasn't stopped: {', '.join(brought)}"]
    lines += ["", f"Paged at once: {paged or 'no one'}", f"Visibility: {answer['visibility']}"]
    lines += [f"Watched after resolution: {answer['monitor_days']} days"]
    labels = {item.key: label_of(item, level) for item in policy.checklist}
    wanted = {item: NEEDS[ChecklistNeed(need)] for item, need in answer["checklist"].items()}
    lines += ["", "Checklist:", *(f"  {labels[item]}: {need}" for item, need in wanted.items())] if wanted else []
    return "\n".join(lines)


def _problems(question: SimulationQuestion) -> Iterator[str]:
    policy, category = question.policy, question.category
    yield from _level_problems(question)
    kinds, categories = [kind.key for kind in policy.kinds], [known.key for known in policy.categories]
    if _kind(question) not in kinds:
        yield f"there is no kind {question.kind!r}; {nearest(_kind(question), kinds)}"
    if category is not None and category not in categories:
        yield f"there is no category {category!r}; {nearest(category, categories)}"
    elif question.triggers:
        yield from _unknown_triggers(policy, category, question.triggers)
    if question.health is not None and not 0 <= question.health <= _HEALTHIEST:
        yield f"health {question.health} is out of range; write a whole number from 0 to {_HEALTHIEST}"


def _level_problems(question: SimulationQuestion) -> Iterator[str]:
    """Yield what is wrong with the level, or with the answers that give it."""
    policy, matrix, level = question.policy, question.policy.matrix, question.level
    given = {"broken": question.broken, "affected": question.affected}
    if level is not None and policy.find_level(level) is None:
        yield f"there is no level {level!r}; {nearest(level, [known.code for known in policy.levels])}"
    if not any(given.values()):
        if level is None and policy.only_level is None:
            yield "there is no level; name one" if matrix is None else "there is no level; name one, or two answers"
        return
    if matrix is None:
        yield f"{policy.name} has no matrix; name a level instead of answers"
        return
    if level is not None:
        yield "a level and answers are given; the answers give the level, so leave it out"
    for name, asked in (("broken", matrix.broken), ("affected", matrix.affected)):
        if (key := given[name]) not in asked.labels:
            wrong = "there is no answer" if key is None else f"there is no answer {key!r}"
            yield f"{wrong} to “{asked.question}” ({name}); {nearest(key or '', asked.labels)}"


def _unknown_triggers(policy: Policy, category: str | None, triggers: frozenset[str]) -> Iterator[str]:
    """Yield the triggers that the category doesn't have."""
    if category is None:
        yield "triggers belong to a category; name that, too"
        return
    known = [trigger.key for trigger in policy.category(category).triggers if trigger.key is not None]
    for key in sorted(triggers.difference(known)):
        yield f"{category} has no trigger {key!r}; {nearest(key, known)}"


def _account(question: SimulationQuestion) -> AccountFacts:
    facts = {"tier": question.tier, "plan": question.plan, "health": question.health, "renewal_on": question.renewal_on}
    given: dict[str, Any] = {name: value for name, value in facts.items() if value is not None}
    return replace(question.account, **given, vip=question.vip or question.account.vip)


def _kind(question: SimulationQuestion) -> str:
    return question.kind or (question.policy.default_kind if question.health_state is None else ACCOUNT)


def _aware(at: datetime, zone: ZoneInfo) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def _due(policy: Policy, decision: Decision, plan: str | None) -> dict[str, str | None]:
    due = decision.due
    updates = policy.calendar_for_updates(policy.level_for(decision.level, plan)).tz

    def on(at: datetime | None, clock: Terms | None) -> str | None:
        return _written(at, policy.zone_of(clock.calendar)) if clock is not None else None

    return {
        "response": on(due.response, decision.response),
        "resolution": on(due.resolution, decision.resolution),
        "internal_update": _written(due.internal_update, updates),
        "customer_update": _written(due.customer_update, updates),
        "team_response": on(due.team_response, decision.team_response),
        "review": _written(due.review, policy.zone),
    }


def _if_unresolved(question: SimulationQuestion, decision: Decision) -> dict[str, Any]:
    """Return who is brought in when, if the impact doesn't stop, by the time after the declaration."""
    if _kind(question) != ISSUE:
        return {}
    policy, declared_at = question.policy, _aware(question.declared_at, question.policy.zone)
    return {
        str(step.after): {
            "role": step.slot,
            "at": _written(policy.business.add(declared_at, step.after), policy.zone),
        }
        for step in policy.level(decision.level).climb_unresolved
    }


def _written(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).isoformat() if at is not None else None


def readable(at: str | None, policy: Policy) -> str:
    """Return a due time for people, in the zone of its calendar: `6 Mar 3:30 PM EST`."""
    if at is None:
        return "—"
    due = datetime.fromisoformat(at)
    zones = (policy.zone, *(calendar.tz for calendar in policy.calendars.values()))
    same = (zone for zone in zones if due.astimezone(zone).utcoffset() == due.utcoffset())
    return plain_moment(due, next(same, policy.zone))
