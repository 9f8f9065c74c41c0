"""A form without questions."""

from bot.ports.workspace import View
from bot.views.kit import ids
from bot.views.kit.parts import modal, section


def notice(title: str, words: str) -> View:
    """Draw a form without questions: a refusal, an apology, a loading message."""
    return modal(ids.PICK, title, [section(words)], close="Close")
