"""Account names that people type, as far as each person may know of them.

Most names are in memory. Those named only in confidential escalations are in the database alone and are found only for
their people: for everybody else they are unknown.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from bot.database.transaction import Core, about_nothing, is_away
from bot.errors import StillStarting
from bot.handlers.kit.words import FOLLOWUPS, LIST, REPORT, ParsedCommand, Reading, understand
from bot.policy.decide import follow_up_words
from bot.services.accounts.account_index import IndexedAccount
from bot.services.accounts.accounts import Accounts

T = TypeVar("T")

# The verbs of lists, which say something without an account, too.
_LISTING = frozenset({LIST, FOLLOWUPS, REPORT})
# How long a form waits for the database; without it, the names in memory are enough to open it.
_SECONDS = 1.0
# How long a request waits for the names after a start: reading a hundred thousand takes about as long.
_LOADING_SECONDS = 2.0


async def until_loaded(core: Core, accounts: Accounts) -> bool:
    """Wait for all names to be in memory; False if the database is away. Raises StillStarting if it takes long."""
    if accounts.is_loaded:
        return True
    try:
        with about_nothing():
            async with asyncio.timeout(_LOADING_SECONDS):
                await core.run(accounts.load_names)
    except TimeoutError:
        raise StillStarting from None
    except Exception as error:
        if not is_away(error):
            raise
    return accounts.is_loaded


@dataclass(frozen=True)
class AccountLookup:
    """Finds the accounts that typed text means."""

    core: Core
    accounts: Accounts
    is_area: Callable[[str], bool]
    account_in: Callable[[str], str]

    async def begins(self, text: str, *, viewer: str) -> tuple[IndexedAccount | None, str, Sequence[IndexedAccount]]:
        """Split a text into the account it names and the rest; without one, return those it may mean."""
        return await self._asked(partial(self.accounts.begins, text, viewer=viewer), lambda: self._from_memory(text))

    async def mentioned(self, text: str, *, viewer: str) -> Sequence[IndexedAccount]:
        """Return the accounts that a text names anywhere."""
        named = partial(self.accounts.mentioned, text, viewer=viewer)
        return await self._asked(named, lambda: list(self.accounts.index.mentioned(text)))

    async def called(self, words: str, *, viewer: str) -> IndexedAccount | None:
        """Return the account that typed words mean, as far as the viewer may know it."""
        if not words:
            return None
        known = partial(self.accounts.meant_or_alike, words, viewer=viewer)
        return (await self._asked(known, lambda: (self.accounts.index.named(words), [])))[0]

    async def get(self, account_id: int, *, viewer: str) -> IndexedAccount | None:
        """Return an account by its id."""
        known = partial(self.accounts.get, account_id, viewer=viewer)
        return await self._asked(known, lambda: self.accounts.index.get(account_id))

    async def understood(self, text: str) -> ParsedCommand:
        """Parse the text after the command, with the names in memory. Raises StillStarting while they aren't there."""
        without_names = understand(text, _is_number, self.is_area, self.account_in)
        if without_names == understand(text, lambda _: True, self.is_area, self.account_in):
            return without_names
        if not await until_loaded(self.core, self.accounts):
            raise StillStarting
        return understand(text, self._is_known, self.is_area, self.account_in)

    async def meant(self, text: str, *, viewer: str) -> ParsedCommand:
        """Parse it with names that only some people may know, with parts of names, and with names spelt nearly so.

        Where a verb is at the end, or only perhaps one, a part of a name isn't enough.
        """
        possible = understand(text, lambda _: True, self.is_area, self.account_in)
        words = await self.understood(text)
        if words == possible or not possible.rest:
            return words
        about = self.account_part(possible)
        by_part = possible.reading is Reading.PLAIN or words.reading is Reading.UNKNOWN
        known, alike = await self._asked(
            partial(self.accounts.meant_or_alike, about, viewer=viewer, by_part=by_part),
            lambda: (self.accounts.index.named(about), list(self.accounts.index.alike(about))),
        )
        if known is not None:
            return possible
        # A sentence may begin with words like a name; all of its words are hardly one.
        is_name = any(len(account.name.split()) >= len(about.split()) for account in alike)
        is_about_one = words.reading is Reading.SENTENCE or words.verb in _LISTING
        if words.reading is Reading.UNKNOWN or (is_about_one and is_name):
            return replace(possible, reading=Reading.UNKNOWN)
        return words

    def account_part(self, words: ParsedCommand) -> str:
        """Return those of the words after a verb that are the name of an account; empty if there are none."""
        if words.verb == LIST:
            return self.account_in(words.rest)
        return follow_up_words.account_in(words.rest) if words.verb == FOLLOWUPS else words.rest

    def only_names(self, text: str) -> IndexedAccount | None:
        """Return the account, of those that everybody may know, of which a text is nothing but the name."""
        return self.accounts.index.named(text) if text and self.accounts.is_loaded else None

    def _is_known(self, words: str) -> bool:
        """Return True if words name an escalation or an account that everybody may know."""
        return _is_number(words) or self.accounts.index.named(words) is not None

    def _from_memory(self, text: str) -> tuple[IndexedAccount | None, str, Sequence[IndexedAccount]]:
        account, rest = self.accounts.index.split(text)
        if account is not None:
            return account, rest, ()
        named = self.accounts.index.mentioned(text)
        return (named[0], rest, ()) if len(named) == 1 else (None, rest, named or self.accounts.index.alike(rest))

    async def _asked(self, work: Callable[[], T], otherwise: Callable[[], T]) -> T:
        """Query the database; if it is slow or unavailable, use memory."""
        await until_loaded(self.core, self.accounts)
        try:
            async with asyncio.timeout(_SECONDS):
                return await self.core.run(work)
        except Exception as error:
            if not isinstance(error, TimeoutError) and not is_away(error):
                raise
            return otherwise()


def _is_number(words: str) -> bool:
    return words.strip().casefold().removeprefix("esc-").removeprefix("#").isdecimal()
