"""Lessons are posted to the policy's channel each week and each month, if there are any."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.errors import Permanent
from bot.policy.record.escalation import Status
from bot.scheduler.effects.channel import place_posts
from bot.services.operator.doctor import Doctor
from bot.views.kit import ids
from bot.views.kit.text import day
from tests.stories.reviews.writing import FOLLOW_UP, WHYS, mitigated, write
from tests.support.every_form import CONFIRMED
from tests.support.person import Seen
from tests.support.story import WORKSPACE, Story
from tests.support.story import story as told

POLICY = """extends: sev
name: own
version: "1"
reviews:
  weekly: {channel: C01SYNC, day: tue, at: "09:30"}
  monthly: {channel: C01SYNC, day_of_month: 1, at: "10:00", owner: maria@example.com}
  refresher: {channel: C01SYNC, day_of_month: 1, at: "11:00"}
"""
CHANNEL = "  - {id: C01SYNC, name: weekly-sync, members: [U01ANA, U0SANDBOX1]}\n"


@pytest.fixture
def syncing(database_url: str, folder: Path) -> Iterator[Story]:
    file = folder / "own.yml"
    file.write_text(POLICY, encoding="utf-8")
    with told(database_url, folder, workspace=WORKSPACE + CHANNEL, policy=str(file)) as story:
        story.control.post("invite", user="U01ANA", channel="C01SYNC", users=["U0SANDBOX1"])
        yield story


def lists(story: Story, title: str) -> list[Seen]:
    return [one for one in story.messages("weekly-sync", "ana") if title in one.text]


def signed(story: Story) -> int:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS, contributing="detection", **FOLLOW_UP)
    story.program.services.reviews.sign_off(number, by="U01MARIA")
    return number


def test_the_week_s_learnings_are_posted_on_the_day_the_policy_names_each_with_an_owner(syncing: Story) -> None:
    signed(syncing)
    link = syncing.facts(1).review.link
    syncing.skip_to("Tue 2026-03-10 09:29")
    assert lists(syncing, "Learnings of the week") == []
    syncing.skip_to("Tue 2026-03-10 09:31")
    (found,) = lists(syncing, "Learnings of the week")
    words = "Acme (Detection and alerting): Alerts go to mail, which isn't read at night. · <@U01DANA>"
    assert f"• <{link}|ESC-1> {words}" in found.text
    syncing.restart()
    syncing.join_by_another()
    syncing.skip_to("Tue 2026-03-17 09:31")
    assert len(lists(syncing, "Learnings of the week")) == 1, "posted once, and nothing when there is nothing"


def test_the_month_s_pack_says_what_is_left(syncing: Story) -> None:
    signed(syncing)
    mitigated(syncing, "sev2")
    syncing.skip_to("Wed 2026-04-01 10:01")
    (found,) = lists(syncing, "Review pack of the month")
    assert "ESC-1" in found.text
    assert "1 review overdue · 1 follow-up open · Led by maria@example.com" in found.all_text


@pytest.mark.both_databases
def test_the_quarter_s_refresher_has_case_studies_without_names(syncing: Story) -> None:
    number = mitigated(syncing)
    told_so = "Acme's export failed. Dana Kim asked jo@acme.example, see https://acme.example/1. Dana restarted it."
    write(syncing, "dana", number, whys=WHYS, contributing="detection", **FOLLOW_UP)
    syncing.menu("dana", "review", number, story=told_so)
    services = syncing.program.services
    services.reviews.sign_off(number, by="U01MARIA")
    syncing.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    syncing.act("dana", ids.PRESS_CLOSE, number, summary="Done.", cause="A full disk")
    assert syncing.facts(number).status is Status.CLOSED
    syncing.skip_to("Wed 2026-04-01 10:59")
    assert lists(syncing, "Quarterly refresher") == []
    syncing.skip_to("Wed 2026-04-01 11:01")
    (found,) = lists(syncing, "Quarterly refresher")
    assert f"The policy hasn't changed since {day(date(2026, 3, 6))}." in found.all_text
    assert "The customer's export failed. Someone asked an address, see a link. Someone restarted it" in found.all_text
    assert not [name for name in ("Acme", "Dana", "Kim", "ESC-") if name in found.all_text]
    assert "`/escalate drill`" in found.all_text
    syncing.restart()
    syncing.skip_to("Fri 2026-05-01 11:01")
    assert len(lists(syncing, "Quarterly refresher")) == 1
    syncing.command("noor", "training")
    syncing.submit("noor", mentor="U01DANA")
    syncing.press_in_form("noor", ids.PRESS_CASE_STUDIES)
    assert "The customer's export failed" in syncing.form("noor").all_text


def test_what_is_confidential_is_not_listed(syncing: Story) -> None:
    number = signed(syncing)
    syncing.menu("maria", "category", number, confidential=["confidential"])
    syncing.skip_to("Tue 2026-03-10 09:31")
    assert lists(syncing, "Learnings of the week") == []


def test_after_an_outage_the_list_is_posted_late(syncing: Story) -> None:
    signed(syncing)
    syncing.outage(days=6)
    assert len(lists(syncing, "Learnings of the week")) == 1


@pytest.mark.both_databases
def test_a_list_waits_for_a_channel_that_cant_be_posted_in_and_the_owner_hears_once(syncing: Story) -> None:
    signed(syncing)
    syncing.by_hand("remove", "ana", channel="C01SYNC", other="U0SANDBOX1")
    for at in ("Tue 2026-03-10 09:31", "Wed 2026-03-11 12:00", "Mon 2026-03-16 12:00"):
        syncing.skip_to(at)
    (told,) = [one.text for one in syncing.direct("maria") if "<#C01SYNC>" in one.text]
    assert told.startswith(":warning: Escalate can't post in <#C01SYNC>, which the policy names: Escalate isn't in it.")
    services = syncing.program.services
    (finding,) = [one for one in Doctor(services.database, services.directory).examine() if "C01SYNC" in one.says]
    assert finding.says == "nothing can be posted in C01SYNC (not_in_channel), and 1 message waits for it"
    syncing.control.post("invite", user="U01ANA", channel="C01SYNC", users=["U0SANDBOX1"])
    syncing.forward(minutes=6)
    assert len(lists(syncing, "Learnings of the week")) == 1, "and nothing is lost"


def test_the_owner_hears_of_a_refusal_that_doesnt_wait_too(syncing: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    signed(syncing)

    async def refused(*_: object, **__: object) -> None:
        raise Permanent("chat.postMessage", "restricted_action")

    monkeypatch.setattr(place_posts, "post_once", refused)
    syncing.skip_to("Tue 2026-03-10 09:31")
    assert len([one for one in syncing.direct("maria") if "<#C01SYNC>" in one.text]) == 1
    services = syncing.program.services
    (finding,) = [one for one in Doctor(services.database, services.directory).examine() if "learnings" in one.says]
    assert "restricted_action" in finding.says
