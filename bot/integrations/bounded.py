"""Work that computes for itself, in a thread of its own and in bounded time.

What others wrote may ask for endless work: an event that repeats each second, for example. Such work is interrupted.
"""

import asyncio
import ctypes
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class _TooLongError(BaseException):
    """Raised inside work that took too long; no library may catch it by mistake."""


async def in_time(work: Callable[[], T], seconds: float) -> T:
    """Return what `work` returns. Raises TimeoutError after so many seconds, when the work has been interrupted.

    A single call into C can't be interrupted.
    """
    threads: list[int] = []

    def run() -> T:
        threads.append(threading.get_ident())
        return work()

    # A thread of its own: one that goes on to other work would be interrupted in that.
    executor = ThreadPoolExecutor(1, thread_name_prefix="bounded")
    running = asyncio.get_running_loop().run_in_executor(executor, run)
    executor.shutdown(wait=False)
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.shield(running)
    except TimeoutError:
        for thread in threads:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_TooLongError))
        running.add_done_callback(lambda done: done.cancelled() or done.exception())
        raise
