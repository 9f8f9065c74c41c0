"""Channel names: any text in, always a valid and different name out."""

import re
from datetime import date
from itertools import islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.policy.names import DEFAULT_TEMPLATE, LIMIT, candidates, problems_with, slug, successor

DAY = date(2026, 3, 6)
VALID = re.compile(r"[a-z0-9_-]{1,80}")


def tried(account: str, summary: str = "Exports are down", template: str = DEFAULT_TEMPLATE) -> list[str]:
    return list(islice(candidates(template, account=account, day=DAY, number=142, summary=summary), 6))


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ("Acme", "esc-acme-2026-03-06"),
        ("Société Générale", "esc-societe-generale-2026-03-06"),
        ("株式会社", "esc-zhushihuishe-2026-03-06"),
        ("Ø", "esc-o-2026-03-06"),
        ("O'Neil & Sons, Inc.", "esc-oneil-sons-inc-2026-03-06"),
        ("!!!", "esc-142-2026-03-06"),
        ("", "esc-142-2026-03-06"),
    ],
)
def test_every_account_gives_a_usable_name(account: str, name: str) -> None:
    assert tried(account)[0] == name


def test_a_long_account_is_cut_and_the_date_stays_whole() -> None:
    names = tried("A" * 200)
    assert all(len(name) <= LIMIT and "2026-03-06" in name for name in names)


def test_a_collision_appends_a_topic_then_numbers() -> None:
    assert tried("Acme") == [
        "esc-acme-2026-03-06",
        "esc-acme-2026-03-06-exports-are-down",
        "esc-acme-2026-03-06-2",
        "esc-acme-2026-03-06-3",
        "esc-acme-2026-03-06-4",
        "esc-acme-2026-03-06-5",
    ]


@given(
    st.text(max_size=300), st.text(max_size=300), st.sampled_from([DEFAULT_TEMPLATE, "{number}", "x_{date}-{account}"])
)
def test_any_text_gives_valid_names_without_a_repeat(account: str, summary: str, template: str) -> None:
    names = tried(account, summary, template)
    assert all(VALID.fullmatch(name) for name in names)
    assert len(set(names)) == len(names)
    if "{date}" in template:
        assert all("2026-03-06" in name for name in names)


@given(st.text(max_size=300), st.sampled_from([DEFAULT_TEMPLATE, "x_{date}-{account}"]))
@example("0" * 63, DEFAULT_TEMPLATE)
@example("Acme 2026-03-05 " * 9, "x_{date}-{account}")
def test_a_successor_is_valid_and_another_name_of_the_same_day(account: str, template: str) -> None:
    name, seen = tried(account, template=template)[0], set()
    for _ in range(12):
        assert name not in seen
        seen.add(name)
        name = successor(name)
        assert VALID.fullmatch(name)
        assert "2026-03-06" in name


def test_successors_count_on() -> None:
    assert successor("esc-acme-2026-03-06") == "esc-acme-2026-03-06-2"
    assert successor("esc-acme-2026-03-06-2") == "esc-acme-2026-03-06-3"
    assert successor("esc-acme-2026-03-06-export-is-down") == "esc-acme-2026-03-06-export-is-down-2"
    assert successor("esc-unit-7") == "esc-unit-7-2"


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("esc-{date}", "it must hold {account} or {number}"),
        ("Esc {account}", "it may hold only lower-case letters"),
        ("x" * 50 + "{account}", "its fixed part may have at most 40 characters"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_the_reason(template: str, wrong: str) -> None:
    assert any(wrong in problem for problem in problems_with(template))


def test_the_default_template_is_fine() -> None:
    assert problems_with(DEFAULT_TEMPLATE) == []


@given(st.text())
def test_a_slug_is_words_and_single_hyphens(text: str) -> None:
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug(text))
