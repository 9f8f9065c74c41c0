"""The audit trail: an escalation's for those who may see it, the directory's and policy's for admins."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.support.story import DIRECTORY, Story
from tests.support.story import story as told

POLICY = """
extends: sev
name: ours
version: "{version}"
owner: maria@example.com
levels: {{sev2: {{response: {response}}}}}
"""


@pytest.fixture
def story(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story in which Omar is an admin, with a policy of its own."""
    (folder / "ours.yml").write_text(POLICY.format(version=1, response="1h"), encoding="utf-8")
    admins = DIRECTORY + "admins: [omar@example.com]\n"
    with told(database_url, folder, directory=admins, policy=str(folder / "ours.yml")) as begun:
        yield begun


def test_an_audit_shows_who_changed_what_and_why(story: Story) -> None:
    number = story.declare("ana", level="sev3")
    story.menu("maria", "level", number, level="sev1", reason="All exports are down.")
    story.command("ana", f"audit ESC-{number}")
    shown = story.form("ana").all_text
    assert "*Severity changed* · <@U01MARIA>" in shown
    assert "level: Sev 3 → Sev 1" in shown
    assert "All exports are down." in shown
    assert "Entries can't be changed or removed." in shown


def test_all_of_it_is_shown_page_by_page(story: Story) -> None:
    number = story.declare("ana", level="sev1")
    story.forward(hours=5)
    story.command("ana", f"audit ESC-{number}")
    pages = [story.form("ana").all_text]
    while "Older" in pages[-1]:
        story.press_in_form("ana", ids.PRESS_AUDIT_OLDER)
        pages.append(story.form("ana").all_text)
    assert len(pages) > 1
    assert "role: customer owner" in "".join(pages)
    assert "relationship_owner" not in "".join(pages), "no key of the policy is shown"
    assert "*Declared*" in pages[-1], "the last page has the first entry"
    assert "Older" not in pages[-1]
    story.press_in_form("ana", ids.PRESS_AUDIT_NEWER)
    assert story.form("ana").all_text == pages[-2]


def test_in_its_channel_the_audit_needs_no_name(story: Story) -> None:
    number = story.declare("ana", level="sev3")
    story.command("dana", "audit", story.channel(number)["id"])
    assert f"ESC-{number}" in story.form("dana").all_text


def test_a_confidential_one_is_shown_to_its_people_only(story: Story) -> None:
    number = story.declare("noor", level="sev3", confidential=["confidential"])
    assert story.command("eli", f"audit ESC-{number}")["ack"]["text"] == f"There is no ESC-{number}."
    story.command("noor", f"audit ESC-{number}")
    assert "*Declared*" in story.form("noor").all_text


@pytest.mark.both_databases
def test_admins_see_who_changed_the_directory_and_what_the_policy_changed(story: Story, folder: Path) -> None:
    story.settle()
    story.command("omar", "admin")
    story.press_in_form("omar", f"{ids.PRESS_ADMIN_ADD}contact")
    story.submit("omar", key="l3", person="U01OMAR", phone="+49 30 901820")
    story.close_form("omar")
    story.command("omar", "admin")
    story.press_in_form("omar", f"{ids.PRESS_ADMIN_ADD}region")
    story.submit("omar", key="latam", name="Latin America", relationship_owner="U01ANA")
    story.close_form("omar")
    (folder / "ours.yml").write_text(POLICY.format(version=2, response="30m"), encoding="utf-8")
    for _ in range(3):  # a file is read once it has stopped changing
        story.forward(minutes=1)
    story.command("omar", "audit")
    shown = story.form("omar").all_text
    assert "*Added contact l3* · <@U01OMAR>" in shown
    assert "phone: +4930901820" in shown
    assert "<@U01ANA>" in shown[shown.index("*Added region latam*") :]
    assert "*Policy ours 2 came into force* · owner maria@example.com" in shown
    assert "`levels.sev2" in shown
    assert "*Policy ours 1 came into force*" in shown


@pytest.mark.both_databases
def test_a_restart_with_the_same_policy_is_no_change(story: Story) -> None:
    story.settle()
    story.restart()
    story.settle()
    story.command("omar", "audit")
    assert story.form("omar").all_text.count("came into force") == 1


def test_others_are_told_that_only_admins_see_the_audit_of_settings(story: Story) -> None:
    story.command("ana", "audit")
    assert "admin" in story.form("ana").all_text.casefold()
    assert "came into force" not in story.form("ana").all_text
