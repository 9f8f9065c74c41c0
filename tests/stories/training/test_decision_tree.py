"""Somebody who isn't sure walks through a few questions and knows."""

from bot.policy.model.training import Training, TreeQuestion
from bot.policy.training import material
from bot.views.kit import ids
from bot.views.training import tree_form
from tests.support.story import Story


def test_a_way_through_the_tree_ends_in_advice_and_the_form(story: Story) -> None:
    story.command("ana", "should i escalate?")
    assert "Is it about security, someone's data" in story.form("ana").all_text
    story.press_in_form("ana", f"{ids.PRESS_TREE}-1")
    assert "Can the customer still do what they pay us for?" in story.form("ana").all_text
    story.press_in_form("ana", f"{ids.PRESS_TREE}-1")
    assert "*Partly, or with a workaround*" in story.form("ana").all_text
    story.press_in_form("ana", f"{ids.PRESS_TREE}-0")
    advice = story.form("ana").all_text
    assert "Escalate now at the second severity" in advice
    assert "support-training@example.com" in advice
    story.press_in_form("ana", ids.PRESS_DECLARE)
    assert "account" in story.form("ana").inputs
    assert story.submit("ana", account="Acme", summary="Exports fail every night")["result"] == "closed"
    assert story.facts(1).level == "sev2"


def test_a_sentence_that_begins_with_should_is_still_a_declaration(story: Story) -> None:
    story.command("ana", "should we tell acme that exports are down")
    assert "account" in story.form("ana").inputs


def test_every_way_through_the_shipped_tree_ends() -> None:
    tree = material.tree(Training())
    ends = list(_ways(tree, next(iter(tree)), ""))
    assert len(ends) >= 8
    for chosen, advice in ends:
        assert advice in str(tree_form.draw(tree, chosen, None))


def test_an_answer_to_a_tree_that_is_gone_begins_again() -> None:
    tree = material.tree(Training())
    first = str(tree_form.draw(tree, "", None))
    for chosen in ("gone=0", "protected=9", "protected=x", "protected=1,gone=1", "harm=0", "start", "=,=", "," * 50):
        assert str(tree_form.draw(tree, chosen, None)) == first, chosen


def _ways(tree: dict[str, TreeQuestion] | object, key: str, chosen: str) -> list[tuple[str, str]]:
    assert isinstance(tree, dict)
    found: list[tuple[str, str]] = []
    for place, choice in enumerate(tree[key].choices):
        way = f"{chosen},{key}={place}" if chosen else f"{key}={place}"
        found += _ways(tree, choice.to, way) if choice.to is not None else [(way, choice.advice or "")]
    return found
