"""Overrides: a manager sets the level by hand, and it holds until it is lifted."""

from tests.support.story import Story


def test_a_manager_does_not_set_the_level_it_has(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    answer = story.menu("maria", "level", number, level="sev3", reason="No.")
    assert answer["errors"] == {"level": "It's already at that severity."}


def test_an_override_holds_until_it_is_lifted(story: Story) -> None:
    number = story.declare(account="Initech", level="sev3")
    assert story.facts(number).level == "sev2"
    story.menu("maria", "level", number, level="sev4", reason="They agreed to wait.")
    assert story.facts(number).level == "sev4"
    story.menu("maria", "level", number, level="-", reason="They changed their mind.")
    facts = story.facts(number)
    assert (facts.level, facts.override) == ("sev2", None)
    assert "<@U01MARIA> removed the severity set by hand" in story.last(number).text
    assert "*Why Sev 2:* Sev 3 chosen → Sev 2, because health 54 is below 60" in story.card(number).all_text
