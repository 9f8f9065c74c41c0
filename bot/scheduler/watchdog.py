"""A watchdog for work that never returns, so that one text or row can't stop the whole process.

The event loop and the database threads run our Python; an endless loop there would hang every page and reply. A
separate thread checks once a second whether they still make progress. If one does not, it raises `Stuck` inside it; if
that does not help, it ends the process. The supervisor restarts it, and nothing queued is lost.
"""

import asyncio
import ctypes
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

# Statements time out after 20 s, so a thread that is busy for longer is computing.
_LOOP_SECONDS = 20
_THREAD_SECONDS = 60
# How long `Stuck` may take to arrive: a single call into C can't be interrupted.
_GRACE_SECONDS = 10
_LOOK_SECONDS = 1.0
# A check this late means that the whole process was frozen or the machine is overloaded.
_LATE_SECONDS = 5.0
# EX_SOFTWARE of sysexits.h.
EXIT_STUCK = 70


class Stuck(Exception):
    """Raised inside work that did not return; the same work must not be retried."""


def is_stuck(error: BaseException) -> bool:
    """Return True if work was interrupted. SQLAlchemy wraps whatever is raised while it prepares a statement."""
    return isinstance(error, Stuck) or isinstance(getattr(error, "orig", None), Stuck)


@dataclass
class _Watched:
    """One thread's progress. `seconds` is how long `mark` has not changed while the watchdog was awake."""

    mark: object
    seconds: float = 0.0
    interrupted: bool = False


@dataclass
class Watchdog:
    """Watches the event loop it is started in, and the threads that `busy` returns.

    `busy` returns a mark for each thread (by ident) that changes with each piece of work. `end` is called if nothing
    else helps.
    """

    busy: Callable[[], Mapping[int, object]] = dict
    monotonic: Callable[[], float] = time.monotonic
    end: Callable[[], None] = lambda: os._exit(EXIT_STUCK)
    loop_seconds: float = _LOOP_SECONDS
    thread_seconds: float = _THREAD_SECONDS
    grace_seconds: float = _GRACE_SECONDS
    look_seconds: float = _LOOK_SECONDS
    _beats: int = 0
    _loop_thread: int = 0
    _beating: asyncio.TimerHandle | None = None
    _watched: dict[int, _Watched] = field(default_factory=dict)
    _looked_at: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start watching; call it in the event loop."""
        self._loop_thread = threading.get_ident()
        self._looked_at = self.monotonic()
        self._beat(asyncio.get_running_loop())
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; call it in the event loop or after it has ended."""
        self._stop.set()
        if self._beating is not None:
            self._beating.cancel()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> None:
        """Check once, and interrupt what has not moved for too long."""
        now = self.monotonic()
        passed, self._looked_at = now - self._looked_at, now
        if passed > self.look_seconds + _LATE_SECONDS:
            self._watched.clear()
            return
        marks = {self._loop_thread: self._beats, **self.busy()}
        self._watched = {
            thread: self._moved_on(thread, mark, passed) for thread, mark in marks.items() if mark is not None
        }
        for thread, watched in self._watched.items():
            self._judge(thread, watched)

    def _moved_on(self, thread: int, mark: object, passed: float) -> _Watched:
        watched = self._watched.get(thread)
        if watched is None or watched.mark != mark:
            return _Watched(mark)
        watched.seconds += passed
        return watched

    def _judge(self, thread: int, watched: _Watched) -> None:
        limit = self.loop_seconds if thread == self._loop_thread else self.thread_seconds
        log = structlog.get_logger().bind(seconds=round(watched.seconds), stack=_stack(thread))
        if watched.seconds >= limit + self.grace_seconds:
            log.critical("work stuck, process ends")
            self.end()
        elif watched.seconds >= limit and not watched.interrupted:
            watched.interrupted = True
            log.error("work stuck, interrupted")
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Stuck))

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._beats += 1
        self._beating = loop.call_later(self.look_seconds / 2, self._beat, loop)

    def _run(self) -> None:
        while not self._stop.wait(self.look_seconds):
            self.look()


def _stack(thread: int) -> str:
    """Return the innermost frames of a thread, without any values."""
    frame = sys._current_frames().get(thread)  # noqa: SLF001 - the documented way to see another thread's stack
    return "".join(traceback.format_stack(frame, limit=8)) if frame else ""
