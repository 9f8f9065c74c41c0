"""Per-plan tables: docs/policy.md#plans."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.errors import BadInput
from bot.policy.decide.evaluation import Decision, evaluate
from bot.policy.file.loading import check, dump, load
from bot.policy.model.facts import AccountFacts, Issue
from bot.policy.model.rules import Policy
from bot.policy.preview.simulation import SimulationQuestion, simulate
from bot.views.policies import policy_words

MONDAY = datetime(2025, 1, 6, 15, tzinfo=UTC)  # 10:00 in New York

PLANS = """
extends: sev
name: plans
rules: null
levels:
  sev1:
    plans:
      Premier: {response: 5m, cadence: {customer: 15m}}
  sev2:
    response: 4bh
    calendar: business
    plans:
      premier: {response: 2h, resolution: 8h, calendar: 24x7, cadence: {customer: 1h}, review_due: 3bd, monitor: 60}
      Standard Plus: {response: 2d, resolution: none}
      free: {response: none, resolution: none, cadence: {internal: none, customer: none}, monitor: 0}
"""


SAID = (
    "response 4 business hours → 2 hours",
    "resolution 1 business day → 8 hours",
    "clocks on the calendar business → 24x7",
    "customer updates every 2 hours → every hour",
    "review 5 business days → 3 business days",
    "watch 14 days → 60 days",
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(PLANS, "plans.yml")


def decide(policy: Policy, plan: str | None, level: str = "sev2") -> Decision:
    return evaluate(policy, AccountFacts(plan=plan), Issue(level=level), declared_at=MONDAY)


def numbers(decision: Decision) -> tuple[str | None, str | None, str, str, int]:
    targets = (decision.response, decision.resolution)
    response, resolution = (f"{clock.target} {clock.calendar}" if clock else None for clock in targets)
    return (
        response,
        resolution,
        decision.internal.in_words(),
        decision.customer.in_words(),
        decision.monitor_days,
    )


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (None, ("4bh business", "1bd business", "every 2 hours", "every 2 hours", 14)),
        ("gold", ("4bh business", "1bd business", "every 2 hours", "every 2 hours", 14)),
        ("PREMIER", ("2h 24x7", "8h 24x7", "every 2 hours", "every hour", 60)),
        (" premier ", ("2h 24x7", "8h 24x7", "every 2 hours", "every hour", 60)),
        ("standard plus", ("2d business", None, "every 2 hours", "every 2 hours", 14)),
        ("free", (None, None, "none", "none", 0)),
    ],
)
def test_a_plan_replaces_the_numbers_of_its_level_in_any_unit(
    policy: Policy, plan: str | None, expected: tuple[object, ...]
) -> None:
    assert numbers(decide(policy, plan)) == expected


def test_the_due_times_follow_the_plan(policy: Policy) -> None:
    assert decide(policy, "premier").due.response == datetime(2025, 1, 6, 17, tzinfo=UTC)
    assert decide(policy, "premier").due.customer_update == datetime(2025, 1, 6, 16, tzinfo=UTC)
    assert decide(policy, "premier").due.review == datetime(2025, 1, 9, 15, tzinfo=UTC)
    assert decide(policy, "free").due.response is None


def test_the_trace_says_what_the_plan_changed(policy: Policy) -> None:
    assert decide(policy, "Standard Plus").trace == (
        "Response 4 business hours → 2 days, resolution 1 business day → none, because the plan is Standard Plus.",
    )
    assert decide(policy, "gold").trace == ()


def test_a_category_and_a_multiplier_apply_to_the_plans_numbers() -> None:
    text = PLANS.replace("rules: null", "rules: {fast: {when: {vip: true}, multiply: 0.5}}")
    decision = evaluate(
        load(text, "p.yml"), AccountFacts(plan="premier", vip=True), Issue(level="sev2"), declared_at=MONDAY
    )
    assert str(decision.response.target if decision.response else None) == "1h"


def test_a_simulation_takes_the_plan(policy: Policy) -> None:
    question = SimulationQuestion(policy=policy, declared_at=MONDAY, level="sev2", plan="premier")
    assert simulate(question)["due"]["response"] == "2025-01-06T12:00:00-05:00"
    assert simulate(replace(question, plan="free"))["due"]["response"] is None


def test_a_policy_with_plans_is_the_same_when_written_and_stored(policy: Policy) -> None:
    assert load(dump(policy), "again.yml") == policy
    assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_the_policy_in_words_lists_what_each_plan_changes(policy: Policy) -> None:
    assert list(policy_words.plans(policy))[:2] == [
        ("Sev 1", "Premier", "response 15 minutes → 5 minutes, customer updates every 30 minutes → every 15 minutes"),
        (
            "Sev 2",
            "premier",
            ", ".join(SAID),
        ),
    ]


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        ("{}", "line 5: levels.sev2.plans.premier: the plan premier changes nothing"),
        ("{response: soon}", "line 5: levels.sev2.plans.premier.response: 'soon' is not a duration"),
        ("{calendar: moon}", "line 5: levels.sev2.plans.premier.calendar: there is no calendar 'moon'"),
        ("{respons: 4h}", "line 5: levels.sev2.plans.premier.respons: there is no such key; did you mean response?"),
        ("{cadence: {customers: 4h}}", "levels.sev2.plans.premier.cadence.customers: there is no such key"),
        ("{response: 4h}\n      PREMIER: {response: 5h}", "levels.sev2.plans: the plan premier is given 2 times"),
    ],
)
def test_problems_of_a_plan_name_line_and_field(plan: str, problem: str) -> None:
    text = f"extends: sev\nlevels:\n  sev2:\n    plans:\n      premier: {plan}\n"
    with pytest.raises(BadInput) as refused:
        load(text, "plans.yml")
    assert problem in str(refused.value)


def test_check_warns_of_a_plan_whose_heavier_level_is_slower() -> None:
    text = "extends: sev\nlevels:\n  sev1:\n    plans:\n      slow: {response: 3h}\n"
    warnings = check(text, "plans.yml", date(2025, 1, 1)).warnings
    assert any(
        "for the plan slow, Sev 1 takes 3 hours, longer than the 1 hour of Sev 2" in warning for warning in warnings
    )


def test_a_level_may_say_that_it_has_no_clock() -> None:
    policy = load("extends: sev\nlevels:\n  sev2: {response: none, resolution: none}\n", "none.yml")
    assert (policy.level("sev2").response, policy.level("sev2").resolution) == (None, None)
