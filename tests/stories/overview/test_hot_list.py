"""The hot list: one message for leadership on the mornings the policy names, true through the day (S0)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.models.timeline import TimelineEntry
from bot.models.work import Timer
from bot.policy.plan.timers import TimerKind
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story


@pytest.fixture
def hot(story: Story) -> Story:
    """Return a story whose leaders have a channel for the hot list."""
    made = story.control.post("create", user=USERS["omar"], name="exec-hot-list")["channel"]
    bot = next(app["user_id"] for app in story.state()["apps"])
    story.control.post("invite", user=USERS["omar"], channel=made, users=[bot, USERS["maria"]])
    story.restart(hot_list_channel="#exec-hot-list")
    return story


def lists(story: Story) -> list[Seen]:
    return [each for each in story.messages("exec-hot-list", "omar") if each.text.startswith("Hot list")]


def rows(seen: Seen) -> list[list[str]]:
    """Return the words of the table's cells."""
    (table,) = [block for block in seen.raw["blocks"] if block["type"] == "data_table"]
    return [[_words(cell) for cell in row] for row in table["rows"]]


def _words(cell: Mapping[str, Any]) -> str:
    if cell["type"] != "rich_text":
        return str(cell["text"])
    elements = cell["elements"][0]["elements"]
    return "".join(each.get("text") or each.get("user_id") or each.get("fallback") or "" for each in elements)


@pytest.mark.both_databases
def test_one_message_a_morning_is_edited_through_the_day(hot: Story) -> None:
    hot.declare("noor", account="Acme", level="sev2", summary="Exports are slow", at="Mon 2026-03-09 10:00")
    hot.declare("noor", account="Acme", level="sev3", summary="Wrong totals")
    hot.skip_to("Tue 2026-03-10 08:29")
    assert lists(hot) == []
    hot.skip_to("Tue 2026-03-10 08:31")
    (first,) = lists(hot)
    assert first.text == "Hot list: 1 customer escalated: Acme"
    title, acme = rows(first)
    assert title[:4] == ["Customer", "Severity", "Days", "Needed from you"]
    assert (acme[:4], acme[6:]) == (["Acme (new)", "Sev 2 +1", "0 d", "-"], ["U01ELI U01ANA", "82"])
    hot.act("ana", ids.PRESS_UPDATE, 1, known="The index is rebuilt.", customer_text="We rebuild an index.")
    hot.declare("noor", account="Umbrella", level="sev1", summary="Nobody can log in")
    hot.forward(minutes=2)
    (same,) = lists(hot)
    assert same.ts == first.ts, "edited, not posted again"
    assert [row[0] for row in rows(same)[1:]] == ["Umbrella (new)", "Acme (new)"]
    assert rows(same)[2][5].startswith("The index is rebuilt. ")
    hot.skip_to("Wed 2026-03-11 08:31")
    assert len(lists(hot)) == 2
    names = [row[0] for row in rows(lists(hot)[1])[1:]]
    assert sorted(names) == ["Acme", "Umbrella"], "a customer is new once"
    kept = str(lists(hot)[0].raw)
    hot.declare("noor", account="Initech", level="sev3", summary="Slow")
    hot.forward(minutes=5)
    assert str(lists(hot)[0].raw) == kept, "yesterday's list stays"
    assert "Initech (new)" in str(lists(hot)[1].raw)


@pytest.mark.both_databases
def test_nothing_is_posted_when_nothing_is_escalated_or_on_days_off(hot: Story) -> None:
    hot.skip_to("Thu 2026-03-12 12:00")
    assert lists(hot) == []
    hot.declare("noor", account="Acme", level="sev4", at="Fri 2026-03-13 12:00")
    hot.skip_to("Sat 2026-03-14 12:00")
    hot.skip_to("Sun 2026-03-15 12:00")
    assert lists(hot) == []
    hot.skip_to("Mon 2026-03-16 08:30")
    assert len(lists(hot)) == 1


def test_the_hour_follows_the_clocks_of_the_policys_zone(hot: Story) -> None:
    """The clocks in New York change on Sunday, November 1."""
    hot.declare("noor", account="Acme", level="sev4", at="Thu 2026-10-29 12:00")
    hot.skip_to("Fri 2026-10-30 08:30")
    hot.skip_to("Mon 2026-11-02 08:29")
    assert len(lists(hot)) == 1
    hot.skip_to("Mon 2026-11-02 08:30")
    assert len(lists(hot)) == 2


def test_confidential_ones_are_only_counted_also_later(hot: Story) -> None:
    hot.declare("noor", account="Acme", level="sev2", at="Mon 2026-03-09 10:00")
    hot.declare("noor", account="Globex", level="sev2", summary="A leak", confidential=["confidential"])
    hot.skip_to("Tue 2026-03-10 08:31")
    (seen,) = lists(hot)
    assert "Globex" not in str(seen.raw)
    assert "1 confidential, not shown" in seen.all_text


def test_one_that_becomes_confidential_during_the_day_is_a_count_from_then_on(hot: Story) -> None:
    hot.declare("noor", account="Acme", level="sev2", summary="A leak", at="Mon 2026-03-09 10:00")
    hot.declare("noor", account="Globex", level="sev3", summary="Slow")
    hot.act("ana", ids.PRESS_UPDATE, 1, known="A key was stolen.", customer_text="We're looking into it.")
    hot.skip_to("Tue 2026-03-10 08:31")
    hot.press("maria", ids.PRESS_ASK, on=lists(hot)[0])
    hot.submit("maria", escalation="1", words="Call Acme's COO")
    hot.forward(minutes=2)
    (named,) = lists(hot)
    assert "Acme" in named.text
    assert "A key was stolen." in str(named.raw)
    hot.menu("maria", "category", 1, confidential=["confidential"])
    hot.forward(minutes=2)
    (edited,) = lists(hot)
    assert edited.ts == named.ts
    assert not any(word in str(edited.raw) for word in ("Acme", "key was stolen", "COO"))
    assert "1 confidential, not shown" in edited.all_text
    assert edited.text == "Hot list: 1 customer escalated: Globex"
    hot.menu("maria", "category", 2, confidential=["confidential"])
    hot.forward(minutes=2)
    (edited,) = lists(hot)
    assert "Globex" not in str(edited.raw)
    assert "2 confidential, not shown" in edited.all_text
    hot.skip_to("Wed 2026-03-11 08:31")
    assert len(lists(hot)) == 2
    assert "2 confidential, not shown" in lists(hot)[1].all_text


@pytest.mark.both_databases
def test_money_is_shown_from_the_morning_after_the_policy_says_so_and_not_after_it_no_longer_does(
    hot: Story, folder: Path
) -> None:
    file = folder / "own.yml"
    file.write_text("extends: sev\nname: own\n", encoding="utf-8")
    hot.restart(hot_list_channel="exec-hot-list", policy=str(file))
    hot.program.services.account_import.load(b"name,arr\nAcme,480000\n", "accounts.csv")
    hot.declare("noor", account="Acme", level="sev2", at="Mon 2026-03-09 10:00")
    hot.skip_to("Tue 2026-03-10 08:31")
    hot.skip_to("Wed 2026-03-11 00:30")
    file.write_text("extends: sev\nname: own\nshow_money: true\n", encoding="utf-8")
    hot.restart(hot_list_channel="exec-hot-list", policy=str(file))
    hot.skip_to("Wed 2026-03-11 08:31")
    assert "480,000" in str(lists(hot)[1].raw)
    hot.skip_to("Thu 2026-03-12 00:30")
    file.write_text("extends: sev\nname: own\n", encoding="utf-8")
    hot.restart(hot_list_channel="exec-hot-list", policy=str(file))
    hot.skip_to("Thu 2026-03-12 08:31")
    assert ["480,000" in str(each.raw) for each in lists(hot)] == [False, True, False]
    assert [rows(each)[0][-1] == "ARR" for each in lists(hot)] == [False, True, False]
    hot.restart(hot_list_channel="exec-hot-list", policy=str(file))
    file.write_text("extends: sev\nname: own\nshow_money: true\n", encoding="utf-8")
    hot.restart(hot_list_channel="exec-hot-list", policy=str(file))
    hot.act("ana", ids.PRESS_UPDATE, 1, known="Still on it.", customer_text="We're still on it.")
    hot.forward(minutes=2)
    assert "480,000" in str(lists(hot)[2].raw), "today's list follows the policy"


@pytest.mark.both_databases
def test_owners_and_managers_say_what_executives_should_do(hot: Story) -> None:
    number = hot.declare("noor", account="Acme", level="sev2", at="Mon 2026-03-09 10:00")
    hot.skip_to("Tue 2026-03-10 08:31")
    hot.press("maria", ids.PRESS_ASK, on=lists(hot)[0])
    hot.submit("maria", escalation=str(number), words="Call their COO before Friday")
    hot.forward(minutes=1)
    assert rows(lists(hot)[0])[1][3] == "Call their COO before Friday"
    with hot.program.services.database.reading() as tx:
        assert "executives asked" in tx.session.scalars(select(TimelineEntry.event)).all()
    hot.press("maria", ids.PRESS_ASK, on=lists(hot)[0])
    hot.submit("maria", escalation=str(number), words="")
    hot.forward(minutes=1)
    assert rows(lists(hot)[0])[1][3] == "-"
    hot.press("ana", ids.PRESS_ASK, on=lists(hot)[0])
    hot.submit("ana", escalation=str(number), words="Visit them")
    hot.press("noor", ids.PRESS_ASK, on=lists(hot)[0])
    assert "Only owners of an open escalation and their managers" in str(hot.form("noor"))


def test_the_list_says_what_changed_in_a_week(hot: Story) -> None:
    hot.declare("noor", account="Acme", level="sev3", at="Mon 2026-03-09 10:00")
    hot.skip_to("Tue 2026-03-17 08:30")
    hot.declare("noor", account="Globex", level="sev3")
    hot.menu("maria", "level", 1, level="sev1", reason="It is their launch day.")
    hot.skip_to("Tue 2026-03-24 08:30")
    seen = lists(hot)[-1]
    assert "1 more than last week" in seen.all_text
    said = {row[0]: row[1] for row in rows(seen)[1:]}
    assert said["Acme"].endswith(" ↑")
    assert "Globex" in said, "open for exactly a week"


@pytest.mark.both_databases
def test_two_processes_and_a_restart_post_one_list(hot: Story) -> None:
    hot.declare("noor", account="Acme", level="sev2", at="Mon 2026-03-09 10:00")
    hot.join_by_another(hot_list_channel="exec-hot-list")
    hot.skip_to("Tue 2026-03-10 08:30")
    hot.restart(hot_list_channel="exec-hot-list")
    hot.forward(minutes=10)
    assert len(lists(hot)) == 1
    hot.skip_to("Fri 2026-03-13 11:00")
    assert len(lists(hot)) == 2, "a list that is late by hours is still of use"
    with hot.program.services.database.reading() as tx:
        waiting = select(Timer.due_at).where(Timer.kind == TimerKind.HOT_LIST, Timer.fired_at.is_(None))
        assert len(tx.session.scalars(waiting).all()) == 1


def test_without_tables_or_money_the_list_is_text(hot: Story) -> None:
    hot.restart(hot_list_channel="exec-hot-list", new_blocks=False)
    hot.declare("noor", account="Acme", level="sev2", summary="Exports are slow", at="Mon 2026-03-09 10:00")
    hot.act("ana", ids.PRESS_UPDATE, 1, known="The index is rebuilt.", customer_text="We rebuild an index.")
    hot.skip_to("Tue 2026-03-10 08:31")
    (seen,) = lists(hot)
    assert "data_table" not in json.dumps(seen.raw["blocks"])
    assert "Sev 2 · Acme" in seen.all_text
    assert "“The index is rebuilt.”" in seen.all_text
    assert "ARR" not in seen.all_text


@pytest.mark.both_databases
def test_a_channel_that_is_lost_is_reported_and_one_that_never_was_is_not(story: Story) -> None:
    story.restart(hot_list_channel="exec-hot-list")
    story.declare("noor", account="Acme", level="sev2", at="Mon 2026-03-09 10:00")
    story.skip_to("Tue 2026-03-10 08:31")
    assert all("hot list" not in each.all_text for who in ("maria", "omar") for each in story.direct(who))
