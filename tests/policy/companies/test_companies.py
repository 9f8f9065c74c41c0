"""Three companies' published rules, each written whole as a policy, with the numbers they promise."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.policy.decide.evaluation import evaluate
from bot.policy.file.loading import check, load
from bot.policy.model.facts import AccountFacts, Issue
from bot.policy.model.matrix import Answers
from bot.policy.model.rules import Policy
from tests.support.escalations import DECLARED_AT

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in HERE.glob("*.yml"))
FRIDAY, MONDAY = "2025-01-10T16:00", "2025-01-06T10:00"


def written(name: str) -> Policy:
    return load((HERE / f"{name}.yml").read_text(encoding="utf-8"), f"{name}.yml")


def simulated(name: str, at: str, *words: str) -> dict[str, Any]:
    given = ["policy", "simulate", "--policy", str(HERE / f"{name}.yml"), "--declared-at", at, "--json", *words]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_it_is_wrong_or_unwise(name: str) -> None:
    text = (HERE / f"{name}.yml").read_text(encoding="utf-8")
    assert check(text, f"{name}.yml", date(2025, 1, 1)).warnings == ()
    done = CliRunner().invoke(main, ["policy", "check", str(HERE / f"{name}.yml")])
    assert (done.exit_code, done.stderr) == (0, "")
    assert "is in order" in done.stdout


# Sunday 14:00 to Friday 17:00 Pacific; Premium round the clock for two levels, Starter in office hours and days.
@pytest.mark.parametrize(
    ("level", "plan", "due"),
    [
        ("sev1", None, "2025-01-12T15:00:00-08:00"),
        ("sev2", None, "2025-01-12T17:00:00-08:00"),
        ("sev3", None, "2025-01-12T21:00:00-08:00"),
        ("sev4", None, "2025-01-14T16:00:00-08:00"),
        ("sev1", "premium", "2025-01-10T18:00:00-08:00"),
        ("sev2", "premium", "2025-01-10T20:00:00-08:00"),
        ("sev3", "premium", "2025-01-12T21:00:00-08:00"),
        ("sev1", "starter", "2025-01-13T16:00:00-08:00"),
        ("sev2", "starter", "2025-01-13T16:00:00-08:00"),
        ("sev3", "starter", "2025-01-14T16:00:00-08:00"),
        ("sev4", "starter", "2025-01-15T16:00:00-08:00"),
    ],
)
def test_support_24x5(level: str, plan: str | None, due: str) -> None:
    answer = simulated("support-24x5", FRIDAY, "--level", level, *(["--plan", plan] if plan else []))
    assert (answer["due"]["response"], answer["due"]["resolution"]) == (due, None)


def test_support_24x5_marks_what_runs_an_old_version() -> None:
    account = AccountFacts(extra={"version": "unsupported"})
    found = evaluate(written("support-24x5"), account, Issue(level="sev3"), declared_at=DECLARED_AT)
    assert found.tags == ("Unsupported version",)


# The whole table of the answers: three severities by five plans.
@pytest.mark.parametrize(
    ("plan", "due"),
    [
        (None, ("2025-01-06T14:00:00+00:00", "2025-01-07T13:00:00+00:00", "2025-01-08T16:00:00+00:00")),
        ("premier", ("2025-01-06T12:00:00+00:00", "2025-01-06T18:00:00+00:00", "2025-01-07T10:00:00+00:00")),
        ("signature", ("2025-01-06T11:00:00+00:00", "2025-01-06T14:00:00+00:00", "2025-01-06T18:00:00+00:00")),
        ("standard", ("2025-01-08T10:00:00+00:00", "2025-01-10T10:00:00+00:00", "2025-01-20T10:00:00+00:00")),
        ("free", (None, None, None)),
    ],
)
def test_plan_by_severity(plan: str | None, due: tuple[str | None, ...]) -> None:
    words = ["--plan", plan] if plan else []
    levels = ("sev1", "sev2", "sev3")
    found = [simulated("plan-by-severity", MONDAY, "--level", level, *words)["due"]["response"] for level in levels]
    assert tuple(found) == due


@pytest.mark.parametrize(
    ("region", "calendar"), [(None, "business"), ("Americas", "americas"), ("asia", "asia"), ("Mars", "business")]
)
def test_plan_by_severity_counts_in_the_zone_the_customer_chose(region: str | None, calendar: str) -> None:
    found = evaluate(
        written("plan-by-severity"), AccountFacts(region=region), Issue(level="sev1"), declared_at=DECLARED_AT
    )
    assert found.response is not None
    assert (str(found.response.target), found.response.calendar) == ("4bh", calendar)


def test_plan_by_severity_marks_what_is_promised_as_best_effort() -> None:
    account = AccountFacts(plan="Standard")
    found = evaluate(written("plan-by-severity"), account, Issue(level="sev2"), declared_at=DECLARED_AT)
    assert found.tags == ("Best effort",)


@pytest.mark.parametrize(
    ("broken", "levels"),
    [
        ("stopped", "sev1 sev1 sev2 sev2"),
        ("slowed", "sev2 sev2 sev3 sev3"),
        ("nuisance", "sev3 sev3 sev4 sev4"),
    ],
)
def test_service_desk_finds_the_priority_by_two_answers(broken: str, levels: str) -> None:
    policy = written("service-desk")
    found = [
        evaluate(policy, AccountFacts(), Issue(answers=Answers(broken, affected)), declared_at=DECLARED_AT).level
        for affected in ("most", "half", "some", "few")
    ]
    assert found == levels.split()


@pytest.mark.parametrize(
    ("affected", "broken", "response", "resolution", "next_tier"),
    [
        ("most", "stopped", "2025-01-06T10:15", "2025-01-07T10:00", {"30bm": "manager at 2025-01-06T10:30"}),
        ("few", "stopped", "2025-01-06T10:15", "2025-01-07T14:00", {"1bh": "tier3 at 2025-01-06T11:00"}),
        ("some", "slowed", "2025-01-06T10:15", "2025-01-09T10:00", {"2bh": "tier2 at 2025-01-06T12:00"}),
        ("few", "nuisance", "2025-01-06T10:15", "2025-01-14T10:00", {"3bh": "tier2 at 2025-01-06T13:00"}),
    ],
)
def test_service_desk_answers_in_a_quarter_of_an_hour_and_goes_to_the_next_tier_when_unsolved(
    affected: str, broken: str, response: str, resolution: str, next_tier: dict[str, str]
) -> None:
    answer = simulated("service-desk", MONDAY, "--broken", broken, "--affected", affected)
    assert answer["due"]["response"] == f"{response}:00-05:00"
    assert answer["due"]["resolution"] == f"{resolution}:00-05:00"
    unsolved = answer["if_unresolved"].items()
    assert {after: f"{step['role']} at {step['at'][:16]}" for after, step in unsolved} == next_tier


@pytest.mark.parametrize(
    ("level", "paged"), [("sev1", "tier3"), ("sev2", "tier2"), ("sev3", "tier1"), ("sev4", "tier1")]
)
def test_service_desk_pages_the_tier_of_the_priority(level: str, paged: str) -> None:
    assert simulated("service-desk", MONDAY, "--level", level)["page"] == [paged]
