"""Find accounts and escalations by words, as far as somebody may see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import or_

from bot.database import search_queries
from bot.database.lists import Lists
from bot.database.people import People
from bot.database.policies import Found
from bot.database.records import Records
from bot.database.references import named_by
from bot.policy.decide.references import key_in
from bot.policy.excerpts import Excerpt
from bot.services.accounts.account_index import IndexedAccount
from bot.services.accounts.accounts import Accounts

# How many escalations and accounts are shown at once.
SHOWN: Final = 8
ACCOUNTS_SHOWN: Final = 3
_CALLED_SO: Final = 50


@dataclass(frozen=True, slots=True)
class FindPage:
    """Search results, newest first. `said` is the update of an escalation that contains the words."""

    words: str
    accounts: tuple[IndexedAccount, ...] = ()
    found: Excerpt[Found] = field(default_factory=Excerpt)
    said: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finder:
    """Find by words: every word must be the beginning of one in what is found, or in the customer's name.

    The key of a ticket, a channel or a major incident finds its escalations, too.
    """

    records: Records
    accounts: Accounts
    people: People

    def find(self, text: str, *, viewer: str, first: int = 0) -> FindPage:
        """Return a part of what has all the words. Raises NotAMember."""
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            words, key = search_queries.words_of(text), key_in(text)
            if not words:
                return FindPage(text)
            index = self.accounts.names(tx)
            accounts = self.accounts.search(text, ACCOUNTS_SHOWN, viewer=viewer) if not first else []
            hidden = self.accounts.meant(tx, text, viewer=viewer)
            also = {hidden.id} if hidden is not None else set()
            named = [{each.id for each in index.search(word, _CALLED_SO)} | also for word in words]
            having = search_queries.having(tx.session, words, named)
            if key is not None:
                having = or_(having, named_by(key))
            found = Lists(self.records).newest(tx, SHOWN, having, self.records.visible(tx, viewer), first=first)
            numbers = [facts.number for facts, _ in found.shown]
            updates = search_queries.updates_with(tx.session, words, numbers) if numbers else {}
            said = {number: row.customer_text or row.note or row.older_note for number, row in updates.items()}
            return FindPage(text, tuple(account for account, _ in accounts), found, said)
