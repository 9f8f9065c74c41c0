"""Every account's name in memory, so that a form can be opened without asking the database.

Names are compared without case, accents and punctuation, and without the legal form at their end: "acme" finds
"Acme, Inc." unless there is also an "Acme GmbH".
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from anyascii import anyascii

_WORD = re.compile(r"[^\W_]+")
_LEGAL = frozenset(
    {"ab", "ag", "as", "asa", "bv", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "kg", "kk"}
    | {"limited", "llc", "llp", "lp", "ltd", "nv", "oy", "oyj", "plc", "pte", "pty", "sa", "sarl", "sas", "se", "spa"}
    | {"srl"}
)
_LONGEST = 16


@dataclass(frozen=True, slots=True)
class Known:
    """An account, as far as choosing it goes. The CSM is named as people know them, once Slack has been asked."""

    id: int
    name: str
    domain: str | None = None
    tier: str | None = None
    health: int | None = None
    csm: str | None = None
    area: str | None = None


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return _WORD.findall(anyascii(text).casefold())


@dataclass
class AccountIndex:
    """Finds accounts by the beginning of a text, or by a part of their name."""

    _accounts: dict[int, Known] = field(default_factory=dict)
    _by_words: dict[tuple[str, ...], set[int]] = field(default_factory=lambda: defaultdict(set))
    _sought: list[tuple[str, Known]] = field(default_factory=list)

    def load(self, accounts: Iterable[Known]) -> None:
        """Replace everything by these accounts."""
        by_words: dict[tuple[str, ...], set[int]] = defaultdict(set)
        known = {account.id: account for account in accounts}
        for account in known.values():
            for writing in _writings(account):
                by_words[writing].add(account.id)
        sought = [(" ".join([*words(account.name), account.domain or ""]), account) for account in known.values()]
        self._accounts, self._by_words, self._sought = known, by_words, sorted(sought, key=lambda pair: pair[0])

    def get(self, account_id: int) -> Known | None:
        """Return one account."""
        return self._accounts.get(account_id)

    def named(self, name: str) -> Known | None:
        """Return the account that a name means, if it means exactly one."""
        return self._only(tuple(words(name)))

    def split(self, text: str) -> tuple[Known | None, str]:
        """Split `acme export is down` into the account it begins with (the longest name) and the rest.

        Without any, all of it is the rest.
        """
        spans = [(match.group(), match.end()) for match in _WORD.finditer(text)][:_LONGEST]
        compared = [tuple(words(word)) for word, _ in spans]
        for count in range(len(spans), 0, -1):
            account = self._only(tuple(part for word in compared[:count] for part in word))
            if account is not None:
                rest = text[spans[count - 1][1] :]
                return account, rest.lstrip(" \t\n,.:;-–—")  # noqa: RUF001 - people type dashes of every length
        return None, text.strip()

    def search(self, query: str, limit: int = 20) -> Sequence[Known]:
        """Return the accounts whose name or domain holds the query: beginnings first, then by name."""
        sought = " ".join(words(query))
        if not sought:
            return [account for _, account in self._sought[:limit]]
        first, inner, rest = [], [], []
        for text, account in self._sought:
            place = text.find(sought)
            if place == 0:
                first.append(account)
            elif place > 0 and text[place - 1] == " ":
                inner.append(account)
            elif place > 0 or (account.domain and account.domain.casefold().startswith(query.strip().casefold())):
                rest.append(account)
            if len(first) >= limit:
                break
        return (first + inner + rest)[:limit]

    def _only(self, writing: tuple[str, ...]) -> Known | None:
        found = self._by_words.get(writing, set())
        if len(found) == 1:
            return self._accounts[next(iter(found))]
        exact = [self._accounts[i] for i in found if tuple(words(self._accounts[i].name)) == writing]
        return exact[0] if len(exact) == 1 else None


def _writings(account: Known) -> set[tuple[str, ...]]:
    full = tuple(words(account.name))
    short = full
    while len(short) > 1 and short[-1] in _LEGAL:
        short = short[:-1]
    domain = tuple(words(account.domain)) if account.domain else ()
    return {writing for writing in (full, short, domain) if writing}
