"""Choices that are offered while somebody types are drawn past the SDK: as it would draw them."""

import pytest
from slack_sdk.models.blocks import ContextBlock, SectionBlock

from bot.views.kit.parts import context, offered, option, paragraphs, section
from bot.views.kit.text import SECTION_LIMIT, clip_markup, mrkdwn, split_markup


@pytest.mark.parametrize("words", ["Acme", "Acme & <b> " * 20, "", "  two\nlines "])
@pytest.mark.parametrize("description", [None, "standard · health 90", "x" * 200])
def test_choices_are_drawn_as_the_sdk_draws_them(words: str, description: str | None) -> None:
    choice = option("7", words, description)
    assert offered([choice]) == [choice.to_dict()]


@pytest.mark.parametrize("words", ["Acme & *Co*", "x" * 5000, "a\nb", "<@U01ANA> :tada:"])
def test_paragraphs_and_grey_lines_are_what_the_sdk_makes_of_them(words: str) -> None:
    clipped = clip_markup(words, SECTION_LIMIT)
    assert section(words) == SectionBlock(text=mrkdwn(clipped)).to_dict()
    assert section(words, block_id="one") == SectionBlock(text=mrkdwn(clipped), block_id="one").to_dict()
    assert context(words, "b") == ContextBlock(elements=[mrkdwn(clipped), mrkdwn("b")]).to_dict()
    assert list(paragraphs(words)) == [SectionBlock(text=mrkdwn(part)).to_dict() for part in split_markup(words)]
    with pytest.raises(ValueError, match="11 lines"):
        context(*[words] * 11)
