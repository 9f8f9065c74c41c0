"""The configuration files: checked regularly and reloaded when they change.

An invalid file never replaces a valid one. The bot keeps what it has and reports it in the log, in /readyz and to the
policy owner.
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
    """A file and how to read it (raises BadInput with every problem). `take` returns whether its content is new."""

    what: str
    path: Path
    read: Callable[[], T]
    take: Callable[[T], bool]
    problems: tuple[str, ...] = ()
    _seen: _Stamp = None
    _read: _Stamp = None

    def is_due(self) -> bool:
        """Return True if the file changed and is stable: one that is being written is left for the next check."""
        stamp, before = _stamp(self.path), self._seen
        self._seen = stamp
        return stamp == before and stamp != self._read

    def reread(self) -> bool:
        """Reload the file; return True if that changed anything. Raises BadInput and keeps the last valid content."""
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
    """All watched files; empty if the bot uses only what it is shipped with."""

    core: Core
    policy_owner: PolicyOwner
    watched: Sequence[File[object]] = ()
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> None:
        """Reload the files that changed."""
        async with self._turn:
            for file in self.watched:
                if await asyncio.to_thread(file.is_due):
                    await self._read(file)

    async def reload(self) -> None:
        """Reload every file, changed or not."""
        async with self._turn:
            for file in self.watched:
                await self._read(file)

    def problems(self) -> Mapping[str, str | None]:
        """Return the problem of each file; None if its content is in use."""
        return {file.what: _in_short(file.problems) for file in self.watched}

    async def _read(self, file: File[object]) -> None:
        log, before = structlog.get_logger().bind(what=file.what, path=str(file.path)), file.problems
        try:
            is_news = await asyncio.to_thread(file.reread)
        except BadInput as error:
            if error.problems != before:
                log.warning("file invalid, keeping the last valid one", problems=list(error.problems))
                await self._tell(file)
            return
        if is_news:
            log.info("file reloaded")
        elif before:
            log.info("file valid again")

    async def _tell(self, file: File[object]) -> None:
        said = hashlib.sha256("\n".join(file.problems).encode()).hexdigest()
        text = words.not_taken(file.what, file.path, file.problems)
        await self.core.run_in_background(self.policy_owner.tell, text, about=f"{file.what}:{said}")


def _stamp(path: Path) -> _Stamp:
    """Return a value that changes when the file is written or replaced; None if there is no file."""
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
