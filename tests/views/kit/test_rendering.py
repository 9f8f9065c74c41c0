"""The views draw what Slack's SDK makes of the same objects, with its checks."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import JsonObject
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, ConfirmObject, Option, OverflowMenuElement

from bot.ports.workspace import Block
from bot.views.kit import parts
from bot.views.kit.rendering import rendered
from tests.support.every_view import calls, every_view


def test_every_view_is_drawn_as_the_sdk_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = set[type[JsonObject]]()

    def compared(part: JsonObject) -> Block:
        kinds.update(map(type, _within(part)))
        drawn = rendered(part)
        assert drawn == part.to_dict()
        return drawn

    monkeypatch.setattr(parts, "rendered", compared)
    for place, view in every_view().items():
        for given in calls(place, view, "Exports are down"):
            with suppress(LookupError, ValueError, TypeError, AttributeError):
                view(**given)
    assert {ActionsBlock, ButtonElement, ConfirmObject, Option, OverflowMenuElement} <= kinds


def _within(part: object) -> Iterator[JsonObject]:
    if isinstance(part, JsonObject):
        yield part
        for held in vars(part).values():
            yield from _within(held)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from _within(each)


@pytest.mark.parametrize(
    "wrong",
    [
        ButtonElement(text="Press", action_id="press", value="x" * 2001),
        ButtonElement(text="Press", action_id="press", style="loud"),
        Option(text="One", value="x" * 151),
        ConfirmObject(title="x" * 101, text="Sure?"),
        OverflowMenuElement(action_id="more", options=[]),
    ],
)
def test_what_the_sdk_refuses_is_refused(wrong: JsonObject) -> None:
    for draw in (rendered, type(wrong).to_dict):
        with pytest.raises(SlackObjectFormationError):
            draw(wrong)


def test_an_option_without_a_value_is_drawn_with_none() -> None:
    option = Option(text="One", value="")
    assert rendered(option) == option.to_dict()
