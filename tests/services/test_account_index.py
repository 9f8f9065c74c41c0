"""Finding an account by the beginning of a sentence, or by a part of its name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.account_index import AccountIndex, Known


@pytest.fixture
def index() -> AccountIndex:
    found = AccountIndex()
    names = [
        "Acme, Inc.",
        "Acme Rockets",
        "Globex Corporation",
        "Globex GmbH",
        "Société Générale",
        "Data",
        "株式会社さくら",
    ]
    found.load(
        Known(number, name, domain="hooli.example" if name == "Data" else None) for number, name in enumerate(names)
    )
    return found


@pytest.mark.parametrize(
    ("typed", "account", "rest"),
    [
        ("acme export is down", "Acme, Inc.", "export is down"),
        ("Acme, Inc.: export is down", "Acme, Inc.", "export is down"),
        ("acme rockets do not start", "Acme Rockets", "do not start"),
        ("ACME ROCKETS", "Acme Rockets", ""),
        ("societe generale sign-in fails", "Société Générale", "sign-in fails"),
        ("株式会社さくら ログイン", "株式会社さくら", "ログイン"),
        ("hooli.example is slow", "Data", "is slow"),
        ("globex is down", None, "globex is down"),
        ("globex gmbh is down", "Globex GmbH", "is down"),
        ("database is down", None, "database is down"),
        ("everything at acme is down", None, "everything at acme is down"),
        ("", None, ""),
        ("   ", None, ""),
    ],
)
def test_the_longest_name_at_the_beginning_is_meant(
    index: AccountIndex, typed: str, account: str | None, rest: str
) -> None:
    found, left = index.split(typed)
    assert (found.name if found else None, left) == (account, rest)


def test_beginnings_come_before_middles(index: AccountIndex) -> None:
    assert [known.name for known in index.search("acme")] == ["Acme, Inc.", "Acme Rockets"]
    assert [known.name for known in index.search("rock")] == ["Acme Rockets"]
    assert [known.name for known in index.search("generale")] == ["Société Générale"]
    assert len(index.search("", limit=3)) == 3
    assert index.search("nobody") == []


@given(st.text(max_size=100))
def test_any_text_is_split_without_losing_a_word(typed: str) -> None:
    found = AccountIndex()
    found.load([Known(1, "Acme"), Known(2, "Acme Rockets")])
    account, rest = found.split(typed)
    assert rest in typed
    assert account is not None or rest == typed.strip()
