"""The SDK's own checks hold for what the views draw, though they are found once for each class."""

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import JsonObject
from slack_sdk.models.blocks import ButtonElement, ConfirmObject, Option, OverflowMenuElement

from bot.views.kit import block_checks, parts


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
    with pytest.raises(SlackObjectFormationError):
        wrong.to_dict()


def test_the_checks_of_a_class_are_those_that_the_sdk_marks() -> None:
    classes = _below(JsonObject)  # type: ignore[type-abstract] # only its subclasses are looked at
    assert len(classes) > 50
    for cls in classes:
        marked = {name for name in dir(cls) if hasattr(getattr(cls, name, None), "validator")}
        assert set(block_checks.checks(cls)) == marked, cls
    assert block_checks.checks(ButtonElement)


def test_a_view_is_checked_without_looking_for_the_checks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    parts.actions(parts.button("Press", "press", "1"))

    def looked(cls: type[JsonObject]) -> list[str]:
        raise AssertionError(cls)

    monkeypatch.setattr(ButtonElement, "__dir__", looked)
    assert parts.actions(parts.button("Press", "press", "1"))["elements"][0]["action_id"] == "press"


def _below(cls: type[JsonObject]) -> "list[type[JsonObject]]":
    return [each for child in cls.__subclasses__() for each in (child, *_below(child))]
