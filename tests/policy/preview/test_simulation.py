from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from bot.errors import BadInput
from bot.policy.file.loading import load, preset
from bot.policy.model.facts import AccountFacts, HealthState
from bot.policy.preview.simulation import SimulationQuestion, as_text, simulate

ROLES = {
    "fix_owner": ("on call for the product area, else the area's owner, else the fallback, else the declarer"),
    "relationship_owner": "the account's CSM, else the fallback, else the declarer",
    "manager": "the account's manager, else the customer owner's manager, else the fallback, else the declarer",
}


def ask(policy: str, at: str, level: str, **facts: Any) -> dict[str, Any]:
    return simulate(
        SimulationQuestion(policy=preset(policy), declared_at=datetime.fromisoformat(at), level=level, **facts)
    )


@pytest.mark.parametrize(
    ("policy", "at", "level", "facts", "due"),
    [
        ("three-tier", "2025-01-10T17:00:00-05:00", "high", {}, "2025-01-13T12:00:00-05:00"),
        ("three-tier", "2025-01-06T09:00:00-05:00", "standard", {}, "2025-01-08T15:00:00-05:00"),
        ("three-tier", "2025-01-11T12:00:00-05:00", "high", {}, "2025-01-13T13:00:00-05:00"),
        ("three-tier", "2025-01-10T17:00:00-05:00", "high", {"plan": "Enterprise"}, "2025-01-10T19:00:00-05:00"),
        ("three-tier", "2025-01-11T12:00:00-05:00", "high", {"vip": True}, "2025-01-11T14:00:00-05:00"),
        ("three-tier", "2025-01-11T12:00:00-05:00", "high", {"tier": "enterprise"}, "2025-01-11T14:00:00-05:00"),
        ("three-tier", "2025-01-11T12:00:00-05:00", "critical", {"vip": True}, "2025-01-11T12:15:00-05:00"),
        ("three-tier", "2025-01-11T12:00:00-05:00", "standard", {"vip": True}, "2025-01-12T00:00:00-05:00"),
        ("sev", "2025-01-11T12:00:00-05:00", "sev3", {}, "2025-01-14T09:00:00-05:00"),
        ("sev", "2025-01-11T12:00:00-05:00", "sev1", {}, "2025-01-11T12:15:00-05:00"),
        ("sev", "2025-01-11T12:00:00-05:00", "sev2", {}, "2025-01-11T13:00:00-05:00"),
        ("sev", "2025-01-11T12:00:00-05:00", "sev4", {}, "2025-01-15T09:00:00-05:00"),
        ("p-levels", "2025-01-10T17:00:00-05:00", "p3", {}, "2025-01-13T12:00:00-05:00"),
        ("p-levels", "2025-01-10T17:00:00-05:00", "p4", {}, "2025-01-13T17:00:00-05:00"),
        ("gitlab", "2025-01-10T17:00:00-05:00", "critical", {}, None),
    ],
)
def test_the_response_is_due_when_the_policy_says(
    policy: str, at: str, level: str, facts: dict[str, Any], due: str | None
) -> None:
    assert ask(policy, at, level, **facts)["due"]["response"] == due


@pytest.mark.parametrize(
    ("category", "level", "due"),
    [
        ("technical", "high", "2025-01-06T13:00:00-05:00"),
        ("account_access", "high", "2025-01-06T11:00:00-05:00"),
        ("angry_customer", "high", "2025-01-06T10:00:00-05:00"),
        ("product_question", "standard", "2025-01-08T15:00:00-05:00"),
        ("complex_billing", "standard", "2025-01-08T15:00:00-05:00"),
        ("partnership", "standard", "2025-01-13T12:00:00-05:00"),
        ("partnership", "high", "2025-01-06T13:00:00-05:00"),
        ("account_access", "critical", "2025-01-06T09:30:00-05:00"),
        ("angry_customer", "standard", "2025-01-06T10:00:00-05:00"),
        ("media", "high", "2025-01-06T13:00:00-05:00"),
        ("financial", "critical", "2025-01-06T09:30:00-05:00"),
    ],
)
def test_a_category_answers_as_stated_at_its_own_level_and_by_the_shorter_elsewhere(
    category: str, level: str, due: str
) -> None:
    answer = ask("three-tier", "2025-01-06T09:00:00-05:00", level, category=category)
    assert answer["due"]["response"] == due


@pytest.mark.parametrize(
    ("category", "due"),
    [
        ("security_privacy", "2025-01-06T09:30:00-05:00"),
        ("legal_compliance", "2025-01-08T17:00:00-05:00"),
        ("partnership", "2025-01-13T12:00:00-05:00"),
        ("financial", "2025-01-08T15:00:00-05:00"),
    ],
)
def test_the_team_answers_on_its_own_calendar(category: str, due: str) -> None:
    answer = ask("three-tier", "2025-01-06T09:00:00-05:00", "critical", category=category, plan="enterprise")
    assert answer["due"]["team_response"] == due


@pytest.mark.parametrize(
    ("level", "facts"),
    [
        ("sev3", {"tier": "strategic", "health": 90}),
        ("sev3", {"tier": "standard", "health": 70, "renewal_on": date(2025, 2, 15)}),
        ("sev3", {"health": 54}),
    ],
)
def test_a_heavy_account_ends_in_sev_2(level: str, facts: dict[str, Any]) -> None:
    assert ask("sev", "2025-01-06T09:00:00-05:00", level, **facts)["level"] == "sev2"


@pytest.mark.parametrize(
    ("last_update", "due"),
    [
        ("2025-01-07T10:00:00-05:00", "2025-01-09T10:00:00-05:00"),
        ("2025-01-09T10:00:00-05:00", "2025-01-10T18:00:00-05:00"),
        ("2025-01-10T16:00:00-05:00", "2025-01-14T16:00:00-05:00"),
    ],
)
def test_a_health_state_alone_asks_about_a_programme(last_update: str, due: str) -> None:
    answer = ask(
        "p-levels",
        "2025-01-06T09:00:00-05:00",
        "p4",
        health_state=HealthState.YELLOW,
        last_update_at=datetime.fromisoformat(last_update),
    )
    assert answer["due"]["customer_update"] == answer["due"]["internal_update"] == due
    assert answer["due"]["review"] == "2025-01-13T09:00:00-05:00"


def test_the_whole_answer_has_the_shape_that_stays_put() -> None:
    assert ask("sev", "2025-01-10T17:00:00-05:00", "sev3", health=54) == {
        "level": "sev2",
        "trace": ["Sev 3 chosen → Sev 2, because health 54 is below 60 (rule weak-health)."],
        "due": {
            "response": "2025-01-10T18:00:00-05:00",
            "resolution": "2025-01-13T17:00:00-05:00",
            "internal_update": "2025-01-10T19:00:00-05:00",
            "customer_update": "2025-01-10T19:00:00-05:00",
            "team_response": None,
            "review": "2025-01-17T17:00:00-05:00",
        },
        "roles": ROLES,
        "page": [],
        "if_unresolved": {},
        "checklist": {
            "acknowledge": "required",
            "create_ticket": "required",
            "notify_team": "required",
            "escalate_to_manager": "if_needed",
            "assemble_team": "if_needed",
            "schedule_call": "required",
            "hourly_updates": "not_applicable",
            "root_cause": "required",
            "post_mortem": "required",
            "monitor_health": "required",
        },
        "monitor_days": 14,
        "visibility": "public",
    }


def test_a_time_is_printed_in_the_zone_of_its_calendar_and_24x7_in_the_policys() -> None:
    policy = load(
        "extends: sev\nname: own\ncalendars:\n  london: {zone: Europe/London, hours: {MON-FRI: '09:00-17:00'}}\n"
        "levels:\n  sev3: {calendar: london}\n",
        "own.yml",
    )
    declared_at = datetime.fromisoformat("2025-01-06T12:00:00+00:00")
    london = simulate(SimulationQuestion(policy=policy, declared_at=declared_at, level="sev3"))
    assert london["due"]["response"] == "2025-01-07T12:00:00+00:00"
    assert london["due"]["customer_update"] == "2025-01-07T12:00:00+00:00"
    first = simulate(SimulationQuestion(policy=policy, declared_at=declared_at, level="sev1"))
    assert first["due"]["response"] == "2025-01-06T07:15:00-05:00"


def test_who_is_brought_in_if_the_impact_does_not_stop_is_said_with_the_time() -> None:
    climb = "levels: {sev2: {climb_unresolved: {30m: manager, 4bh: vp_customer_success}}}\n"
    policy = load(f"extends: sev\nname: own\n{climb}", "own.yml")
    asked = SimulationQuestion(policy=policy, declared_at=datetime.fromisoformat("2025-01-10T17:00:00"), level="sev2")
    answer = simulate(asked)
    assert answer["if_unresolved"] == {
        "30m": {"role": "manager", "at": "2025-01-10T17:30:00-05:00"},
        "4bh": {"role": "vp_customer_success", "at": "2025-01-13T12:00:00-05:00"},
    }
    assert "Brought in if impact hasn't stopped: Manager 10 Jan 5:30 PM EST, " in as_text(policy, answer)
    assert simulate(replace(asked, health_state=HealthState.RED))["if_unresolved"] == {}


def test_a_time_without_a_zone_is_the_policys() -> None:
    answer = ask("sev", "2025-07-07T09:00:00", "S1")
    assert answer["due"]["response"] == "2025-07-07T09:15:00-04:00"


def test_what_the_policy_does_not_have_is_answered_with_what_it_has() -> None:
    with pytest.raises(BadInput) as refusal:
        ask("sev", "2025-01-06T09:00:00", "sev11", category="legal", kind="programme", health=101)
    assert refusal.value.problems == (
        "there is no level 'sev11'; did you mean sev1?",
        "there is no kind 'programme'; write one of account, issue",
        "there is no category 'legal'; did you mean legal_compliance?",
        "health 101 is out of range; write a whole number from 0 to 100",
    )


def test_an_answer_can_be_read_by_people() -> None:
    policy = preset("three-tier")
    answer = ask("three-tier", "2025-01-10T17:00:00-05:00", "critical", category="financial", plan="enterprise")
    assert as_text(policy, answer) == (
        "Critical: Escalate immediately: security and privacy, financial issues, a service outage, legal and "
        "compliance issues.\n"
        "  Response 30 minutes → 15 minutes and resolution 4 hours → 2 hours, "
        "because the plan is enterprise (rule enterprise-speed).\n"
        "\n"
        "Acknowledge      10 Jan 5:15 PM EST\n"
        "Resolve          10 Jan 7:00 PM EST\n"
        "Internal update  —\n"
        "Customer update  —\n"
        "Team's answer    15 Jan 2:00 PM EST\n"
        "Review           —\n"
        "\n"
        f"Fix owner               {ROLES['fix_owner']}\n"
        f"Customer owner          {ROLES['relationship_owner']}\n"
        f"Manager                 {ROLES['manager']}\n"
        "\n"
        "Paged at once: Fix owner\n"
        "Visibility: public\n"
        "Watched after resolution: 0 days"
    )
    listed = as_text(preset("p-levels"), ask("p-levels", "2025-01-10T17:00:00-05:00", "p3"))
    assert "  Document root cause: required\n" in listed
    assert "  Conduct post-mortem review: if needed\n" in listed
    assert "  Provide hourly updates: —\n" in listed
    assert "Paged at once: no one" in listed
    paced = as_text(preset("sev"), ask("sev", "2025-01-10T17:00:00-05:00", "sev1"))
    assert "  Provide updates every 30 minutes: required\n" in paced, "the pace of the level, as on its checklist"


def test_what_is_known_of_an_account_counts_and_what_is_given_counts_instead() -> None:
    weak = AccountFacts(name="Initech", health=54, dedicated_csm=True)
    assert ask("sev", "2025-01-06T09:00:00", "sev3", account=weak)["level"] == "sev2"
    assert ask("sev", "2025-01-06T09:00:00", "sev3", account=weak, health=80)["level"] == "sev3"
    # A dedicated CSM makes an Enterprise customer: four business hours become two around the clock.
    answer = ask("three-tier", "2025-01-10T17:00:00-05:00", "high", account=weak)
    assert answer["due"]["response"] == "2025-01-10T19:00:00-05:00"
