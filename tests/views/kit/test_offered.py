"""Choices that are offered while somebody types are drawn past the SDK: as it would draw them."""

import pytest

from bot.views.kit.parts import offered, option


@pytest.mark.parametrize("words", ["Acme", "Acme & <b> " * 20, "", "  two\nlines "])
@pytest.mark.parametrize("description", [None, "standard · health 90", "x" * 200])
def test_choices_are_drawn_as_the_sdk_draws_them(words: str, description: str | None) -> None:
    choice = option("7", words, description)
    assert offered([choice]) == [choice.to_dict()]
