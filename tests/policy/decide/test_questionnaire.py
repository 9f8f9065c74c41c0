"""The questionnaire: the category's facts first, and nothing that the record has already."""

from dataclasses import replace

import pytest

from bot.policy.decide.questionnaire import KnownFact, asks_anything, questionnaire
from bot.policy.file.loading import load, preset
from bot.policy.model.facts import ACCOUNT, AccountFacts
from bot.policy.record.escalation import EscalationFacts
from tests.support.escalations import escalation

SEV = preset("sev")


def labels(facts: EscalationFacts, **answers: str) -> dict[str, list[str]]:
    given = {key.replace("__", "."): KnownFact(text) for key, text in answers.items()}
    found = questionnaire(SEV, facts, given)
    return {group.label: [question.label for question in group.questions] for group in found.groups}


def test_without_a_category_the_policys_list_is_asked() -> None:
    asked = labels(escalation())
    assert list(asked) == [
        "Customer details",
        "Issue details",
        "What you have tried",
        "Supporting information",
        "Urgency assessment",
    ]
    assert asked["Customer details"] == ["Name", "Email", "User ID", "Plan type", "Company name"]


def test_what_the_category_requires_comes_first_and_is_asked_once() -> None:
    asked = labels(replace(escalation(), category="financial"))
    assert next(iter(asked.items())) == ("What Billing needs", ["Transaction ID", "User ID", "Amount", "Description"])
    assert asked["Customer details"] == ["Name", "Email", "Plan type", "Company name"]


def test_a_required_fact_counts_although_the_list_calls_it_optional() -> None:
    found = questionnaire(SEV, replace(escalation(), category="partnership"), {})
    company = next(question for question in found.questions if question.key == "customer.company")
    assert not company.optional
    assert found.mark.wanted == questionnaire(SEV, escalation(), {}).mark.wanted + 3


def test_an_answer_belongs_to_its_fact_wherever_that_is_asked() -> None:
    answers = {"customer.user_id": KnownFact("u-17")}
    for category in (None, "financial"):
        found = questionnaire(SEV, replace(escalation(), category=category), answers)
        assert [question.answer for question in found.questions if question.label == "User ID"] == [KnownFact("u-17")]


def test_what_the_record_says_is_known() -> None:
    account = AccountFacts(name="Acme", plan="business")
    found = questionnaire(SEV, replace(escalation(), account=account, summary="Exports are down"), {})
    known = {question.key: question.answer.text for question in found.questions if question.answer}
    assert known == {"customer.plan": "business", "customer.company": "Acme", "issue.summary": "Exports are down"}
    # The company's name is optional, so it counts neither way.
    assert (found.mark.known, found.mark.wanted) == (2, 17)


def test_what_somebody_filled_in_stands_before_what_the_record_says() -> None:
    found = questionnaire(SEV, escalation(), {"issue.summary": KnownFact("All exports fail", by="U01ANA")})
    summary = next(question for question in found.questions if question.key == "issue.summary")
    assert summary.answer == KnownFact("All exports fail", by="U01ANA")


def test_nothing_is_missing_when_all_that_counts_is_known() -> None:
    every = {question.key: KnownFact("x") for question in questionnaire(SEV, escalation(), {}).missing}
    found = questionnaire(SEV, escalation(), every)
    assert found.missing == ()
    assert found.mark.known == found.mark.wanted


@pytest.mark.parametrize(
    ("policy", "asks"), [(SEV, True), (load("extends: sev\nname: own\nintake: null\n", "o"), False)]
)
def test_a_policy_without_a_list_asks_nothing(policy: object, asks: bool) -> None:  # noqa: FBT001 - a parameter
    assert asks_anything(policy, escalation()) is asks  # type: ignore[arg-type] # `parametrize` knows no types


def test_a_programme_is_not_asked_what_issues_are() -> None:
    asked = labels(replace(escalation(), kind=ACCOUNT))
    assert "The situation" in asked
    assert "Issue details" not in asked
