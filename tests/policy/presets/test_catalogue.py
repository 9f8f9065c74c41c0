"""The catalogue that presets share: categories, teams, programmes, verification, patterns."""

import pytest

from bot.policy.file.loading import preset
from bot.policy.model.facts import HealthState
from bot.policy.model.levels import Requirement
from bot.policy.model.programmes import Consent
from bot.policy.schema import Visibility
from bot.policy.time.durations import Duration
from tests.support.presets import WITH_ISSUES


@pytest.mark.parametrize("name", WITH_ISSUES)
def test_the_health_track_lies_over_every_preset(name: str) -> None:
    policy = preset(name)
    track = {state: rule.cadence.in_words() for state in HealthState if (rule := policy.health_rule(state))}
    assert track == {  # docs/policy.md#s2: update SLA
        HealthState.RED: "every business day",
        HealthState.YELLOW: "every 2 business days and on Friday",
        HealthState.GREEN: "every 3 business days and on Friday",
    }


@pytest.mark.parametrize("name", WITH_ISSUES)
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
    kept_up = {category.key for category in policy.categories if category.least == policy.levels[0].code}
    assert {category.key for category in policy.categories if category.least} == kept_up
    assert kept_up == (set(CATEGORIES[:4]) if name == "three-tier" else {"security_privacy"})


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


@pytest.mark.parametrize("name", WITH_ISSUES)
def test_each_category_has_its_team_its_address_and_its_answer(name: str) -> None:
    policy = preset(name)
    reached = {}
    for category in policy.categories:
        team = policy.team(category.team or "")
        reached[category.key] = (team.email, str(team.response), team.calendar)
    assert reached == {  # docs/policy.md#s3, docs/policy.md#team-answer
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


@pytest.mark.parametrize("name", WITH_ISSUES)
def test_each_category_tells_its_triggers_what_to_include_and_what_not_to_do(name: str) -> None:
    policy = preset(name)
    told = {c.key: (len(c.triggers), len(c.required), len(c.do), len(c.dont)) for c in policy.categories}
    assert told == {  # docs/policy.md#s3: triggers, "Include", do and do not
        "security_privacy": (5, 3, 1, 1),
        "financial": (5, 4, 0, 0),
        "service_outage": (3, 3, 0, 0),
        "legal_compliance": (5, 0, 1, 2),
        "technical": (5, 1, 0, 0),
        "account_access": (4, 3, 0, 0),
        "angry_customer": (4, 1, 1, 0),
        "product_question": (5, 0, 1, 0),  # with "If customer wants follow-up", which asks the team
        "complex_billing": (5, 3, 0, 0),
        "partnership": (4, 3, 0, 0),
        "media": (4, 0, 1, 2),
    }
    texts = [trigger.text for category in policy.categories for trigger in category.triggers]
    assert "Refund request over $500" in texts
    assert "Customer has complained 3+ times in one conversation" in texts


@pytest.mark.parametrize("name", WITH_ISSUES)
def test_security_and_legal_are_confidential_and_evidence_is_preserved(name: str) -> None:
    policy = preset(name)
    private = [c.key for c in policy.categories if c.visibility is Visibility.PRIVATE]
    assert private == ["security_privacy", "legal_compliance"]
    assert [c.key for c in policy.categories if c.preserve_evidence] == ["security_privacy"]


@pytest.mark.parametrize("name", WITH_ISSUES)
def test_one_matter_in_two_categories_goes_to_one_and_copies_the_other(name: str) -> None:
    policy = preset(name)
    keyed = {
        (category.key, trigger.key): (trigger.category, trigger.copies)
        for category in policy.categories
        for trigger in category.triggers
        if trigger.copies or trigger.category
    }
    assert keyed == {  # docs/policy.md#x25
        ("security_privacy", "gdpr_deletion"): (None, ("legal",)),
        ("security_privacy", "subpoena"): ("legal_compliance", ()),
        ("financial", "fraud"): (None, ("security",)),
        ("service_outage", "several_customers"): (None, ("incidents",)),
        ("legal_compliance", "subpoena"): (None, ("security",)),
        ("partnership", "press"): ("media", ()),
    }


@pytest.mark.parametrize("name", WITH_ISSUES)
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
    asked = {
        (category.key, trigger.key): trigger.verification
        for category in preset(name).categories
        for trigger in category.triggers
        if trigger.verification
    }
    assert asked == {
        ("security_privacy", "gdpr_deletion"): "high",
        ("legal_compliance", "privacy_request"): "high",
    }


@pytest.mark.parametrize("name", WITH_ISSUES)
def test_three_in_thirty_days_and_the_other_patterns(name: str) -> None:
    patterns = preset(name).patterns
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
    assert (str(patterns.chase.after), str(patterns.chase.heaviest)) == ("24bh", "1d")
    assert patterns.chase.copies == ("success",)


@pytest.mark.parametrize("name", WITH_ISSUES)
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
