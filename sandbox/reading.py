"""Files that somebody names on the command line, read in bounded time and memory, with errors that say what to do."""

import json
import os
import select
import stat
import time
from pathlib import Path
from typing import Any, Final

import yaml

from sandbox.errors import BadFile

MEBIBYTE: Final = 1024 * 1024
# A workspace of thousands of people, a manifest or a script is far below.
_YAML_LIMIT: Final = 8 * MEBIBYTE
# A state that was used for weeks.
_STATE_LIMIT: Final = 512 * MEBIBYTE
_PIECE: Final = 64 * 1024
# How long a pipe may take: who writes to it may never come, or never stop.
_PIPE_SECONDS: Final = 30.0
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISCHR, "a device or a terminal"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML or JSON file. Raises BadFile."""
    try:
        return yaml.load(_text(path, _YAML_LIMIT), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise BadFile(f"{path}: {error}") from error
    except (RecursionError, ValueError) as error:
        raise BadFile(f"{path}: this isn't YAML that can be read ({error})") from error


def read_state(path: Path) -> Any:
    """Return the content of a saved state; None if there is no such file. Raises BadFile."""
    if not path.exists():
        return None
    try:
        return json.loads(_text(path, _STATE_LIMIT))
    except (RecursionError, ValueError) as error:
        raise BadFile(f"{path}: {error}") from error


def _text(path: Path, limit: int) -> str:
    try:
        # Without waiting, also for somebody who writes to a pipe.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            content = _content(handle, path, limit)
        finally:
            os.close(handle)
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadFile(f"{path}: line {line} has a character that isn't UTF-8. Save it as UTF-8.") from error


def _content(handle: int, path: Path, limit: int) -> bytes:
    mode, until = os.fstat(handle).st_mode, time.monotonic() + _PIPE_SECONDS
    for is_such, kind in _KINDS:
        if is_such(mode):
            raise BadFile(f"{path}: it is {kind}. Name a file.")
    pieces: list[bytes] = []
    size = 0
    while True:
        if stat.S_ISFIFO(mode) and not _is_ready(handle, until - time.monotonic()):
            raise BadFile(f"{path}: it is a pipe that didn't end within {_PIPE_SECONDS:.0f} s. Name a file.")
        piece = os.read(handle, _PIECE)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise BadFile(f"{path}: it has more than {limit // MEBIBYTE} MiB. Name a smaller file.")


def _is_ready(handle: int, seconds: float) -> bool:
    """Wait until a pipe has bytes or has ended; return False if neither happens in time."""
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    return bool(waiting.poll(max(seconds, 0) * 1000))
