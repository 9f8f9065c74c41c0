"""A case study names neither customers nor people."""

import pytest

from bot.policy.wording.anonymous import anonymous


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Acme's export failed. Dana restarted it.", "The customer's export failed. Someone restarted it."),
        ("We told ACME and the Acme team.", "We told the customer and the customer team."),
        ("Ask <@U01DANA> in <#C01ABC|esc-acme>.", "Ask someone in the channel."),
        ("Write to jo@acme.example (https://acme.example/x?y=1).", "Write to an address (a link)."),
        ("Same as ESC-12, call +1 (555) 010-9999.", "Same as an escalation, call a number."),
        ("Dana Kim and Kim looked; the market didn't.", "Someone and someone looked; the market didn't."),
        ("Then Dana Smith-Ode and Will I hear.", "Then someone and someone I hear."),
        ("Will will do it, may be.", "Someone will do it, may be."),
        (
            "On 2026-03-06 14:05 UTC 412 of 1,000 rows were lost.",
            "On 2026-03-06 14:05 UTC 412 of 1,000 rows were lost.",
        ),
        ("", ""),
    ],
)
def test_names_addresses_and_keys_are_replaced(text: str, said: str) -> None:
    assert anonymous(text, customers=["Acme", "Acme Corp"], people=["Dana Kim", "Will Mark"]) == said


def test_names_of_two_letters_are_left_because_they_are_words_too() -> None:
    assert anonymous("Go on, Al.", customers=["Go"], people=["Al"]) == "Go on, Al."
