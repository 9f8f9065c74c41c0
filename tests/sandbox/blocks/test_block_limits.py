"""The limits of Block Kit: the length of each text and list, kept and exceeded."""

from typing import Any

import pytest

from sandbox.blocks.surfaces import check_message, check_view
from tests.sandbox.blocks.block_samples import (
    CARD,
    CELL,
    GOOD,
    SERIES,
    Json,
    Path_,
    changed,
    element_of,
    holder,
    problems_of,
    surface_of,
)
from tests.sandbox.forms import actions, button, field, home, modal, option, plain

LENGTHS: list[tuple[str, Path_, int]] = [
    ("section", ("text", "text"), 3000),
    ("section", ("fields", 0, "text"), 2000),
    ("header", ("text", "text"), 150),
    ("image", ("title", "text"), 2000),
    ("image", ("alt_text",), 2000),
    ("image", ("image_url",), 3000),
    ("context", ("elements", 0, "text"), 3000),
    ("input", ("label", "text"), 2000),
    ("input", ("hint", "text"), 2000),
    ("input", ("block_id",), 255),
    ("input", ("element", "action_id"), 255),
    ("markdown", ("text",), 12_000),
    ("alert", ("text", "text"), 200),
    ("card", ("title", "text"), 150),
    ("card", ("subtitle", "text"), 150),
    ("card", ("body", "text"), 200),
    ("container", ("title", "text"), 150),
    ("container", ("subtitle", "text"), 150),
    ("data_visualization", ("title",), 50),
    ("data_visualization", ("chart", "axis_config", "x_label"), 50),
    ("data_visualization", ("chart", "axis_config", "y_label"), 50),
    ("data_visualization", ("chart", "series", 0, "name"), 20),
    ("video", ("title", "text"), 199),
    ("video", ("author_name",), 49),
    ("actions", ("elements", 0, "text", "text"), 75),
]


def pointer_to(path: Path_) -> str:
    return "".join(f"/{step}" for step in path)


@pytest.mark.parametrize(("kind", "path", "most"), LENGTHS)
def test_a_text_may_be_so_long_and_no_longer(kind: str, path: Path_, most: int) -> None:
    prefix = "https://x.y/" if path[-1] == "image_url" else ""
    fitting = prefix + "x" * (most - len(prefix))
    surface = surface_of(kind)
    assert problems_of(changed(GOOD[kind], path, fitting), surface) == []
    (found,) = problems_of(changed(GOOD[kind], path, fitting + "x"), surface)
    where = "/view/blocks/0" if surface == "modal" else "/blocks/0"
    assert found == f"must be less than {most + 1} characters [json-pointer:{where}{pointer_to(path)}]"


ELEMENT_LENGTHS: list[tuple[str, Path_, int]] = [
    ("button", ("text", "text"), 75),
    ("button", ("value",), 2000),
    ("button", ("accessibility_label",), 75),
    ("button", ("action_id",), 255),
    ("button", ("confirm", "text", "text"), 300),
    ("datepicker", ("placeholder", "text"), 150),
    ("radio_buttons", ("options", 1, "text", "text"), 75),
    ("radio_buttons", ("options", 1, "value"), 150),
    ("static_select", ("option_groups", 0, "label", "text"), 75),
]


@pytest.mark.parametrize(("kind", "path", "most"), ELEMENT_LENGTHS)
def test_a_text_of_an_element_may_be_so_long_and_no_longer(kind: str, path: Path_, most: int) -> None:
    def tried(length: int) -> list[str]:
        return problems_of(holder(kind, changed(element_of(kind), path, "x" * length)), "modal")

    assert tried(most) == []
    (found,) = tried(most + 1)
    assert found.startswith(f"must be less than {most + 1} characters")


@pytest.mark.parametrize(("part", "most"), [("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)])
def test_a_confirmation_has_its_lengths(part: str, most: int) -> None:
    def tried(length: int) -> list[str]:
        confirm = {"title": plain("x"), "text": plain("x"), "confirm": plain("x"), "deny": plain("x")}
        return problems_of(actions(button(confirm=confirm | {part: plain("x" * length)})))

    assert tried(most) == []
    assert len(tried(most + 1)) == 1


def numbered(count: int) -> list[Json]:
    return [option(str(number)) for number in range(count)]


COUNTS: list[tuple[str, Path_, Any, int]] = [
    ("actions", ("elements",), lambda count: [button(str(number)) for number in range(count)], 25),
    ("context", ("elements",), lambda count: [plain("x")] * count, 10),
    ("section", ("fields",), lambda count: [plain("x")] * count, 10),
    ("card", ("actions",), lambda count: [button(str(number)) for number in range(count)], 3),
    ("carousel", ("elements",), lambda count: [CARD] * count, 10),
    ("container", ("child_blocks",), lambda count: [{"type": "divider"}] * count, 10),
    ("context_actions", ("elements",), lambda count: GOOD["context_actions"]["elements"][:1] * count, 5),
    ("table", ("rows",), lambda count: [[CELL]] * count, 100),
    ("table", ("rows", 0), lambda count: [CELL] * count, 20),
    ("table", ("column_settings",), lambda count: [{}] * count, 20),
    ("data_table", ("rows",), lambda count: [[CELL]] * count, 101),
    ("data_visualization", ("chart", "series"), lambda count: [SERIES[0] | {"name": str(n)} for n in range(count)], 6),
]


@pytest.mark.parametrize(("kind", "path", "made", "most"), COUNTS)
def test_a_list_may_be_so_long_and_no_longer(kind: str, path: Path_, made: Any, most: int) -> None:
    assert problems_of(changed(GOOD[kind], path, made(most))) == []
    found = problems_of(changed(GOOD[kind], path, made(most + 1)))
    assert f"no more than {most} items allowed [json-pointer:/blocks/0{pointer_to(path)}]" in found


@pytest.mark.parametrize(
    ("kind", "path", "most"),
    [
        ("multi_static_select", ("options",), 100),
        ("radio_buttons", ("options",), 10),
        ("checkboxes", ("options",), 10),
        ("overflow", ("options",), 5),
        ("static_select", ("option_groups", 0, "options"), 100),
    ],
)
def test_a_menu_may_offer_so_much_and_no_more(kind: str, path: Path_, most: int) -> None:
    bare = {key: value for key, value in element_of(kind).items() if not key.startswith("initial_")}

    def tried(count: int) -> list[str]:
        return problems_of(holder(kind, changed(bare, path, numbered(count))), "modal")

    assert tried(most) == []
    assert any(f"no more than {most} items allowed" in found for found in tried(most + 1))
    assert any("no fewer than 1 items allowed" in found for found in tried(0))


def test_a_menu_has_a_hundred_groups_at_most() -> None:
    def tried(count: int) -> list[str]:
        groups = [{"label": plain("x"), "options": [option(str(number))]} for number in range(count)]
        return problems_of(field("b", {"type": "static_select", "option_groups": groups}), "modal")

    assert tried(100) == []
    assert len(tried(101)) == 1


def test_a_message_has_fifty_blocks_a_view_a_hundred() -> None:
    line = {"type": "divider"}
    assert check_message([line] * 50) == []
    assert [problem.text for problem in check_message([line] * 51)] == ["no more than 50 items allowed"]
    assert check_view(modal(*[line] * 100), "modal") == []
    assert check_view(home(*[line] * 100), "home") == []
    assert [problem.text for problem in check_view(home(*[line] * 101), "home")] == ["no more than 100 items allowed"]


@pytest.mark.parametrize(
    ("part", "most"),
    [
        ("title", 24),
        ("submit", 24),
        ("close", 24),
        ("private_metadata", 3000),
        ("callback_id", 255),
        ("external_id", 255),
    ],
)
def test_the_parts_of_a_modal_have_their_lengths(part: str, most: int) -> None:
    def tried(length: int) -> list[str]:
        text = "x" * length
        value = plain(text) if part in ("title", "submit", "close") else text
        return [problem.text for problem in check_view(modal(**{part: value}), "modal")]

    assert tried(most) == []
    assert tried(most + 1) == [f"must be less than {most + 1} characters"]
