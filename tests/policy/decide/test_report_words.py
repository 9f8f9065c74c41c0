"""The words after `report`, in whatever order people type them."""

import pytest

from bot.policy.decide.list_words import vocabulary
from bot.policy.decide.report_words import ReportVocabulary, ReportWords, is_about_numbers, parse

LEVELS = (("sev1", "Sev 1"), ("sev2", "Sev 2"))
KNOWN = ReportVocabulary(
    vocabulary(LEVELS, (("emea", "Europe, Middle East"),), (("exports", "Exports"),)),
    {"billing": "billing", "billing team": "billing"},
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ReportWords()),
        ("7d", ReportWords(days=7)),
        ("2 weeks", ReportWords(days=14)),
        ("last quarter", ReportWords(days=90)),
        ("5000d", ReportWords(days=366)),
        ("of acme", ReportWords(account="acme")),
        ("acme 7d", ReportWords(days=7, account="acme")),
        ("of account The Gap for last month", ReportWords(account="The Gap for last")),
        ("quarter of Customer 0024", ReportWords(days=90, account="Customer 0024")),
        ("30d of region emea of sev 1", ReportWords(region="emea", level="sev1")),
        ("of EMEA", ReportWords(region="emea")),
        ("team billing team 7d", ReportWords(days=7, team="billing")),
        ("Billing", ReportWords(team="billing")),
    ],
)
def test_words_mean(typed: str, meant: ReportWords) -> None:
    assert parse(typed, KNOWN) == meant


@pytest.mark.parametrize(
    "words", [ReportWords(account="The Gap"), ReportWords(level="sev1", region="emea", team="billing")]
)
def test_the_words_for_other_days_mean_the_same(words: ReportWords) -> None:
    again = parse(words.typed(90), KNOWN)
    assert (again.days, again.account, again.level) == (90, words.account, words.level)
    assert (again.region, again.team) == (words.region, words.team)


@pytest.mark.parametrize("typed", ["", "7d of acme", "of acme", "quarter"])
def test_these_words_ask_for_numbers(typed: str) -> None:
    assert is_about_numbers(typed)


def test_a_sentence_asks_for_none() -> None:
    assert not is_about_numbers("exports fail for Acme")
