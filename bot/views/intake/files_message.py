"""The channel's message about files that somebody added in a form; the files are in its thread."""

from collections.abc import Sequence

from bot.ports.workspace import Message
from bot.views.kit.parts import text_message
from bot.views.kit.text import clip, escape, one_line, person, times

_NAME = 60


def draw(by: str, names: Sequence[str]) -> Message:
    """Draw the message."""
    named = ", ".join(escape(clip(one_line(name), _NAME)) for name in names)
    return text_message(f":paperclip: {person(by)} added {times(len(names), 'file')}: {named}.")


def not_posted(names: Sequence[str]) -> str:
    """Return the words for the person whose files Slack didn't let us post."""
    named = ", ".join(escape(clip(one_line(name), _NAME)) for name in names)
    return f"Couldn't post {named} in the channel. Share the files there yourself."
