"""Texts that people type, or paste, to break something, and a limit on how long a view may take for one."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

HOSTILE: Final = {
    "ampersands": "&" * 601,
    "ampersands to the limit": "&" * 2500,
    "markup": "<b>&</b>" * 300,
    "mentions": "<!channel> <!here> <@U01ANA> <!subteam^S01> " * 40,
    "open brackets": "<" * 2000,
    "half links": "<https://evil.example|" * 100,
    "one long word": "x" * 2500,
    "line breaks": "a\n" * 1200,
    "quotes": "> > >" * 400,
    "direction marks": "\u202e\u2066abc\u200b" * 400,
    "accents upon accents": "Z" + "\u0301" * 2000,
    "astral": "\U0001f469\u200d\U0001f680" * 600,
}

# Those for what a command prints or a file holds.
PRINTED: Final = {
    **{name: HOSTILE[name] for name in ("ampersands", "mentions", "line breaks", "accents upon accents")},
    "terminal": "\x1b]0;yours\x07\x1b[2J\x9b31m\x08\x7f",
    "forged lines": "a\nNothing is wrong.\r\nimported 9\x0bFORGED\u2028FORGED\x85FORGED",
    "turned around": "\u202egpj.exe\u202c \u2067abc\u2069 \u200f",
    "null characters": "a\0b" * 20,
    "halves": "\ud83d and \udc00",
    "a formula": "=cmd|' /C calc'!A0",
    "another formula": "\t@SUM(1+9)*cmd",
    "quotation marks": '",",""\n"' * 50,
    "emoji": "\U0001f600" * 3000,
    "zero width": "\u200b\u200d\ufeff" * 200,
    "blank": "\u3164\u00a0\u2800",
}

# Far more than any view takes on a busy machine. An endless loop, or one whose time grows with the square of the text,
# takes longer.
_SECONDS = 60


@contextmanager
def bounded() -> Iterator[None]:
    """Interrupt what takes far longer than it may. Raises TimeoutError. Only for the main thread."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not drawn within {_SECONDS} s")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.alarm(_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
