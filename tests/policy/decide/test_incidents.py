"""Texts about a major incident name no confidential customer, however people abbreviate the name."""

import pytest

from bot.policy.decide.incidents import without_names, writings


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("GLOBEX Corporation Ltd cannot sign in", "a customer cannot sign in"),
        ("Globex Corporation and Acme cannot sign in", "a customer and Acme cannot sign in"),
        ("globex's sign-in fails", "a customer's sign-in fails"),
        ("jo@globex.example cannot sign in", "jo@a customer cannot sign in"),
        ("globexia and the corporation ltd are fine", "globexia and the corporation ltd are fine"),
    ],
)
def test_a_customer_is_known_by_short_forms_too(title: str, told: str) -> None:
    assert without_names(title, writings("Globex Corporation Ltd", "globex.example")) == told


@pytest.mark.parametrize(
    ("name", "title", "told"),
    [
        ("Société Générale S.A.", "Societe Generale is down", "a customer is down"),
        ("The Data Bank", "the data of a bank is lost", "the data of a bank is lost"),
        ("株式会社アクメ", "株式会社アクメのログイン", "a customerのログイン"),
        ("HP", "php fails at HP", "php fails at a customer"),
    ],
)
def test_words_that_many_share_name_nobody(name: str, title: str, told: str) -> None:
    assert without_names(title, writings(name, None)) == told
