"""The SDK's checks are looked up once per class, and all of them run."""

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import ButtonElement, HeaderBlock, Option, PlainTextObject, SectionBlock

from bot.views.kit.checks import find_validators_once

LONG = "x" * 4_000


def parts() -> list[JsonObject]:
    return [
        Option(value="1", text="y" * 76),
        HeaderBlock(text=PlainTextObject(text=LONG)),
        SectionBlock(text=LONG),
        SectionBlock(),
        ButtonElement(text="y", value=LONG),
        ButtonElement(text="y", style="green"),
        SectionBlock(text="fine", block_id=LONG),
    ]


def verdicts() -> list[str]:
    found = []
    for part in parts():
        with pytest.raises(SlackObjectFormationError) as refused:
            part.to_dict()
        found.append(str(refused.value))
    return found


def test_what_slack_would_not_take_is_refused_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    before, looked = verdicts(), list[str]()
    monkeypatch.setattr(JsonObject, "validate_json", JsonObject.validate_json)  # put back afterwards
    find_validators_once()
    assert verdicts() == before

    class Counted(Option):
        def __dir__(self) -> list[str]:
            looked.append("each part")
            return []

    Counted(value="1", text="fine").to_dict()
    assert not looked
