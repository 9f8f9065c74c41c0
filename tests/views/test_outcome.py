"""The outcome in words: the facts of a rule are told about the account by its name."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.policy.file.loading import PRESETS, preset
from bot.policy.model.conditions import Subject
from bot.policy.model.facts import ISSUE, AccountFacts, History, Issue
from bot.policy.record.weights import ReachedLevel, weighed_level
from bot.views.declaring.outcome import about_the_account
from bot.views.kit.text import near_moment

NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("the tier is strategic", "Acme is strategic"),
        ("the tier is strategic and health 54 is below 60", "Acme is strategic and its health is 54"),
        (
            "health 68 is at most 70 and the renewal is on 9 May",
            "Acme's health is 68 and its renewal is on 9 May",
        ),
        ("the plan is enterprise", "Acme is on the enterprise plan"),
        ("the account is a VIP and the account has a dedicated CSM", "Acme is a VIP and it has a dedicated CSM"),
        ("the account's ARR is within the rule's bounds", "Acme's ARR is within the rule's bounds"),
        ("Security is never below it", "Security is never below it"),
        ("this is escalation 3 of the account within 30 days", "this is escalation 3 of the account within 30 days"),
    ],
)
def test_the_facts_of_a_rule_are_told_by_name(facts: str, said: str) -> None:
    assert about_the_account(facts, "Acme") == said


def test_without_a_name_they_are_told_of_the_account() -> None:
    assert about_the_account("the tier is strategic", None) == "the account is strategic"


@pytest.mark.parametrize("name", PRESETS)
def test_a_level_is_moved_by_facts_exactly_where_it_rises(name: str) -> None:
    policy = preset(name)
    for level in policy.levels:
        for account in (
            AccountFacts(name="Acme"),
            AccountFacts(name="Acme", tier="strategic", health=40, plan="enterprise"),
        ):
            issue = Issue(level=level.code, kind=ISSUE)
            subject = Subject(account, issue, History(), level.code, NOW.date())
            reached = weighed_level(policy, ReachedLevel(level.code), subject, None)
            assert bool(reached.moved_by) == (reached.level != level.code)


def test_a_moment_that_is_near_is_a_time_and_any_other_has_its_day() -> None:
    assert "^{time}|" in near_moment(NOW + timedelta(minutes=15), NOW)
    assert "^{date_pretty} at {time}|" in near_moment(NOW + timedelta(hours=13), NOW)
