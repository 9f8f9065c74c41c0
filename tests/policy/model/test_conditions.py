from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.policy.model.conditions import Condition, ConditionResult, Subject
from bot.policy.model.facts import AccountFacts, HealthState, History, Issue

TODAY = date(2025, 1, 10)
ACME = AccountFacts(
    name="Acme",
    tier="strategic",
    plan="Enterprise",
    health=54,
    renewal_on=date(2025, 2, 19),
    vip=True,
    dedicated_csm=True,
    region="EMEA",
    arr=Decimal(2_000_000),
    area="exports",
    extra={"segment": "Banking", "seats": 500},
)
PROGRAMME = Issue(
    level="sev3",
    kind="account",
    category="financial",
    triggers=frozenset({"fraud"}),
    health=HealthState.RED,
)
HISTORY = History(declared_on=(date(2024, 12, 12), date(2025, 1, 2)), open_now=2)
NOBODY = Subject(AccountFacts(), Issue(), History(), "sev4", TODAY)


def judge(condition: dict[str, Any], subject: Subject | None = None) -> ConditionResult:
    return Condition.model_validate(condition).judge(subject or Subject(ACME, PROGRAMME, HISTORY, "sev3", TODAY))


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({"tier": "strategic"}, "the tier is strategic"),
        ({"tier": ["gold", "STRATEGIC"]}, "the tier is strategic"),
        ({"plan": "enterprise"}, "the plan is Enterprise"),
        ({"health": {"below": 60}}, "health 54 is below 60"),
        ({"health": {"at_most": 54}}, "health 54 is at most 54"),
        ({"health": {"at_least": 54, "below": 60}}, "health 54 is below 60 and at least 54"),
        ({"health": {"above": 53}}, "health 54 is above 53"),
        ({"renewal_within_days": 40}, "the renewal is on 19 Feb 2025"),
        ({"vip": True}, "the account is a VIP"),
        ({"dedicated_csm": True}, "the account has a dedicated CSM"),
        ({"enterprise": True}, "the plan is enterprise"),
        ({"region": "emea"}, "the region is EMEA"),
        ({"area": "exports"}, "the area is exports"),
        ({"arr": {"above": 1_000_000}}, "the account's ARR is within the rule's bounds"),
        ({"fact": {"segment": "banking", "seats": "500"}}, "the segment is Banking and the seats is 500"),
        ({"kind": "account"}, "the kind is account"),
        ({"category": ["financial", "technical"]}, "the category is financial"),
        ({"trigger": "fraud"}, "fraud applies"),
        ({"level": "sev3"}, "the level is sev3"),
        ({"health_state": "RED"}, "the programme's health is red"),
        (
            {"escalations": {"at_least": 3, "within_days": 30}},
            "this is escalation 3 of the account within 30 days",
        ),
        ({"open_escalations": {"at_least": 2}}, "the number of open escalations 2 is at least 2"),
        ({"any": [{"tier": "gold"}, {"vip": True}]}, "the account is a VIP"),
        (
            {"any": [{"tier": "strategic"}, {"vip": True}]},
            "the tier is strategic and the account is a VIP",
        ),
        (
            {"all": [{"tier": "strategic"}, {"vip": True}]},
            "the tier is strategic and the account is a VIP",
        ),
        ({"not": {"tier": "gold"}}, "the tier is strategic"),
        ({"not": {"any": [{"tier": "gold"}, {"plan": "free"}]}}, "the tier is strategic and the plan is Enterprise"),
        (
            {"renewal_within_days": 90, "health": {"at_most": 70}},
            "health 54 is at most 70 and the renewal is on 19 Feb 2025",
        ),
    ],
)
def test_a_condition_that_holds_says_which_facts_make_it_so(condition: dict[str, Any], says: str) -> None:
    assert judge(condition) == ConditionResult(holds=True, says=says)


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({"tier": "gold"}, "the tier is strategic"),
        ({"health": {"below": 54}}, "health 54 is not below 54"),
        ({"health": {"at_most": 53}}, "health 54 is not at most 53"),
        ({"health": {"at_least": 55}}, "health 54 is not at least 55"),
        ({"health": {"above": 54}}, "health 54 is not above 54"),
        ({"renewal_within_days": 39}, "the renewal is on 19 Feb 2025"),
        ({"vip": False}, "the account is a VIP"),
        ({"enterprise": False}, "the plan is enterprise"),
        ({"arr": {"below": 5}}, "the account's ARR is outside the rule's bounds"),
        ({"trigger": ["leak", "breach"]}, "leak or breach does not apply"),
        ({"fact": {"segment": "retail"}}, "the segment is Banking"),
        (
            {"escalations": {"at_least": 3, "within_days": 29}},
            "this is escalation 2 of the account within 29 days",
        ),
        ({"all": [{"tier": "gold"}, {"vip": True}]}, "the tier is strategic"),
        ({"not": {"vip": True}}, "the account is a VIP"),
    ],
)
def test_a_condition_that_does_not_hold_says_why(condition: dict[str, Any], says: str) -> None:
    assert judge(condition) == ConditionResult(holds=False, says=says)


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({"tier": "strategic"}, "the tier is not known"),
        ({"health": {"below": 60}}, "health is not known"),
        ({"renewal_within_days": 90}, "no renewal date is known"),
        ({"vip": True}, "the account is not a VIP"),
        ({"dedicated_csm": True}, "the account has no dedicated CSM"),
        ({"enterprise": True}, "the account is not an Enterprise customer"),
        ({"arr": {"above": 5}}, "the account's ARR is outside the rule's bounds"),
        ({"fact": {"segment": "banking"}}, "the segment is not known"),
        ({"category": "financial"}, "the category is not known"),
        ({"health_state": "red"}, "the programme's health is not known"),
        ({"any": [{"tier": "a"}, {"plan": "b"}]}, "the tier is not known and the plan is not known"),
    ],
)
def test_an_unknown_fact_satisfies_no_condition(condition: dict[str, Any], says: str) -> None:
    assert judge(condition, NOBODY) == ConditionResult(holds=False, says=says)


@pytest.mark.parametrize(
    ("renewal_on", "holds", "says"),
    [
        ("2025-01-10", True, "the renewal is on 10 Jan 2025"),
        ("2025-01-11", True, "the renewal is on 11 Jan 2025"),
        ("2025-04-10", True, "the renewal is on 10 Apr 2025"),
        ("2025-04-11", False, "the renewal is on 11 Apr 2025"),
        ("2025-01-09", False, "the renewal was on 9 Jan 2025"),
    ],
)
def test_a_renewal_counts_from_today_to_the_last_day(renewal_on: str, holds: bool, says: str) -> None:  # noqa: FBT001 - a column of the table
    subject = Subject(AccountFacts(renewal_on=date.fromisoformat(renewal_on)), Issue(), History(), "sev3", TODAY)
    assert judge({"renewal_within_days": 90}, subject) == ConditionResult(holds, says)


@pytest.mark.parametrize(
    ("account", "mark"),
    [
        (AccountFacts(plan="ENTERPRISE"), "the plan is enterprise"),
        (AccountFacts(tier="Enterprise"), "the tier is enterprise"),
        (AccountFacts(vip=True), "the account is a VIP"),
        (AccountFacts(dedicated_csm=True), "the account has a dedicated CSM"),
        (AccountFacts(csm="ana@example.com", tier="strategic", plan="pro"), None),
    ],
)
def test_enterprise_is_a_plan_a_tier_or_a_mark_but_never_a_csm_alone(account: AccountFacts, mark: str | None) -> None:
    assert account.enterprise_mark == mark


def test_thirty_days_are_counted_with_both_ends() -> None:
    history = History(declared_on=(date(2024, 12, 11), date(2024, 12, 12), TODAY, date(2025, 1, 11)))
    assert history.declared_within(30, TODAY) == 2


def test_a_condition_goes_through_json_and_back() -> None:
    condition = Condition.model_validate(
        {"any": [{"not": {"tier": "gold"}}, {"all": [{"health": {"below": 60}}, {"health_state": "RED"}]}]}
    )
    assert Condition.model_validate_json(condition.model_dump_json()) == condition
