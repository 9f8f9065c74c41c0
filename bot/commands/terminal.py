"""Output of commands: nothing in a text that somebody wrote can drive the terminal or hide other text."""

import re
from typing import Final

import click

# Control characters (they move the cursor or change the title), characters that begin a line or turn the direction of
# reading, and halves of characters.
_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def say(text: str = "", *, err: bool = False, end: str = "\n") -> None:
    """Print a text for a person, on the standard error with `err`."""
    click.echo(shown(text) + end, nl=False, err=err)


def write(text: str) -> None:
    """Print a text for a program, as UTF-8 whatever the terminal's encoding."""
    click.echo(text.encode(errors="replace"), nl=False)


def shown(text: str) -> str:
    r"""Return a text with unsafe characters as escapes, such as \u001b. JSON that is escaped so stays the same JSON."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def line(text: str) -> str:
    """Return a text as one line, so that it can't look like another line of the output."""
    return " ".join(text.splitlines())
