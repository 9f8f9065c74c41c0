"""Roles handed over by acceptance: the holder stays until then, and an offer that nobody answers ends."""

from pathlib import Path

import pytest

from bot.errors import NotFound
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import DIRECTORY, Story
from tests.support.story import story as told

OWN_ROLE = """extends: sev
name: own
slots:
  translator: {label: Translator, fill: [named, fallback]}
rules:
  - {key: translate, when: {level: sev3}, add_role: translator}
"""


def offered(story: Story, who: str) -> Seen:
    return [message for message in story.direct(who) if "you to be" in message.text][-1]


def test_the_old_owner_stays_until_the_new_one_accepts(story: Story) -> None:
    number = story.declare(level="sev3")
    story.menu("noor", "owners", number, role="relationship_owner", person="U01OMAR")
    assert story.facts(number).holder("relationship_owner") == "U01ANA"
    said = "<@U01NOOR> asked <@U01OMAR> to be customer owner. Until they accept, it's <@U01ANA>."
    assert said in story.last(number).text
    assert "Customer success: the customer is yours" in offered(story, "omar").all_text
    story.press("omar", ids.PRESS_ACCEPT_ROLE, on=offered(story, "omar"))
    assert story.facts(number).holder("relationship_owner") == "U01OMAR"
    assert ids.PRESS_ACCEPT_ROLE not in offered(story, "omar").buttons
    assert offered(story, "omar").text.endswith("You are now.")


def test_who_cannot_take_it_says_so_and_the_owner_stays(story: Story) -> None:
    number = story.declare(level="sev3")
    story.menu("noor", "owners", number, role="fix_owner", person="U01ELI")
    story.press("eli", ids.PRESS_DECLINE_ROLE, on=offered(story, "eli"))
    assert story.facts(number).holder("fix_owner") == "U01DANA"
    assert story.last(number).text == ":bust_in_silhouette: <@U01ELI> can't. <@U01DANA> stays fix owner."
    assert "<@U01ELI> can't. <@U01DANA> stays fix owner of ESC-1" in story.direct("noor")[-1].text


def test_an_offer_that_nobody_answers_goes_back_with_a_notice(story: Story) -> None:
    number = story.declare(level="sev3")
    story.menu("noor", "owners", number, role="fix_owner", person="U01ELI")
    message = offered(story, "eli")
    story.forward(minutes=61)
    assert story.facts(number).holder("fix_owner") == "U01DANA"
    assert "<@U01ELI> didn't answer. <@U01DANA> stays fix owner." in "\n".join(story.said(number))
    assert "<@U01ELI> didn't answer." in story.direct("noor")[-1].text
    assert ids.PRESS_ACCEPT_ROLE in message.buttons
    assert ids.PRESS_ACCEPT_ROLE not in offered(story, "eli").buttons


def test_at_the_heaviest_level_an_offer_ends_after_ten_minutes(story: Story) -> None:
    number = story.declare(level="sev1")
    story.menu("noor", "owners", number, role="fix_owner", person="U01ELI")
    story.forward(minutes=11)
    assert not story.facts(number).handovers


def test_other_roles_can_be_given_and_the_managers_only_by_the_manager(story: Story) -> None:
    number = story.declare(level="sev3")
    story.hand_over("noor", number, role="senior_support", person="U01ELI")
    assert story.facts(number).holder("senior_support") == "U01ELI"
    story.more("noor", "owners", number)
    assert "Manager" not in story.form("noor").all_text
    story.close_form("noor")
    story.hand_over("maria", number, role="manager", person="U01OMAR")
    assert story.facts(number).holder("manager") == "U01OMAR"


def test_a_role_of_the_companys_own_is_filled_brought_in_and_handed_over(database_url: str, folder: Path) -> None:
    policy = folder / "policy.yml"
    policy.write_text(OWN_ROLE, encoding="utf-8")
    directory = DIRECTORY.replace("fallback:", "fallback:\n  translator: eli@example.com", 1)
    with told(database_url, folder, directory=directory, policy=str(policy)) as story:
        number = story.declare(level="sev3")
        assert story.facts(number).holder("translator") == "U01ELI"
        assert story.facts(number).holder("executive_sponsor") is None
        assert "eli" in story.members(number)
        story.more("noor", "owners", number)
        assert "Translator" in story.form("noor").all_text
        story.close_form("noor")
        story.hand_over("noor", number, role="translator", person="U01OMAR")
        assert story.facts(number).holder("translator") == "U01OMAR"


def test_only_the_person_asked_can_accept(story: Story) -> None:
    number = story.declare(level="sev3")
    story.menu("noor", "owners", number, role="fix_owner", person="U01ELI")
    services = story.program.services
    with pytest.raises(NotFound, match="That offer is over"):
        services.owners.accept(number, "fix_owner", by="U01OMAR")
    assert story.facts(number).holder("fix_owner") == "U01DANA"
