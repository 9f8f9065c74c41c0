"""A form without questions."""

from collections.abc import Sequence

from bot.ports.workspace import Block, View
from bot.views.kit import ids
from bot.views.kit.parts import modal, section


def info(title: str, words: str) -> View:
    """Draw a form without questions: a refusal, an apology, a loading message."""
    return shown(title, [section(words)])


def shown(title: str, blocks: Sequence[Block]) -> View:
    """Draw a form that only shows something."""
    return modal(ids.PICK, title, blocks, close="Close")
