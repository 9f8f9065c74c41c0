"""Properties of every decision: heavier is never later, every difference is explained, equal facts decide equally."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policy.decide.evaluation import Decision, Override, evaluate
from bot.policy.file.loading import preset
from bot.policy.model.facts import ACCOUNT, AccountFacts, HealthState, History, Issue
from bot.policy.model.levels import Requirement
from bot.policy.model.rules import Policy
from bot.policy.schema import Visibility
from tests.support.presets import WITH_ISSUES

moments = st.integers(1_704_000_000, 1_798_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)  # 2024-2026
maybe_health = st.none() | st.integers(0, 100)
dates = st.dates(date(2024, 1, 1), date(2027, 3, 31))
accounts = st.builds(
    AccountFacts,
    tier=st.sampled_from([None, "standard", "strategic", "enterprise", "other"]),
    plan=st.sampled_from([None, "free", "Enterprise"]),
    health=maybe_health,
    renewal_on=st.none() | dates,
    vip=st.booleans(),
    dedicated_csm=st.booleans(),
    region=st.sampled_from([None, "EMEA", "AMER"]),
    arr=st.none() | st.decimals(0, 10**9, allow_nan=False, places=2),
    extra=st.dictionaries(st.sampled_from(["segment", "seats"]), st.sampled_from(["a", "b", 5]), max_size=2),
)
histories = st.builds(History, declared_on=st.lists(dates, max_size=4).map(tuple), open_now=st.integers(0, 5))
triggers = st.frozensets(st.sampled_from(["fraud", "gdpr_deletion", "subpoena", "several_customers"]), max_size=2)


@st.composite
def issues(draw: st.DrawFn, policy: Policy) -> Issue:
    return Issue(
        level=draw(st.none() | st.sampled_from([level.code for level in policy.levels])),
        kind=draw(st.sampled_from(["issue", "account"])),
        category=draw(st.none() | st.sampled_from([category.key for category in policy.categories])),
        triggers=draw(triggers),
        health=draw(st.none() | st.sampled_from(HealthState)),
    )


@st.composite
def heavier(draw: st.DrawFn, account: AccountFacts, today: date) -> AccountFacts:
    """Add weight: a worse health, a renewal that is near, a mark that was not there."""
    changes: list[dict[str, Any]] = [{"vip": True}, {"dedicated_csm": True}, {"plan": "Enterprise"}]
    if account.health is None or account.health > 0:
        changes.append({"health": draw(st.integers(0, 100 if account.health is None else account.health))})
    if account.renewal_on is None:
        changes.append({"renewal_on": today + timedelta(days=draw(st.integers(0, 90)))})
    if account.tier in (None, "standard", "other"):
        changes += [{"tier": "strategic"}, {"tier": "enterprise"}]
    return replace(account, **draw(st.sampled_from(changes)))


@pytest.mark.parametrize("name", WITH_ISSUES)
@given(data=st.data(), account=accounts, at=moments)
def test_a_heavier_account_never_waits_longer(
    name: str, data: st.DataObject, account: AccountFacts, at: datetime
) -> None:
    policy = preset(name)
    issue = data.draw(issues(policy))
    weighty = data.draw(heavier(account, at.astimezone(policy.zone).date()))
    before = evaluate(policy, account, issue, declared_at=at)
    after = evaluate(policy, weighty, issue, declared_at=at)
    assert policy.rank(after.level) <= policy.rank(before.level)
    for clock in fields(before.due):
        earlier, later = getattr(after.due, clock.name), getattr(before.due, clock.name)
        assert later is None or (earlier is not None and earlier <= later), clock.name


@pytest.mark.parametrize("name", WITH_ISSUES)
@given(data=st.data(), account=accounts, at=moments, history=histories)
def test_every_difference_from_the_plain_level_has_a_sentence(
    name: str, data: st.DataObject, account: AccountFacts, at: datetime, history: History
) -> None:
    policy = preset(name)
    issue = data.draw(issues(policy))
    decision = evaluate(policy, account, issue, declared_at=at, history=history)
    plain = evaluate(policy, AccountFacts(), Issue(level=decision.level), declared_at=at)
    assert_told(policy, decision, plain, issue)


def assert_told(policy: Policy, decision: Decision, plain: Decision, issue: Issue) -> None:
    told = "\n".join(decision.trace)
    if issue.level is not None and decision.level != issue.level:
        assert f"→ {policy.level(decision.level).label}, because" in told
    if issue.kind == ACCOUNT:
        assert (decision.response, decision.resolution, decision.page) == (None, None, ())
    for clock in ("response", "resolution"):
        if issue.kind != ACCOUNT and getattr(decision, clock) != getattr(plain, clock):
            assert clock in told.lower()
    if decision.due.customer_update != plain.due.customer_update:
        assert "because the programme is" in told
    if decision.review is not plain.review:
        assert "review" in told
    if decision.visibility is not Visibility.PUBLIC:
        assert "The channel is private, because" in told
    for role in set(decision.roles) - set(plain.roles):
        assert policy.slot(role).label in told
    assert all(tag in told for tag in decision.tags)
    if not decision.trace and issue.kind != ACCOUNT:
        assert (decision.due.response, decision.due.resolution) == (plain.due.response, plain.due.resolution)


@pytest.mark.parametrize("name", WITH_ISSUES)
@given(data=st.data(), account=accounts, at=moments)
def test_the_same_facts_decide_the_same_and_the_outcome_decides_itself(
    name: str, data: st.DataObject, account: AccountFacts, at: datetime
) -> None:
    policy = preset(name)
    issue = data.draw(issues(policy))
    decision = evaluate(policy, account, issue, declared_at=at)
    assert evaluate(policy, account, issue, declared_at=at) == decision
    copied = Policy.model_validate_json(policy.model_dump_json())
    assert evaluate(copied, account, issue, declared_at=at) == decision
    overridden = evaluate(
        policy, account, issue, declared_at=at, override=Override(decision.level, "Maria", "as it is")
    )
    assert (overridden.level, overridden.due) == (decision.level, decision.due)


atoms = st.sampled_from(
    [
        {"tier": "strategic"},
        {"plan": ["enterprise", "free"]},
        {"health": {"below": "60"}},
        {"health": {"at_least": "20", "above": "10"}},
        {"renewal_within_days": 90},
        {"vip": True},
        {"enterprise": False},
        {"arr": {"above": "1000"}},
        {"fact": {"segment": "a"}},
        {"category": "technical"},
        {"trigger": "fraud"},
        {"level": ["sev1", "sev2"]},
        {"kind": "account"},
        {"health_state": "red"},
        {"escalations": {"at_least": 2, "within_days": 30}},
        {"open_escalations": {"at_most": "3"}},
    ]
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda part: {"not": part}, inner),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=5,
)
operations: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"bump": 1},
        {"floor": "sev2"},
        {"floor": "sev1"},
        {"cap": "sev2"},
        {"cap": "sev4"},
        {"multiply": "0.5"},
        {"multiply": "0.333"},
        {"multiply": "3"},
        {"set_calendar": "24x7"},
        {"set_calendar": "legal"},
        {"tag": "Marked"},
        {"add_role": "executive_sponsor"},
    ]
)
BASE = preset("sev").model_dump(mode="json")


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Write a policy with rules of every sort, in some zone."""
    rules = draw(st.lists(st.tuples(conditions, operations), max_size=5))
    zone = draw(st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]))
    business = {**BASE["calendars"]["business"], "zone": zone}
    return Policy.model_validate(
        {
            **BASE,
            "calendars": {**BASE["calendars"], "business": business},
            "rules": [{"key": f"rule-{n}", "when": when, **does} for n, (when, does) in enumerate(rules)],
        }
    )


@given(data=st.data(), policy=policies(), account=accounts, at=moments, history=histories)
@settings(max_examples=settings().max_examples * 3 // 2)
def test_any_policy_gives_any_facts_an_answer_that_lies_ahead_and_is_explained(
    data: st.DataObject, policy: Policy, account: AccountFacts, at: datetime, history: History
) -> None:
    issue = data.draw(issues(policy))
    override = data.draw(st.none() | st.just(Override("sev3", "Maria", "agreed")))
    decision = evaluate(policy, account, issue, declared_at=at, history=history, override=override)
    assert decision.level == (override.level if override else policy.level(decision.level).code)
    for clock in fields(decision.due):
        due = getattr(decision.due, clock.name)
        assert due is None or due > at, clock.name
    assert all(sentence.endswith(".") for sentence in decision.trace)
    assert (decision.due.review is not None) == (decision.review is Requirement.REQUIRED)
    if override is None:
        bare = policy.model_copy(update={"rules": ()})
        plain = evaluate(bare, AccountFacts(), Issue(level=decision.level), declared_at=at)
        assert_told(policy, decision, plain, issue)
