"""Worker names, which show whether a worker on this machine is still alive.

A name holds the machine as the kernel identifies it (boot id and PID namespace), the process id and its start time. So
another process on this machine knows at once that a predecessor is dead; for workers on other machines only the lease
tells. Without `/proc` every worker counts as remote.
"""

import itertools
import os
import re
import secrets
import socket
from pathlib import Path
from typing import Final

_PROC = Path("/proc")
_HOST_LETTERS = 24
_BOOT_LETTERS = 8
_NAME: Final = re.compile(r"(?P<machine>.*)/(?P<pid>\d+)\.(?P<started>\d+)\.\d+", re.DOTALL)
_STARTED = 19  # the 22nd field of /proc/PID/stat, counted without the first two
_NUMBERS = itertools.count(1)


def worker_name() -> str:
    """Return a name that no other worker has or will have."""
    machine, started = _machine(), _started(os.getpid())
    if machine is None or started is None:
        return f"{socket.gethostname()[:_HOST_LETTERS]}:{os.getpid()}:{secrets.token_hex(4)}"
    return f"{machine}/{os.getpid()}.{started}.{next(_NUMBERS)}"


def host() -> str:
    """Return the name of this machine, for people."""
    return socket.gethostname()[:_HOST_LETTERS]


def neighbours() -> str | None:
    """Return the common prefix of all worker names on this machine; None if it is unknown."""
    machine = _machine()
    return f"{machine}/" if machine is not None else None


def is_dead(worker: str) -> bool:
    """Return True if a worker is known to be dead: it ran on this machine and its process is gone."""
    found = _NAME.fullmatch(worker)
    if found is None or found["machine"] != _machine():
        return False
    return _is_gone(int(found["pid"]), found["started"])


def _machine() -> str | None:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text()[:_BOOT_LETTERS]
        namespace = re.sub(r"\D", "", str((_PROC / "self/ns/pid").readlink()))
    except OSError:
        return None
    return f"{socket.gethostname()[:_HOST_LETTERS]}-{boot}-{namespace}"


def _is_gone(pid: int, started: str) -> bool:
    now = _started(pid)
    if now is not None:
        return now != started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # another user's process, which we may not inspect
    return True  # a zombie, or it ended just now


def _started(pid: int) -> str | None:
    """Return a process's start time in kernel ticks since boot; None if it is gone or a zombie."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The program's name may contain anything, so fields are counted from its closing parenthesis.
    state, *rest = stat.rpartition(")")[2].split()
    return None if state in "ZX" else rest[_STARTED - 1]
