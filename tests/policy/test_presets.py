"""Every number of the sources, where the presets carry it. S0 to S4 are the five documents behind the policies."""

from typing import Any

import pytest

from bot.policy.durations import Duration
from bot.policy.facts import HealthState
from bot.policy.levels import OPTION_LENGTH, Level, Need, Requirement
from bot.policy.loading import PRESETS, dump, load, preset
from bot.policy.programmes import Consent
from bot.policy.rules import Policy
from bot.policy.schema import Visibility

LEVELS: dict[str, list[dict[str, Any]]] = {
    "sev": [  # S1, step 1; the watch after resolution is S4's
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
    "p-levels": [  # S4, checklist and step 4
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
    "three-tier": [  # S3, response SLA commitments
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
def test_people_are_invited_told_and_paged_by_level(name: str, code: str, invite: str, tell: str, page: str) -> None:
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


YES, IF_NEEDED, NO = Need.REQUIRED, Need.IF_NEEDED, Need.NOT_APPLICABLE
CHECKLIST = {  # S4, escalation response checklist
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


@pytest.mark.parametrize("name", PRESETS)
def test_the_health_track_lies_over_every_preset(name: str) -> None:
    policy = preset(name)
    track = {state: rule.cadence.in_words() for state in HealthState if (rule := policy.health_rule(state))}
    assert track == {  # S2, update SLA
        HealthState.RED: "every business day",
        HealthState.YELLOW: "every 2 business days and on Friday",
        HealthState.GREEN: "every 3 business days and on Friday",
    }


@pytest.mark.parametrize("name", PRESETS)
def test_an_account_programme_has_five_criteria_and_three_consents(name: str) -> None:
    programme, issue = preset(name).kind("account"), preset(name).kind("issue")
    assert len(programme.criteria) == 5
    assert len(programme.sources) == 6
    assert programme.accept_after == Duration.parse("1bd")
    assert programme.consents == (Consent.CUSTOMER, Consent.STAKEHOLDERS, Consent.SUCCESS_CRITERIA)
    assert programme.remediation_plan
    assert issue.consents == (Consent.CUSTOMER,)
    assert programme.review is (Requirement.NONE if name == "gitlab" else Requirement.REQUIRED)


CATEGORIES = [
    "security_privacy",
    "financial",
    "service_outage",
    "legal_compliance",
    "technical",
    "account_access",
    "angry_customer",
    "product_question",
    "complex_billing",
    "partnership",
    "media",
]


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("sev", "sev1 sev2 sev1 sev2 sev2 sev2 sev2 sev4 sev4 sev4 sev2"),
        ("p-levels", "p1 p2 p1 p2 p2 p2 p2 p4 p4 p4 p2"),
        (
            "three-tier",
            "critical critical critical critical high high high standard standard standard high",
        ),
        ("gitlab", "critical high critical high high high high low low low high"),
    ],
)
def test_each_category_starts_where_its_source_puts_it(name: str, starts: str) -> None:
    policy = preset(name)
    assert [category.key for category in policy.categories] == CATEGORIES
    assert [category.level for category in policy.categories] == starts.split()
    assert {c.key: c.least for c in policy.categories if c.least} == {"security_privacy": policy.levels[0].code}


def test_only_three_tier_states_answers_by_category() -> None:
    assert {
        category.key: str(category.response) for category in preset("three-tier").categories if category.response
    } == {
        "technical": "4bh",
        "account_access": "2bh",
        "angry_customer": "1bh",
        "product_question": "24bh",
        "complex_billing": "24bh",
        "partnership": "48bh",
    }
    for name in ("sev", "p-levels", "gitlab"):
        assert all(category.response is None for category in preset(name).categories)


@pytest.mark.parametrize("name", PRESETS)
def test_each_category_has_its_team_its_address_and_its_answer(name: str) -> None:
    policy = preset(name)
    reached = {}
    for category in policy.categories:
        team = policy.team(category.team or "")
        reached[category.key] = (team.email, str(team.response), team.calendar)
    assert reached == {  # S3, per category and team contact directory; POLICY.md "Team answer"
        "security_privacy": ("security@example.com", "30m", "24x7"),
        "financial": ("billing@example.com", "24bh", "business"),
        "service_outage": ("operations@example.com", "24bh", "business"),
        "legal_compliance": ("legal@example.com", "24bh", "legal"),
        "technical": ("tech-support@example.com", "24bh", "business"),
        "account_access": ("access@example.com", "24bh", "business"),
        "angry_customer": ("escalations@example.com", "24bh", "business"),
        "product_question": ("product@example.com", "24bh", "business"),
        "complex_billing": ("billing@example.com", "24bh", "business"),
        "partnership": ("partnerships@example.com", "48bh", "business"),
        "media": ("press@example.com", "24bh", "business"),
    }
    others = {key: policy.team(key).email for key in ("success", "verification", "incidents", "training")}
    assert others == {
        "success": "success@example.com",
        "verification": "verification@example.com",
        "incidents": "incidents@example.com",
        "training": "support-training@example.com",
    }
    assert policy.team("tech_support").slack == "#tech-support-escalations"
    assert policy.team("incidents").slack == "#incidents"
    assert policy.category("media").alert == ("#marketing-alerts",)


@pytest.mark.parametrize("name", PRESETS)
def test_each_category_tells_its_triggers_what_to_include_and_what_not_to_do(name: str) -> None:
    policy = preset(name)
    told = {c.key: (len(c.triggers), len(c.required), len(c.do), len(c.dont)) for c in policy.categories}
    assert told == {  # S3: triggers, "Include", do and do not
        "security_privacy": (5, 3, 1, 1),
        "financial": (5, 4, 0, 0),
        "service_outage": (3, 3, 0, 0),
        "legal_compliance": (5, 0, 1, 2),
        "technical": (5, 1, 0, 0),
        "account_access": (4, 3, 0, 0),
        "angry_customer": (4, 1, 1, 0),
        "product_question": (4, 0, 1, 0),
        "complex_billing": (5, 3, 0, 0),
        "partnership": (4, 3, 0, 0),
        "media": (4, 0, 1, 2),
    }
    texts = [trigger.text for category in policy.categories for trigger in category.triggers]
    assert "Refund request over $500" in texts
    assert "Customer has complained 3+ times in one conversation" in texts


@pytest.mark.parametrize("name", PRESETS)
def test_security_and_legal_are_confidential_and_evidence_is_preserved(name: str) -> None:
    policy = preset(name)
    private = [c.key for c in policy.categories if c.visibility is Visibility.PRIVATE]
    assert private == ["security_privacy", "legal_compliance"]
    assert [c.key for c in policy.categories if c.preserve_evidence] == ["security_privacy"]


@pytest.mark.parametrize("name", PRESETS)
def test_one_matter_in_two_categories_goes_to_one_and_copies_the_other(name: str) -> None:
    policy = preset(name)
    keyed = {
        (category.key, trigger.key): (trigger.category, trigger.copies)
        for category in policy.categories
        for trigger in category.triggers
        if trigger.copies or trigger.category
    }
    assert keyed == {  # POLICY.md X25
        ("security_privacy", "gdpr_deletion"): (None, ("legal",)),
        ("security_privacy", "subpoena"): ("legal_compliance", ()),
        ("financial", "fraud"): (None, ("security",)),
        ("service_outage", "several_customers"): (None, ("incidents",)),
        ("legal_compliance", "subpoena"): (None, ("security",)),
        ("partnership", "press"): ("media", ()),
    }


@pytest.mark.parametrize("name", PRESETS)
def test_identity_is_checked_in_three_tiers(name: str) -> None:
    tiers = preset(name).verification.tiers
    assert {tier.key: (tier.factors, len(tier.of), tier.approval) for tier in tiers} == {
        "low": (1, 2, False),
        "medium": (2, 5, False),
        "high": (3, 3, True),
    }
    assert [tier.examples for tier in tiers] == [
        ("General questions", "Password reset"),
        ("2FA removal", "Email change", "Plan modifications"),
        ("Data deletion", "Account transfer", "Legal holds"),
    ]
    assert preset(name).category("account_access").verification == "medium"


@pytest.mark.parametrize("name", PRESETS)
def test_three_in_thirty_days_and_the_other_patterns(name: str) -> None:
    patterns, policy = preset(name).patterns, preset(name)
    assert patterns.repeats is not None
    assert (patterns.repeats.count, patterns.repeats.within_days) == (3, 30)
    assert len(patterns.repeats.questions) == len(patterns.repeats.steps) == 4
    assert patterns.churn_risk is not None
    assert (len(patterns.churn_risk.signs), len(patterns.churn_risk.steps)) == (5, 4)
    assert patterns.enterprise is not None
    assert len(patterns.enterprise.identified_by) == 3
    assert patterns.major_incident is not None
    assert len(patterns.major_incident.dont) == len(patterns.major_incident.track) == 3
    assert patterns.chase is not None
    assert (str(patterns.chase.after), patterns.chase.copies) == ("24bh", ("success",))
    assert policy.targets.escalation_rate_below_percent == 15


@pytest.mark.parametrize("name", PRESETS)
def test_the_intake_asks_for_everything_and_knows_good_from_poor(name: str) -> None:
    intake = preset(name).intake
    assert [(section.key, len(section.facts)) for section in intake.sections] == [
        ("customer", 5),
        ("issue", 4),
        ("tried", 3),
        ("supporting", 4),
        ("urgency", 3),
    ]
    assert [len(listed) for listed in (intake.do, intake.dont, intake.good, intake.poor)] == [6, 4, 6, 5]
    assert len(preset(name).training.new_hires) == 4


def test_sev_bumps_by_tier_health_and_renewal_and_ships_its_floor_switched_off() -> None:
    rules = {rule.key: (rule.operation, rule.enabled) for rule in preset("sev").rules}
    assert rules == {
        "strategic-account": ("bump", True),
        "weak-health": ("bump", True),
        "renewal-quarter": ("bump", True),
        "top-tier-floor": ("floor", False),
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
    assert policy.calendar("legal").model_dump(mode="json")["hours"]["FRI"] == ["09:00-17:00"]


def test_a_level_is_found_by_code_label_or_alias() -> None:
    policy = preset("sev")
    for text in ("sev1", "Sev 1", " S1 ", "sev-1", "1"):
        assert policy.find_level(text) == policy.level("sev1")
    assert policy.find_level("sev9") is None
