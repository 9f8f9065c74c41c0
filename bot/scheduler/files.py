"""The files the bot goes by: looked at now and then, read again when they have changed.

A broken file never replaces a good one. The bot goes on with what it has and says so in its log, in its readiness and
to whoever looks after the policy.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from bot.database.transaction import Core
from bot.errors import BadInput
from bot.services.policies.policy_owner import PolicyOwner
from bot.views.policies import files as words

T = TypeVar("T")
_Stamp = tuple[int, int, int] | None


@dataclass
class File(Generic[T]):
    """A file, how it is read (BadInput names every problem), and how it is taken: `take` tells whether it is news."""

    what: str
    path: Path
    read: Callable[[], T]
    take: Callable[[T], bool]
    problems: tuple[str, ...] = ()
    _seen: _Stamp = None
    _read: _Stamp = None

    def is_due(self) -> bool:
        """Tell whether it has changed and lies still: one that is being written is left alone until the next look."""
        stamp, before = _stamp(self.path), self._seen
        self._seen = stamp
        return stamp == before and stamp != self._read

    def reread(self) -> bool:
        """Read and take it; tells whether that changed anything. Raises BadInput, and keeps what there was."""
        self._read = self._seen = _stamp(self.path)
        try:
            found = self.read()
        except BadInput as error:
            self.problems = error.problems
            raise
        self.problems = ()
        return self.take(found)


@dataclass(frozen=True)
class Files:
    """All files that are watched; none, where the bot goes by what is shipped with it."""

    core: Core
    policy_owner: PolicyOwner
    watched: Sequence[File[object]] = ()
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> None:
        """Read again what has changed."""
        async with self._turn:
            for file in self.watched:
                if await asyncio.to_thread(file.is_due):
                    await self._read(file)

    async def reload(self) -> None:
        """Read everything again, changed or not."""
        async with self._turn:
            for file in self.watched:
                await self._read(file)

    def problems(self) -> Mapping[str, str | None]:
        """Say for each file what is wrong with it; None where the bot goes by it as it is."""
        return {file.what: _in_short(file.problems) for file in self.watched}

    async def _read(self, file: File[object]) -> None:
        log, before = structlog.get_logger().bind(what=file.what, path=str(file.path)), file.problems
        try:
            is_news = await asyncio.to_thread(file.reread)
        except BadInput as error:
            if error.problems != before:
                log.warning("file not taken, the last good one stays", problems=list(error.problems))
                await self._tell(file)
            return
        if is_news:
            log.info("file taken")
        elif before:
            log.info("file in order again")

    async def _tell(self, file: File[object]) -> None:
        said = hashlib.sha256("\n".join(file.problems).encode()).hexdigest()
        text = words.not_taken(file.what, file.path, file.problems)
        await self.core.run_in_background(self.policy_owner.tell, text, about=f"{file.what}:{said}")


def _stamp(path: Path) -> _Stamp:
    """Return what differs once a file has been written or replaced; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _in_short(problems: Sequence[str]) -> str | None:
    if not problems:
        return None
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"the last good one stays in force, since {problems[0]}{more}"
