"""The words after `list`, and what they limit it to."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.policy.decide.list_words import ListFilter, parse, vocabulary

KNOWN = vocabulary(
    [("sev1", "Sev 1"), ("sev2", "Sev 2"), ("crit", "Critical")],
    [("emea", "Europe, Middle East and Africa"), ("apac", "Asia")],
    [("exports", "Exports and reports")],
)
BERLIN = ZoneInfo("Europe/Berlin")
CLOSED = frozenset({"closed"})
NOW = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)  # Thursday 00:30 in Berlin


def since(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ListFilter()),
        ("3", ListFilter(part=3)),
        ("mine", ListFilter(states=frozenset({"mine"}))),
        ("Mine OVERDUE 2", ListFilter(states=frozenset({"mine", "overdue"}), part=2)),
        ("late unacked", ListFilter(states=frozenset({"overdue", "unacknowledged"}))),
        ("sev1", ListFilter(levels=frozenset({"sev1"}))),
        ("sev 1", ListFilter(levels=frozenset({"sev1"}))),
        ("sev 1 2", ListFilter(levels=frozenset({"sev1"}), part=2)),
        ("sev1 sev2", ListFilter(levels=frozenset({"sev1", "sev2"}))),
        ("critical acme", ListFilter(levels=frozenset({"crit"}), account="acme")),
        ("region EMEA", ListFilter(regions=frozenset({"emea"}))),
        ("region Asia mine", ListFilter(regions=frozenset({"apac"}), states=frozenset({"mine"}))),
        ("area exports and reports", ListFilter(areas=frozenset({"exports"}))),
        ("region mars", ListFilter(account="region mars")),
        ("since monday", ListFilter(since=since(2026, 3, 2))),
        ("since thursday", ListFilter(since=since(2026, 3, 5))),
        ("since friday", ListFilter(since=since(2026, 2, 27))),
        ("since today", ListFilter(since=since(2026, 3, 5))),
        ("since yesterday closed", ListFilter(since=since(2026, 3, 4), states=frozenset({"closed"}))),
        ("since 2026-02-01", ListFilter(since=since(2026, 2, 1))),
        ("since 7d", ListFilter(since=since(2026, 2, 26))),
        ("since 2 weeks mine", ListFilter(since=since(2026, 2, 19), states=frozenset({"mine"}))),
        ("since last week", ListFilter(since=since(2026, 2, 23))),
        ("since this week", ListFilter(since=since(2026, 3, 2))),
        (
            "closed acme since last month",
            ListFilter(since=since(2026, 2, 1), states=frozenset({"closed"}), account="acme"),
        ),
        ("last month", ListFilter(since=since(2026, 2, 1), until=since(2026, 3, 1))),
        ("closed last week", ListFilter(CLOSED, since=since(2026, 2, 23), until=since(2026, 3, 2))),
        ("this month sev1", ListFilter(since=since(2026, 3, 1), levels=frozenset({"sev1"}))),
        ("since 1 nov", ListFilter(since=since(2025, 11, 1))),
        ("since Nov 1", ListFilter(since=since(2025, 11, 1))),
        ("since nov 1 2", ListFilter(since=since(2025, 11, 1), part=2)),
        ("since 1 nov 2", ListFilter(since=since(2025, 11, 1), part=2)),
        ("since 1st november 2024", ListFilter(since=since(2024, 11, 1))),
        ("since 29 feb", ListFilter(since=since(2024, 2, 29))),
        ("since 31 feb", ListFilter(account="since 31 feb")),
        ("5 march", ListFilter(since=since(2026, 3, 5), until=since(2026, 3, 6))),
        ("last resort", ListFilter(account="last resort")),
        ("since this month", ListFilter(since=since(2026, 3, 1))),
        ("since last year", ListFilter(since=since(2025, 1, 1))),
        ("since last time", ListFilter(account="since last time")),
        (
            "sev2 emea overdue",
            ListFilter(levels=frozenset({"sev2"}), regions=frozenset({"emea"}), states=frozenset({"overdue"})),
        ),
        ("since forever", ListFilter(account="since forever")),
        ("globex corp waiting", ListFilter(states=frozenset({"waiting"}), account="globex corp")),
    ],
)
def test_words_limit_a_list(text: str, wanted: ListFilter) -> None:
    read = parse(text, KNOWN, NOW, BERLIN)
    assert (read.states, read.levels, read.regions, read.areas) == (
        wanted.states,
        wanted.levels,
        wanted.regions,
        wanted.areas,
    )
    assert (read.since, read.account, read.part) == (wanted.since, wanted.account, wanted.part)


def test_the_words_are_kept_for_the_next_part() -> None:
    assert parse("mine  since monday 4", KNOWN, NOW, BERLIN).words == "mine since monday"
    assert parse("sev 1", KNOWN, NOW, BERLIN).words == "sev 1"
