"""What refuses a long file stays short: it names some of what there is, and counts the others."""

import re

import pytest

from bot.policy.file.problems import nearest
from bot.services.accounts import account_file

# What a person reads at once.
READABLE = 2_000
MANY = 60_000


@pytest.mark.parametrize("known", [41, MANY])
def test_valid_words_beyond_some_are_counted(known: int) -> None:
    says = nearest("zzz", [f"team_{number:05}" for number in range(known)])
    assert says.startswith("write one of team_00000, team_00001, ")
    assert says.endswith(f", or another of {known}")
    assert says.count("team_") == 40
    assert len(says) < READABLE
    assert nearest("zzz", ["one", "two"]) == "write one of one, two"


def test_the_word_that_was_meant_is_found_among_many() -> None:
    words = [f"team_{number:05}" for number in range(MANY)]
    assert nearest("biling", [*words, "billing"]) == "did you mean billing?"


def test_unknown_columns_beyond_some_are_counted() -> None:
    """An import keeps all of them, and says so in a sentence of some length."""
    header = ",".join(f"column {number}" for number in range(20_000))
    table = f"name,{header}\nAcme,{','.join('1' * 20_000)}\n"
    (note,) = [note for note in account_file.read(table.encode(), "accounts.csv").notes if "kept as extra" in note]
    assert re.search(r", and 19,970 more columns$", note)
    assert note.count("`column ") == 30
    assert len(note) < READABLE
