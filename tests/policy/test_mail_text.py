"""The text written in a mail is kept; the quoted mail and the signature are cut."""

import pytest

from bot.policy.mail_text import written


@pytest.mark.parametrize(
    ("mail", "kept"),
    [
        ("We're on it.\n", "We're on it."),
        ("We're on it.\r\n\r\nOn Fri, 6 Mar 2026 at 10:00, Escalate <e@x.com> wrote:\r\n> Billing\r\n", "We're on it."),
        ("On it.\n\nOn Friday the sixth of March 2026, somebody <e@x.com>\nwrote:\n\n> Billing", "On it."),
        ("On it.\n\n-----Original Message-----\nFrom: Escalate\n", "On it."),
        ("On it.\n________________________________\nFrom: Escalate <e@x.com>\nSent: Friday", "On it."),
        ("Sind dran.\n\nAm 06.03.2026 um 10:00 schrieb Escalate <e@x.com>:\n> Billing", "Sind dran."),
        ("On it.\n-- \nFay Ito\nBilling", "On it."),
        ("On it.\n\nSent from my iPhone", "On it."),
        ("> quoted first\nOn it.", "On it."),
        ("From: here we go\nOn the whole, fine.", "From: here we go\nOn the whole, fine."),
        ("> only quoted", "> only quoted"),
        ("", ""),
    ],
)
def test_what_was_written_is_kept(mail: str, kept: str) -> None:
    assert written(mail) == kept


def test_a_long_mail_takes_no_longer_than_its_length() -> None:
    assert written("On " + "a" * 50_000 + "\n" + "> b\n" * 10_000).startswith("On aaa")
