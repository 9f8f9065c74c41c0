"""The customers that people name, as far as they may know of them.

Most names are in memory. Those that were only named in confidence are in the database alone, and mean something to
nobody but their people: to everybody else such a name is as unknown as any other.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bot.database.transaction import Core, is_away
from bot.handlers.kit.words import ParsedCommand, understand
from bot.services.accounts.account_index import Known
from bot.services.accounts.accounts import Accounts

T = TypeVar("T")

# So long a form waits for the database; without it, what is in memory is enough to open it.
_SECONDS = 1.0


@dataclass(frozen=True)
class Names:
    """Finds what people mean by what they have typed."""

    core: Core
    accounts: Accounts

    async def begins(self, text: str, *, viewer: str) -> tuple[Known | None, str, Sequence[Known]]:
        """Split a text into the account it begins with and the rest; without one, say which it may mean."""
        return await self._asked(partial(self.accounts.begins, text, viewer=viewer), lambda: self._from_memory(text))

    async def called(self, name: str, *, viewer: str) -> Known | None:
        """Return the account that a name means to somebody."""
        if not name:
            return None
        known = partial(self.accounts.called, name, viewer=viewer)
        return await self._asked(known, lambda: self.accounts.index.named(name))

    async def get(self, account_id: int, *, viewer: str) -> Known | None:
        """Return an account by its number."""
        known = partial(self.accounts.get, account_id, viewer=viewer)
        return await self._asked(known, lambda: self.accounts.index.get(account_id))

    def understood(self, text: str) -> ParsedCommand:
        """Return what somebody means by the words behind the command, from memory."""
        return understand(text, self._is_known)

    async def meant(self, text: str, *, viewer: str) -> ParsedCommand:
        """Return the same, where a verb may be followed by a name that is known to few."""
        words, possible = self.understood(text), understand(text, lambda _: True)
        if words != possible and await self.called(possible.rest, viewer=viewer) is not None:
            return possible
        return words

    def _is_known(self, words: str) -> bool:
        """Tell whether words name an escalation or an account that everybody may know of."""
        number = words.strip().casefold().removeprefix("esc-").removeprefix("#")
        return number.isdecimal() or self.accounts.index.named(words) is not None

    def _from_memory(self, text: str) -> tuple[Known | None, str, Sequence[Known]]:
        account, rest = self.accounts.index.split(text)
        return account, rest, () if account else self.accounts.index.alike(rest)

    async def _asked(self, work: Callable[[], T], otherwise: Callable[[], T]) -> T:
        """Ask the database; while it is slow or away, go by what is in memory."""
        try:
            async with asyncio.timeout(_SECONDS):
                return await self.core.run(work)
        except Exception as error:
            if not isinstance(error, TimeoutError) and not is_away(error):
                raise
            return otherwise()
