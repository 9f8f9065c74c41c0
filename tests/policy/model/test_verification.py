"""Identity checks: what still has to be proved, and values that must not be stored, found in texts and masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.file.loading import preset
from bot.policy.model.verification import Tier, masked, still_needed, value_in


def tier(key: str) -> Tier:
    return next(tier for tier in preset("sev").verification.tiers if tier.key == key)


def test_low_risk_is_proved_by_one_factor_and_medium_by_two() -> None:
    assert still_needed(tier("low"), {"email_control"}, approved=False) == ()
    assert still_needed(tier("medium"), {"email_control", "creation_date"}, approved=False) == ()
    assert still_needed(tier("medium"), {"email_control"}, approved=False) == (
        (
            "1 more of: Last 4 digits of payment method on file, Recent transaction amount and date, "
            "Account creation date, Workspace/team names."
        ),
    )


def test_high_risk_is_proved_by_all_three_and_a_managers_approval() -> None:
    all_three = {"email_control", "payment_last_four", "photo_id"}
    assert still_needed(tier("high"), all_three, approved=True) == ()
    assert still_needed(tier("high"), all_three, approved=False) == ("The approval of a manager.",)
    assert still_needed(tier("high"), {"photo_id"}, approved=True) == (
        "2 more of: Control of the account's e-mail, Last 4 digits of payment method.",
    )


def test_a_factor_of_another_tier_proves_nothing() -> None:
    assert still_needed(tier("low"), {"photo_id"}, approved=True) != ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("4111 1111 1111 1111", "a card number"),
        ("card 5500-0000-0000-0004 on file", "a card number"),
        ("4111.1111.1111.1111", "a card number"),
        ("4111/1111/1111/1111", "a card number"),
        ("4111_1111_1111_1111", "a card number"),
        ("4111\u00a01111\u20091111 1111", "a card number"),
        ("\uff14\uff11\uff11\uff11 1111 1111 1111", "a card number"),
        ("ssn 123456789", "a social security number"),
        ("CVV: 123", "a secret code"),
        ("the PIN is 4711", "a secret code"),
        ("pin the message, 300 of them", None),
        ("build 2.4.1.1029 on 10.20.30.40", None),
        ("last four are 4242", "the last digits of a card"),
        ("card ending 1234", "the last digits of a card"),
        ("123-45-6789", "a social security number"),
        ("passport X1234567", "the number of a document"),
        ("Photo ID no. AB123456", "the number of a document"),
        ("her driver's license: D12345678", "the number of a document"),
        ("Last 4 digits: 4242", "the last digits of a card"),
        ("order 4111 1111 1111 1112", None),
        ("she read the code from her e-mail", None),
        ("ESC-142 since 2025-01-10", None),
        ("the last deploy was on 2026-03-06, the one ending 2026-03-05 was fine", None),
        ("in the last week of 2025", None),
        ("their contract ends in 2027", None),
        ("their card ends in 2027", "the last digits of a card"),
        ("ticket INC0012345, user U1234567", None),
        ("the photo ID matches the account name", None),
        ("failed at 1709740800000", None),
    ],
)
def test_a_text_that_gives_a_value_away_is_recognised(text: str, kind: str | None) -> None:
    assert value_in(text) == kind


CARD, DIGITS, DOCUMENT = "a card number", "the last digits of a card", "the number of a document"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("last 4 digits of payment method on file: 4242", DIGITS),
        ("Last 4 digits of payment method is 2026", DIGITS),
        ("last four digits of the card are 4242", DIGITS),
        ("last4=4242", DIGITS),
        ("last four: 4 2 4 2", DIGITS),
        ("last 4 of card 4242", DIGITS),
        ("Payment method: 4242", DIGITS),
        ("card 4242", DIGITS),
        ("card **** **** **** 4242", DIGITS),
        ("XXXX-XXXX-XXXX-4242", DIGITS),
        ("Visa •••• 4242", DIGITS),
        ("Mastercard ...4242", DIGITS),
        ("4242,4242,4242,4242", CARD),
        ("4242  4242  4242  4242", CARD),
        ("4242\u200b4242\u200b4242\u200b4242", CARD),
        ("3782  822463  10005", CARD),
        ("passport number is 123456789", DOCUMENT),
        ("passport C01X00T47", DOCUMENT),
        ("passport number: 12 34 56789", DOCUMENT),
        ("passport of Jane Doe: L898902C3", DOCUMENT),
        ("driver's license number is D1234567", DOCUMENT),
        ("driving licence MORGA657054SM9IJ", DOCUMENT),
        ("Photo ID checked, number 987654321", DOCUMENT),
        ("Photo ID matching account name: AB123456", DOCUMENT),
        ("DNI 12345678Z", DOCUMENT),
        ("ID number 987654321", DOCUMENT),
    ],
)
def test_the_values_of_the_policys_own_factors_are_recognised(text: str, kind: str) -> None:
    assert value_in(f"The customer says: {text}, and waits.") == kind
    assert "4242" not in masked(text)
    assert value_in(masked(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "passport page is down since 2026",
        "passport upload fails with error 500123",
        "passport checked 2026-03-06",
        "passport seen on 06.03.2026, ESC-1234",
        "passport ticket INC0012345",
        "photo ID upload takes 4000 ms",
        "the passport service answered 5000 requests",
        "their licence ends in 2027",
        "license key ABCD-1234",
        "user ID number 12345678, transaction ID: 123456789",
        "card form breaks for 4 users",
        "card payments fail since 10:45",
        "card page slow since 2026",
        "card declined with error 1045",
        "they charged the card 4200 EUR twice",
        "the Visa 2026 rules",
        "the last 4 weeks of 2025",
        "last four releases since 2024 fail",
        "the last 4 digits are cut off since 2026",
        "last 4 calls, 1200 users",
        "ESC-142 and ESC-1423",
        "at 14:30 on 2026-03-06",
        "$4,242.00 a month, 1,200 seats, 3,400 orders",
        "prices 2,100, 2,200, 2,300, 2,400",
        "call +49 170 1234567",
        "version 4.2.4.2 on 10.20.30.40",
    ],
)
def test_an_innocent_text_passes(text: str) -> None:
    assert value_in(text) is None
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Refund to 4111 1111 1111 1111, please", "Refund to ••••, please"),
        ("passport: 4111111111111111, CVV 123", "passport: ••••, CVV •••"),
        ("card ending in 4242", "card ending in ••••"),
        ("ssn 123-45-6789 of X1234567", "ssn •••• of X1234567"),
        ("ESC-142 since 2025-01-10 …", "ESC-142 since 2025-01-10 …"),
    ],
)
def test_where_nothing_may_be_refused_a_value_is_masked(text: str, hidden: str) -> None:
    assert masked(text) == hidden


@given(
    st.lists(st.sampled_from(["4111111111111111", "last 4", "1234", "CVV", "ends in", "passport", "ﷺ", "-", "5" * 13]))
)
def test_what_is_masked_gives_nothing_away_and_grows_by_nothing(parts: list[str]) -> None:
    text = " ".join(parts)
    assert value_in(masked(text)) is None
    assert len(masked(text)) <= len(text)
