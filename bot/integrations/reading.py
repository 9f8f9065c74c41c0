"""Files that an operator names, read in bounded time and memory, with errors that say what to do.

A pipe, such as `<(…)` or `/dev/stdin`, is read until its end. Whoever writes to it may never come, or never stop.
"""

import os
import select
import stat
import time
from pathlib import Path
from typing import Final

from bot.errors import BadInput
from bot.policy import encodings

MEBIBYTE: Final = 1024 * 1024
# A policy or directory of a thousand people is far below; parsing YAML of this size takes a few minutes at most.
_TEXT_LIMIT: Final = 8 * MEBIBYTE
# About two million accounts.
_TABLE_LIMIT: Final = 256 * MEBIBYTE
_PIECE: Final = 64 * 1024
# How long a pipe may take.
_PIPE_SECONDS: Final = 30.0
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISCHR, "a device or a terminal"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def read_table(path: Path) -> bytes:
    """Return the content of a file to import. Raises BadInput."""
    return _content(path, _TABLE_LIMIT)


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 if it begins as such. Raises BadInput."""
    content = _content(path, _TEXT_LIMIT)
    try:
        return encodings.decoded(content)
    except UnicodeDecodeError as error:
        line = encodings.line_of(error)
        raise BadInput([f"Save {path} as UTF-8. Line {line} has a character that isn't."]) from None


def _content(path: Path, limit: int) -> bytes:
    try:
        # Without waiting, also for someone who writes to a pipe.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise BadInput([f"{path} can't be read: {_why(error)}."]) from None
    try:
        return _read(handle, path, limit)
    except OSError as error:
        raise BadInput([f"{path} can't be read: {_why(error)}."]) from None
    finally:
        os.close(handle)


def _read(handle: int, path: Path, limit: int) -> bytes:
    mode, until = os.fstat(handle).st_mode, time.monotonic() + _PIPE_SECONDS
    for is_such, kind in _KINDS:
        if is_such(mode):
            raise BadInput([f"{path} is {kind}. Name a file."])
    pieces: list[bytes] = []
    size = 0
    while True:
        if stat.S_ISFIFO(mode) and not _is_ready(handle, until - time.monotonic()):
            raise BadInput([f"{path} is a pipe that didn't end within {_PIPE_SECONDS:.0f} s. Name a file."])
        piece = os.read(handle, _PIECE)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise BadInput([f"{path} has more than {limit // MEBIBYTE} MiB. Name a smaller file."])


def _is_ready(handle: int, seconds: float) -> bool:
    """Wait until a pipe has bytes or has ended; return False if neither happens in time."""
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    return bool(waiting.poll(max(seconds, 0) * 1000))


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
