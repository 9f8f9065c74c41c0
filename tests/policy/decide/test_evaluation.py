from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.policy.decide.evaluation import Decision, Override, evaluate
from bot.policy.file.loading import load, preset
from bot.policy.model.facts import AccountFacts, HealthState, History, Issue
from bot.policy.model.levels import ChecklistNeed, Requirement
from bot.policy.record.sla import Terms
from bot.policy.schema import Visibility
from bot.policy.time.durations import Duration

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = datetime(2025, 1, 10, 17, tzinfo=NEW_YORK)
SATURDAY = datetime(2025, 1, 11, 12, tzinfo=NEW_YORK)


def decide(
    level: str | None = "sev3", at: datetime = FRIDAY, *, issue: dict[str, Any] | None = None, **account: Any
) -> Decision:
    return evaluate(preset("sev"), AccountFacts(**account), Issue(level=level, **(issue or {})), declared_at=at)


def local(at: datetime | None) -> str | None:
    return at.astimezone(NEW_YORK).strftime("%a %Y-%m-%d %H:%M") if at else None


def test_a_plain_account_gets_the_level_chosen_and_nothing_to_explain() -> None:
    decision = decide("sev3", SATURDAY, health=90)
    assert (decision.chosen, decision.level, decision.trace) == ("sev3", "sev3", ())
    assert local(decision.due.response) == "Tue 2025-01-14 09:00"
    assert local(decision.due.resolution) == "Mon 2025-01-20 09:00"
    assert local(decision.due.customer_update) == "Tue 2025-01-14 09:00"
    assert decision.due.team_response is None
    assert decision.due.review is None


def test_weak_health_bumps_the_level_and_says_so() -> None:
    decision = decide("sev3", health=54)
    assert decision.level == "sev2"
    assert decision.trace == ("Sev 3 chosen → Sev 2, because health 54 is below 60 (rule weak-health).",)


def test_health_of_sixty_is_not_weak() -> None:
    assert decide("sev3", health=60).level == "sev3"


def test_a_strategic_account_is_bumped_however_healthy() -> None:
    decision = decide("sev3", tier="Strategic", health=90)
    assert decision.level == "sev2"
    assert decision.trace == ("Sev 3 chosen → Sev 2, because the tier is Strategic (rule strategic-account).",)


@pytest.mark.parametrize(
    ("renewal_on", "health", "level"),
    [
        ("2025-02-19", 70, "sev2"),
        ("2025-01-10", 70, "sev2"),
        ("2025-04-10", 70, "sev2"),
        ("2025-04-11", 70, "sev3"),
        ("2025-01-09", 70, "sev3"),
        ("2025-02-19", 71, "sev3"),
        ("2025-02-19", None, "sev3"),
    ],
)
def test_a_renewal_within_ninety_days_weighs_at_seventy_percent_health(
    renewal_on: str, health: int | None, level: str
) -> None:
    assert decide("sev3", tier="standard", health=health, renewal_on=date.fromisoformat(renewal_on)).level == level


def test_the_renewal_is_counted_in_days_of_the_policys_zone() -> None:
    just_before_midnight = datetime(2025, 1, 11, 4, 59, tzinfo=ZoneInfo("UTC"))
    assert decide("sev3", just_before_midnight, health=70, renewal_on=date(2025, 1, 10)).level == "sev2"


def test_all_bumps_together_move_one_step_and_each_is_reported() -> None:
    decision = decide("sev4", tier="strategic", health=54, renewal_on=date(2025, 2, 19))
    assert decision.level == "sev3"
    assert decision.trace == (
        "Sev 4 chosen → Sev 3, because the tier is strategic (rule strategic-account).",
        "Also because health 54 is below 60 (rule weak-health). Rules move it one level at most.",
        "Also because health 54 is at most 70 and the renewal is on 19 Feb 2025 (rule renewal-quarter).",
    )


def test_nothing_is_bumped_above_the_top() -> None:
    decision = decide("sev1", tier="strategic")
    assert decision.level == "sev1"
    assert decision.trace == (
        (
            "Sev 1 as chosen, the highest. A lower choice would rise because the tier is strategic "
            "(rule strategic-account)."
        ),
    )


def test_two_reasons_at_the_top_are_not_told_as_one_twice() -> None:
    told = decide("sev1", tier="strategic", health=54).trace
    assert [sentence.partition(",")[0].partition(" because")[0] for sentence in told] == ["Sev 1 as chosen", "Also"]
    assert all(sentence.count("as chosen") <= 1 for sentence in told)


def test_a_category_holds_the_level_up() -> None:
    decision = decide("sev4", issue={"category": "security_privacy"})
    assert decision.level == "sev1"
    assert decision.trace == (
        "Sev 4 → Sev 1, because Security & Privacy is never below it (category security_privacy).",
        "The channel is private, because Security & Privacy is confidential (category security_privacy).",
    )
    assert decision.visibility is Visibility.PRIVATE
    assert decision.preserve_evidence


@pytest.mark.parametrize("plan", ["free", "Trial"])
def test_a_plan_that_pays_nothing_is_capped_at_sev_2(plan: str) -> None:
    decision = decide("sev1", plan=plan)
    assert (decision.chosen, decision.level) == ("sev1", "sev2")
    assert decision.trace == (f"Sev 1 → Sev 2, because the plan is {plan} (rule unpaid-plan).",)
    assert decision.moved_by == (f"the plan is {plan}",)
    assert decide("sev4", plan=plan).trace == ()


@pytest.mark.parametrize("plan", [None, "business", "enterprise"])
def test_a_plan_that_pays_or_is_unknown_is_not_capped(plan: str | None) -> None:
    assert decide("sev1", plan=plan).level == "sev1"


def test_a_cap_takes_a_bump_back_and_both_are_told() -> None:
    decision = decide("sev2", plan="free", health=54)
    assert decision.level == "sev2"
    assert decision.trace == (
        "Sev 2 chosen → Sev 1, because health 54 is below 60 (rule weak-health).",
        "Sev 1 → Sev 2, because the plan is free (rule unpaid-plan).",
    )
    assert decision.moved_by == ()


def test_the_categorys_least_level_stands_above_a_cap() -> None:
    decision = decide("sev1", plan="free", issue={"category": "security_privacy"})
    assert decision.level == "sev1"
    assert decision.trace[0] == (
        "Sev 1 stays, because Security & Privacy is never below it (category security_privacy). "
        "It would be capped because the plan is free (rule unpaid-plan)."
    )


def test_an_override_stands_above_a_cap() -> None:
    override = Override("sev1", "Maria Lopez", "they sign on Friday")
    decision = evaluate(
        preset("sev"), AccountFacts(plan="free"), Issue(level="sev1"), declared_at=FRIDAY, override=override
    )
    assert decision.level == "sev1"
    assert decision.trace[-1] == "Sev 2 → Sev 1, by override of Maria Lopez: they sign on Friday."


def test_of_several_caps_the_lowest_holds_also_below_a_floor() -> None:
    rules = """
rules:
  floor: {when: {tier: standard}, floor: sev1}
  wide: {when: {tier: standard}, cap: sev2}
  narrow: {when: {region: EMEA}, cap: sev3}
"""
    policy = load("extends: sev\nname: own" + rules, "own.yml")
    account = AccountFacts(tier="standard", region="EMEA")
    decision = evaluate(policy, account, Issue(level="sev2"), declared_at=FRIDAY)
    assert decision.level == "sev3"
    assert decision.trace == (
        "Sev 2 → Sev 1, because the tier is standard (rule floor).",
        "Sev 1 → Sev 3, because the region is EMEA (rule narrow).",
    )
    assert decision.moved_by == ("the region is EMEA",)


def test_without_a_choice_the_category_preselects() -> None:
    decision = decide(None, issue={"category": "product_question"})
    assert decision.chosen == decision.level == "sev4"
    assert decision.trace == (
        "Sev 4, because that is where Product Questions Beyond Knowledge Base starts (category product_question).",
    )


def test_with_neither_choice_nor_category_it_is_the_lightest_level() -> None:
    assert decide(None).level == "sev4"


def test_the_reporters_choice_beats_the_category() -> None:
    assert decide("sev3", issue={"category": "service_outage"}).level == "sev3"


def test_an_override_has_the_last_word_and_names_who_and_why() -> None:
    override = Override("sev3", "Maria Lopez", "the customer agreed to wait.")
    decision = evaluate(
        preset("sev"), AccountFacts(health=54), Issue(level="sev3"), declared_at=FRIDAY, override=override
    )
    assert decision.level == "sev3"
    assert decision.trace[-1] == "Sev 2 → Sev 3, by override of Maria Lopez: the customer agreed to wait."
    same = evaluate(preset("sev"), AccountFacts(), Issue(level="sev3"), declared_at=FRIDAY, override=override)
    assert same.trace == ("Sev 3 stands, by override of Maria Lopez: the customer agreed to wait.",)


def test_sev_2_answers_around_the_clock_and_resolves_on_business_days() -> None:
    decision = decide("sev2", SATURDAY)
    assert decision.response == Terms(Duration.parse("1h"), "24x7")
    assert decision.resolution == Terms(Duration.parse("1bd"), "business")
    assert local(decision.due.response) == "Sat 2025-01-11 13:00"
    assert local(decision.due.resolution) == "Tue 2025-01-14 09:00"


def test_the_first_update_counts_from_the_declaration_and_later_ones_from_the_last() -> None:
    assert local(decide("sev2").due.customer_update) == "Fri 2025-01-10 19:00"
    updated = evaluate(
        preset("sev"),
        AccountFacts(),
        Issue(level="sev2"),
        declared_at=FRIDAY,
        last_update_at=datetime(2025, 1, 10, 18, 10, tzinfo=NEW_YORK),
    )
    assert local(updated.due.customer_update) == local(updated.due.internal_update) == "Fri 2025-01-10 20:10"


@pytest.mark.parametrize(
    ("last_update", "due"),
    [
        ("2025-01-07T10:00", "Thu 2025-01-09 10:00"),
        ("2025-01-09T10:00", "Fri 2025-01-10 18:00"),
        ("2025-01-10T16:00", "Tue 2025-01-14 16:00"),
    ],
)
def test_a_yellow_programme_is_updated_every_other_day_and_on_friday(last_update: str, due: str) -> None:
    last = datetime.fromisoformat(last_update).replace(tzinfo=NEW_YORK)
    decision = evaluate(
        preset("sev"),
        AccountFacts(),
        Issue(level="sev4", kind="account", health=HealthState.YELLOW),
        declared_at=datetime(2025, 1, 6, 9, tzinfo=NEW_YORK),
        last_update_at=last,
    )
    assert local(decision.due.customer_update) == local(decision.due.internal_update) == due
    assert decision.trace[0] == (
        "Updates are due every 2 business days and on Friday at least, because the programme is YELLOW."
    )


def test_the_stricter_of_level_and_health_sets_the_pace() -> None:
    decision = decide("sev2", SATURDAY, issue={"kind": "account", "health": HealthState.GREEN})
    assert local(decision.due.customer_update) == "Sat 2025-01-11 14:00"
    assert decision.trace == ()
    friday = decide("sev2", FRIDAY, issue={"kind": "account", "health": HealthState.GREEN})
    assert local(friday.due.customer_update) == "Fri 2025-01-10 18:00"


def test_a_programme_is_reviewed_whatever_its_level() -> None:
    decision = decide("sev4", issue={"kind": "account"})
    assert decision.review is Requirement.REQUIRED
    assert local(decision.due.review) == "Fri 2025-01-17 17:00"
    assert decision.trace == ("A review is required, because Account programme says so (kind account).",)


def test_sev_1_brings_the_manager_and_pages_the_fix_owner() -> None:
    decision = decide("sev1")
    assert decision.roles == decision.invite == ("fix_owner", "relationship_owner", "manager")
    assert decision.page == ("fix_owner",)
    assert decide("sev2").page == ()
    assert decide("sev3").roles == ("fix_owner", "relationship_owner")


def test_the_checklist_names_every_item() -> None:
    checklist = decide("sev3").checklist
    assert checklist["root_cause"] is ChecklistNeed.REQUIRED
    assert checklist["schedule_call"] is ChecklistNeed.IF_NEEDED
    assert checklist["assemble_team"] is ChecklistNeed.NOT_APPLICABLE
    assert list(checklist) == [item.key for item in preset("sev").checklist]


def test_the_team_of_a_category_answers_on_its_own_clock() -> None:
    decision = decide("sev2", issue={"category": "legal_compliance"})
    assert decision.team_response == Terms(Duration.parse("24bh"), "legal")
    assert local(decision.due.team_response) == "Wed 2025-01-15 17:00"
    security = decide("sev1", SATURDAY, issue={"category": "security_privacy"})
    assert local(security.due.team_response) == "Sat 2025-01-11 12:30"


def test_a_trigger_brings_other_teams_and_stricter_checks() -> None:
    deletion = decide("sev1", issue={"category": "security_privacy", "triggers": frozenset({"gdpr_deletion"})})
    assert (deletion.team, deletion.copies, deletion.verification) == ("security", ("legal",), "high")
    fraud = decide("sev2", issue={"category": "financial", "triggers": frozenset({"fraud"})})
    assert (fraud.team, fraud.copies) == ("billing", ("security",))
    assert decide("sev2", issue={"category": "media"}).alert == ("#marketing-alerts",)
    assert decide("sev2", issue={"category": "account_access"}).verification == "medium"


def test_the_strictest_check_that_is_asked_for_holds() -> None:
    policy = load(
        "extends: sev\nname: own\ncategories:\n  account_access:\n"
        "    triggers: [{key: transfer, text: Account transfer, verification: high}, {key: hello, text: Hello}]\n",
        "own.yml",
    )
    for trigger, tier in (("transfer", "high"), ("hello", "medium")):
        issue = Issue(level="sev3", category="account_access", triggers=frozenset({trigger}))
        assert evaluate(policy, AccountFacts(), issue, declared_at=FRIDAY).verification == tier


OWN_RULES = """
extends: sev
name: own
calendars:
  london: {zone: Europe/London, hours: {MON-FRI: "09:00-17:00"}}
categories:
  technical: {response: 30m}
rules:
  weak-health: {enabled: false}
  top-tier-floor: {enabled: true}
  faster: {when: {vip: true}, multiply: 0.5}
  london: {when: {region: EMEA}, set_calendar: london}
  repeat: {when: {escalations: {at_least: 3, within_days: 30}}, tag: Case review}
  sponsor: {when: {arr: {above: 1000000}}, add_role: executive_sponsor}
"""


def own(level: str, at: datetime, history: History | None = None, **account: Any) -> Decision:
    policy = load(OWN_RULES, "own.yml")
    return evaluate(policy, AccountFacts(**account), Issue(level=level), declared_at=at, history=history or History())


def test_a_floor_holds_the_level_up_when_switched_on() -> None:
    decision = own("sev4", FRIDAY, health=54)
    assert decision.level == "sev2"
    assert decision.trace == ("Sev 4 → Sev 2, because health 54 is below 60 (rule top-tier-floor).",)


def test_the_highest_floor_wins_over_a_bump() -> None:
    decision = own("sev4", FRIDAY, tier="strategic")
    assert decision.level == "sev2"
    assert decision.trace == (
        "Sev 4 chosen → Sev 3, because the tier is strategic (rule strategic-account).",
        "Sev 3 → Sev 2, because the tier is strategic (rule top-tier-floor).",
    )


def test_of_several_floors_the_highest_wins_and_none_lowers_a_level() -> None:
    policy = load(
        OWN_RULES + "  low: {when: {vip: true}, floor: sev3}\n  high: {when: {vip: true}, floor: sev2}\n", "own.yml"
    )
    raised = evaluate(policy, AccountFacts(vip=True), Issue(level="sev4"), declared_at=FRIDAY)
    assert raised.level == "sev2"
    assert raised.trace[0] == "Sev 4 → Sev 2, because the account is a VIP (rule high)."
    for level in ("sev2", "sev1"):
        kept = evaluate(policy, AccountFacts(vip=True), Issue(level=level), declared_at=FRIDAY)
        assert kept.level == level
        assert not any("floor" in sentence or "rule high" in sentence for sentence in kept.trace)


def test_of_several_calendars_the_last_rule_wins() -> None:
    policy = load(OWN_RULES + "  always: {when: {vip: true}, set_calendar: 24x7}\n", "own.yml")
    decision = evaluate(policy, AccountFacts(region="EMEA", vip=True), Issue(level="sev3"), declared_at=FRIDAY)
    assert decision.response == Terms(Duration.parse("12h"), "24x7")
    assert decision.trace[0] == (
        "Response and resolution are counted round the clock, because the account is a VIP (rule always)."
    )


def test_half_of_business_days_is_half_of_their_opening_hours() -> None:
    decision = own("sev3", datetime(2025, 1, 6, 10, tzinfo=NEW_YORK), vip=True)
    assert decision.response == Terms(Duration.parse("4bh30bm"), "business")
    assert local(decision.due.response) == "Mon 2025-01-06 14:30"
    assert decision.trace == (
        (
            "Response 1 business day → 4 business hours 30 minutes and resolution 5 business days → "
            "22 business hours 30 minutes, because the account is a VIP (rule faster)."
        ),
    )


def test_another_calendar_moves_business_time_and_leaves_wall_time_and_cadence() -> None:
    decision = own("sev3", FRIDAY, region="EMEA")
    assert decision.response == Terms(Duration.parse("1bd"), "london")
    assert local(decision.due.response) == "Tue 2025-01-14 04:00"
    assert local(decision.due.customer_update) == "Mon 2025-01-13 17:00"
    assert decision.trace == (
        "Response and resolution are counted on the calendar london, because the region is EMEA (rule london).",
    )
    first = own("sev1", FRIDAY, region="EMEA")
    assert first.trace == ()


def test_a_category_above_its_level_takes_the_shorter_response() -> None:
    policy = load(OWN_RULES, "own.yml")
    at_default = evaluate(policy, AccountFacts(), Issue(level="sev2", category="technical"), declared_at=FRIDAY)
    assert local(at_default.due.response) == "Fri 2025-01-10 17:30"
    assert at_default.trace == (
        "Response 1 hour → 30 minutes, because Technical Issues asks for it (category technical).",
    )
    above = evaluate(policy, AccountFacts(), Issue(level="sev1", category="technical"), declared_at=FRIDAY)
    assert local(above.due.response) == "Fri 2025-01-10 17:15"
    assert above.trace == ()


def test_if_both_are_due_at_once_the_levels_own_response_counts() -> None:
    policy = load(OWN_RULES.replace("{response: 30m}", "{response: 24h}"), "own.yml")
    monday = datetime(2025, 1, 6, 10, tzinfo=NEW_YORK)
    decision = evaluate(policy, AccountFacts(), Issue(level="sev3", category="technical"), declared_at=monday)
    assert decision.response == Terms(Duration.parse("1bd"), "business")
    assert decision.trace == ()


def test_history_marks_and_revenue_brings_people_without_telling_the_amount() -> None:
    history = History(declared_on=(date(2024, 12, 12), date(2025, 1, 10)))
    decision = own("sev3", FRIDAY, history=history, arr=2_000_000)
    assert decision.tags == ("Case review",)
    assert decision.roles == ("fix_owner", "relationship_owner", "executive_sponsor")
    assert decision.trace == (
        "Executive sponsor is brought in, because the account's ARR is within the rule's bounds (rule sponsor).",
        "Marked Case review, because this is escalation 3 of the account within 30 days (rule repeat).",
    )
    earlier = History(declared_on=(date(2024, 12, 11), date(2025, 1, 10)))
    assert own("sev3", FRIDAY, history=earlier).tags == ()
