"""Every number of the five sources (docs/policy.md#settled-conflicts) that the presets carry."""

from typing import Any

import pytest

from bot.policy.file.loading import PRESETS, dump, load, preset
from bot.policy.model.levels import OPTION_LENGTH, ChecklistNeed, Level, Requirement
from bot.policy.model.rules import Policy
from bot.policy.time.durations import Duration

LEVELS: dict[str, list[dict[str, Any]]] = {
    "sev": [  # docs/policy.md#s1, step 1; the watch after resolution is docs/policy.md#s4
        {"code": "sev1", "response": "15m", "cadence": "30m", "resolution": "4h", "calendar": "24x7", "monitor": 30},
        {"code": "sev2", "response": "1h", "cadence": "2h", "resolution": "1bd", "calendar": "24x7", "monitor": 14},
        {
            "code": "sev3",
            "response": "1bd",
            "cadence": "1bd",
            "resolution": "5bd",
            "calendar": "business",
            "monitor": 7,
        },
        {
            "code": "sev4",
            "response": "2bd",
            "cadence": "on_change",
            "resolution": "backlog",
            "calendar": "business",
            "monitor": 0,
        },
    ],
    "p-levels": [  # docs/policy.md#s4, checklist and step 4
        {"code": "p1", "response": "15m", "cadence": "1h", "resolution": None, "calendar": "24x7", "monitor": 30},
        {"code": "p2", "response": "1h", "cadence": "1bd", "resolution": None, "calendar": "24x7", "monitor": 14},
        {
            "code": "p3",
            "response": "4bh",
            "cadence": "as_needed",
            "resolution": None,
            "calendar": "business",
            "monitor": 7,
        },
        {
            "code": "p4",
            "response": "1bd",
            "cadence": "as_needed",
            "resolution": None,
            "calendar": "business",
            "monitor": 0,
        },
    ],
    "three-tier": [  # docs/policy.md#s3, response SLA commitments
        {
            "code": "critical",
            "response": "30m",
            "cadence": "as_needed",
            "resolution": "4h",
            "calendar": "24x7",
            "monitor": 0,
        },
        {
            "code": "high",
            "response": "4bh",
            "cadence": "as_needed",
            "resolution": "24bh",
            "calendar": "business",
            "monitor": 0,
        },
        {
            "code": "standard",
            "response": "24bh",
            "cadence": "as_needed",
            "resolution": "72bh",
            "calendar": "business",
            "monitor": 0,
        },
    ],
}


def written_cadence(level: Level) -> str:
    assert level.cadence.is_one
    cadence = level.cadence.customer
    return str(cadence.every) if cadence.every else "on_change" if cadence.on_change else "as_needed"


@pytest.mark.parametrize("name", LEVELS)
def test_each_level_promises_what_its_source_says(name: str) -> None:
    assert [
        {
            "code": level.code,
            "response": str(level.response),
            "cadence": written_cadence(level),
            "resolution": "backlog" if level.backlog else level.resolution and str(level.resolution),
            "calendar": level.calendar,
            "monitor": level.monitor,
        }
        for level in preset(name).levels
    ] == LEVELS[name]


def test_gitlab_promises_a_rhythm_and_no_clock() -> None:
    policy = preset("gitlab")
    assert {level.code: level.cadence.customer.in_words() for level in policy.levels} == {
        "critical": "every business day",
        "high": "every 2 business days",
        "medium": "every 5 business days",
        "low": "as needed",
    }
    for level in policy.levels:
        assert (level.response, level.resolution, level.review, level.monitor) == (None, None, Requirement.NONE, 0)
        assert level.cadence.internal.in_words() == "none"
    assert (policy.rules, policy.ladder, policy.checklist) == ((), (), ())
    assert policy.level("critical").page == ("fix_owner",)
    assert policy.kind("issue").closing_questions == (
        "What was the outcome?",
        "Were the exit criteria met?",
        "A summary of the escalation",
    )
    assert "agreed by both sides" in (policy.kind("issue").exit_criteria or "")


@pytest.mark.parametrize(
    ("name", "reviews"),
    [
        ("sev", {"sev1": "required", "sev2": "required", "sev3": "none", "sev4": "none"}),
        ("p-levels", {"p1": "required", "p2": "required", "p3": "if_needed", "p4": "none"}),
        ("three-tier", {"critical": "none", "high": "none", "standard": "none"}),
    ],
)
def test_reviews_follow_the_levels_that_ask_for_them_in_five_business_days(name: str, reviews: dict[str, str]) -> None:
    levels = preset(name).levels
    assert {level.code: level.review.value for level in levels} == reviews
    terms = {level.review_due for level in levels if level.review is not Requirement.NONE}
    assert terms <= {Duration.parse("5bd")}


@pytest.mark.parametrize(
    ("name", "code", "invite", "tell", "page"),
    [
        ("sev", "sev1", "fix_owner relationship_owner manager", "", "fix_owner"),
        ("sev", "sev2", "fix_owner relationship_owner manager", "", ""),
        ("sev", "sev3", "fix_owner relationship_owner", "", ""),
        ("sev", "sev4", "fix_owner relationship_owner", "", ""),
        (
            "p-levels",
            "p1",
            "fix_owner relationship_owner manager vp_customer_success",
            "",
            "fix_owner relationship_owner manager vp_customer_success",
        ),
        ("p-levels", "p2", "fix_owner relationship_owner manager", "relationship_owner manager", ""),
        ("p-levels", "p3", "fix_owner relationship_owner", "", ""),
        ("p-levels", "p4", "fix_owner relationship_owner", "", ""),
        ("three-tier", "critical", "fix_owner relationship_owner manager", "", "fix_owner"),
        ("three-tier", "high", "fix_owner relationship_owner manager", "", ""),
        ("three-tier", "standard", "fix_owner relationship_owner", "", ""),
    ],
)
def test_people_are_invited_notified_and_paged_by_level(
    name: str, code: str, invite: str, tell: str, page: str
) -> None:
    level = preset(name).level(code)
    assert (level.invite, level.tell, level.page) == tuple(tuple(slots.split()) for slots in (invite, tell, page))


def test_the_contact_matrix_runs_from_the_csm_to_the_ceo() -> None:
    for name in ("sev", "p-levels"):
        assert [(rung.key, rung.title, rung.slot) for rung in preset(name).ladder] == [
            ("owner", "Fix owner", "fix_owner"),
            ("l1", "Customer Success Manager", "relationship_owner"),
            ("l2", "CS Team Lead / Manager", "manager"),
            ("l3", "VP of Customer Success", "vp_customer_success"),
            ("l4", "Chief Customer Officer (CCO)", "chief_customer_officer"),
            ("l5", "CEO / Executive Leadership", "chief_executive"),
            ("technical", "Engineering Lead / CTO", "engineering_lead"),
            ("product", "Product Manager / CPO", "product_manager"),
        ]
        assert [rung.key for rung in preset(name).ladder if not rung.in_turn] == ["technical", "product"]
        assert {str(rung.after) for rung in preset(name).ladder if rung.in_turn and rung.key != "owner"} == {"30m"}


def test_p1_tells_three_rungs_at_once_and_p2_two() -> None:
    policy = preset("p-levels")
    steps = {
        code: [(step.rung, step.after and str(step.after), step.if_needed) for step in policy.level(code).ladder]
        for code in ("p1", "p2")
    }
    assert steps == {
        "p1": [
            ("l1", None, False),
            ("l2", None, False),
            ("l3", None, False),
            ("l4", "30m", False),
            ("l5", "30m", False),
        ],
        "p2": [("l1", None, False), ("l2", None, False), ("l3", None, True)],
    }


def test_three_tiers_ladder_is_the_owner_the_team_and_the_success_team() -> None:
    ladder = preset("three-tier").ladder
    assert [(rung.slot, rung.team) for rung in ladder] == [("fix_owner", None), (None, "category"), (None, "success")]


YES, IF_NEEDED, NO = ChecklistNeed.REQUIRED, ChecklistNeed.IF_NEEDED, ChecklistNeed.NOT_APPLICABLE
CHECKLIST = {  # docs/policy.md#s4, escalation response checklist
    "acknowledge": (YES, YES, YES, YES),
    "create_ticket": (YES, YES, YES, YES),
    "notify_team": (YES, YES, NO, NO),
    "escalate_to_manager": (YES, IF_NEEDED, NO, NO),
    "assemble_team": (YES, IF_NEEDED, NO, NO),
    "schedule_call": (YES, YES, IF_NEEDED, NO),
    "hourly_updates": (YES, NO, NO, NO),
    "root_cause": (YES, YES, YES, IF_NEEDED),
    "post_mortem": (YES, YES, IF_NEEDED, NO),
    "monitor_health": (YES, YES, YES, NO),
}


@pytest.mark.parametrize("name", ["sev", "p-levels"])
def test_the_checklist_of_each_priority(name: str) -> None:
    policy = preset(name)
    cells = [policy.checklist_of(level.code) for level in policy.levels]
    assert {item: tuple(column[item] for column in cells) for item in cells[0]} == CHECKLIST


def test_sev_bumps_by_tier_health_and_renewal_caps_unpaid_plans_and_ships_its_floor_switched_off() -> None:
    rules = {rule.key: (rule.operation, rule.enabled) for rule in preset("sev").rules}
    assert rules == {
        "strategic-account": ("bump", True),
        "weak-health": ("bump", True),
        "renewal-quarter": ("bump", True),
        "top-tier-floor": ("floor", False),
        "unpaid-plan": ("cap", True),
    }


def test_only_three_tier_multiplies() -> None:
    rules = {
        rule.key: (rule.set_calendar, rule.multiply and float(rule.multiply)) for rule in preset("three-tier").rules
    }
    assert rules == {"enterprise-hours": ("24x7", None), "enterprise-speed": (None, 0.5)}
    assert preset("p-levels").rules == ()


def test_three_tier_carries_the_footer_of_its_source() -> None:
    policy = preset("three-tier")
    assert (policy.owner, policy.version, policy.classification) == (
        "Customer Success Team",
        "2.3",
        "Internal Use Only",
    )
    assert [str(policy.reviewed_on), str(policy.next_review_on)] == ["2025-01-01", "2025-04-01"]
    assert [level.urgency for level in policy.levels] == [
        "Escalate Immediately",
        "Escalate Same Day",
        "Escalate Within 24h",
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_a_short_definition_fits_an_option_of_a_select(name: str) -> None:
    for level in preset(name).levels:
        assert len(level.short) <= OPTION_LENGTH


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_goes_through_json_and_through_its_own_file_unchanged(name: str) -> None:
    policy = preset(name)
    assert Policy.model_validate_json(policy.model_dump_json()) == policy
    assert load(dump(policy), "dumped.yml") == policy


@pytest.mark.parametrize("name", PRESETS)
def test_the_business_calendar_is_new_york_nine_to_six(name: str) -> None:
    policy = preset(name)
    assert policy.zone.key == "America/New_York"
    assert policy.calendar("business").model_dump(mode="json") == {
        "zone": "America/New_York",
        "hours": {day: ["09:00-18:00"] for day in ("MON", "TUE", "WED", "THU", "FRI")},
        "holidays": None,
        "closed": [],
        "open": {},
    }
    if policy.has_issues:
        assert policy.calendar("legal").model_dump(mode="json")["hours"]["FRI"] == ["09:00-17:00"]


def test_a_level_is_found_by_code_label_or_alias() -> None:
    policy = preset("sev")
    for text in ("sev1", "Sev 1", " S1 ", "sev-1", "1"):
        assert policy.find_level(text) == policy.level("sev1")
    assert policy.find_level("sev9") is None
