"""The rules about all blocks of a message or a view, and Slack's own examples."""

import json
from pathlib import Path

import pytest

from sandbox.blocks.surfaces import check_message, check_view
from sandbox.state.views import LIVE
from tests.sandbox.blocks.block_samples import (
    GOOD,
    Json,
)
from tests.sandbox.forms import actions, button, field, home, modal, text_input


def test_two_blocks_do_not_share_an_id() -> None:
    twice = [{"type": "divider", "block_id": "a"}] * 2
    assert [problem.message for problem in check_message(twice)] == [
        "duplicate block_id: a [json-pointer:/blocks/0/block_id]",
        "duplicate block_id: a [json-pointer:/blocks/1/block_id]",
    ]


def test_two_elements_of_a_block_do_not_share_an_id_but_those_of_two_blocks_may() -> None:
    assert [problem.text for problem in check_message([actions(button("a"), button("a"))])] == [
        "duplicate action_id: a"
    ]
    assert check_message([actions(button("a"), block_id="1"), actions(button("a"), block_id="2")]) == []


def test_a_message_has_one_table_and_two_charts() -> None:
    assert check_message([GOOD["table"]] * 2)[0].text == "no more than 1 table blocks allowed"
    assert check_message([GOOD["data_visualization"]] * 2) == []
    assert check_message([GOOD["data_visualization"]] * 3)[0].text == "no more than 2 data_visualization blocks allowed"


def test_a_modal_with_something_to_fill_in_needs_a_button_to_submit() -> None:
    (found,) = check_view(modal(submit=None), "modal")
    assert found.message == "missing required field: submit [json-pointer:/view]"
    assert check_view(modal(actions(button()), submit=None), "modal") == []
    assert check_view(home(field("b", text_input())), "home") == []


def test_one_element_has_the_focus() -> None:
    focused = text_input(focus_on_load=True)
    assert check_view(modal(field("a", focused)), "modal") == []
    (found,) = check_view(modal(field("a", focused), field("b", focused)), "modal")
    assert found.text == "only one element may set focus_on_load"


@pytest.mark.parametrize("kind", ["modal", "home"])
def test_a_view_is_of_the_kind_that_is_wanted(kind: str) -> None:
    other = home() if kind == "modal" else modal()
    assert [problem.pointer for problem in check_view(other, kind)] == ["/view/type"]


REFERENCE = Path(__file__).parents[4] / "shared" / "slack" / "methods"


def published() -> list[tuple[str, list[Json]]]:
    """Return the blocks in the examples of Slack's reference."""
    found = []
    for path in sorted(REFERENCE.glob("*.json")):
        described = json.loads(path.read_text(encoding="utf-8"))
        for name, argument in described.get("args", {}).get("properties", {}).items():
            if name == "blocks" and isinstance(argument.get("example"), str):
                found.append((path.stem, json.loads(argument["example"])))
    return found


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="Slack's reference is not beside the repository")
def test_the_blocks_of_slacks_own_examples_are_taken() -> None:
    examples = published()
    assert len(examples) > 3
    for name, blocks in examples:
        assert (name, check_message(blocks)) == (name, [])


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="Slack's reference is not beside the repository")
@pytest.mark.parametrize("name", ["views.open", "views.push", "views.update", "views.publish"])
def test_the_views_of_slacks_own_examples_are_taken(name: str) -> None:
    answered = json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))["examples"]
    kind = "home" if name == "views.publish" else "modal"
    views = [example["example"]["view"] for example in answered.values() if "view" in example["example"]]
    assert views
    for view in views:
        sent = {key: value for key, value in view.items() if key not in LIVE and value is not None}
        if kind == "home":
            sent = {key: value for key, value in sent.items() if key not in ("clear_on_close", "notify_on_close")}
        assert check_view(sent, kind) == []
