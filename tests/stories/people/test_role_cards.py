"""Role cards: four lines for CS and for Support, shown once to who holds the role, and in the help."""

from bot.views.kit import ids
from tests.support.story import Story


def test_a_holder_sees_the_card_on_home_once(story: Story) -> None:
    story.declare(level="sev3")
    assert "Customer success: the customer is yours" in story.home("ana")
    assert "Support and engineering: the fix is yours" in story.home("dana")
    assert "is yours" not in story.home("omar")
    story.control.post(
        "press", user="U01ANA", surface="home", action_id=ids.PRESS_CARD_SEEN, value="relationship_owner"
    )
    story.settle()
    assert "is yours" not in story.home("ana")
    story.declare(level="sev3", account="Globex")
    assert "is yours" not in story.home("ana")


def test_the_help_has_both_cards_with_four_lines_each(story: Story) -> None:
    said = str(story.command("noor", "help roles")["ack"])
    assert said.count("4. ") == 2
    assert "5. " not in said
