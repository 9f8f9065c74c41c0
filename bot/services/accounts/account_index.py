"""An in-memory index of all account names, so that a form opens without a query.

Names are compared without case, accents and punctuation, and without the legal form at their end: "acme" finds "Acme,
Inc." unless there is also an "Acme GmbH".
"""

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from bot.policy.account_names import SHORTEST_NEAR, Words, core, nearly, same_key, words

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 16
# For typing errors, only this many first words of the text are compared.
_NEAR_WORDS = 3
# Shorter legal forms (as, co, se) are ordinary words too, so they are not removed.
_CLEAR_FORM = 3
# How many words of a text are searched for names, and the longest name found in it.
_MOST_READ = 600
_LONGEST_NAME = 8
# A word with which more names begin than these suggests none of them.
_MOST_BEGINNING = 3
# A single letter is part of too many names.
_SHORTEST_PART = 2
# A word in small letters may be a name from this length on.
_CLEAR_WORD = 4


@dataclass(frozen=True, slots=True)
class IndexedAccount:
    """An account in the index. `csm` is the person's name once Slack has been asked."""

    id: int
    name: str
    domain: str | None = None
    tier: str | None = None
    health: int | None = None
    csm: str | None = None
    area: str | None = None
    # Other names, with ; between them.
    aliases: str | None = None


@dataclass
class IndexBuilder:
    """Collects accounts, a few thousand at a time, for an index that is replaced when it has all of them."""

    accounts: dict[int, IndexedAccount] = field(default_factory=dict)
    # Tuples, because nearly all hold one account: a set takes four times the memory and longer to make.
    by_words: dict[Words, tuple[int, ...]] = field(default_factory=dict)
    by_key: dict[str, IndexedAccount] = field(default_factory=dict)
    # By first letter: account names without legal form, and the account; and the searched text, and the account.
    cores: dict[str, dict[str, IndexedAccount]] = field(default_factory=lambda: defaultdict(dict))
    sought: dict[str, list[tuple[str, IndexedAccount]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, accounts: Iterable[IndexedAccount]) -> None:
        """Add accounts that aren't there yet."""
        for account in accounts:
            compared = _compared(account)
            for writing in compared.writings:
                self.by_words[writing] = (*self.by_words.get(writing, ()), account.id)
            self.cores[compared.core[:1]][compared.core] = account
            self.sought[compared.sought[:1]].append((compared.sought, account))
            self.accounts[account.id] = self.by_key[same_key(account.name)] = account


@dataclass
class AccountIndex:
    """Find accounts by the beginning of a text, or by a part of their name."""

    _accounts: dict[int, IndexedAccount] = field(default_factory=dict)
    _by_words: dict[Words, tuple[int, ...]] = field(default_factory=dict)
    _by_key: dict[str, IndexedAccount] = field(default_factory=dict)
    _cores: dict[str, dict[str, IndexedAccount]] = field(default_factory=dict)
    _sought: list[tuple[str, IndexedAccount]] = field(default_factory=list)

    def load(self, accounts: Iterable[IndexedAccount]) -> None:
        """Replace the whole index by these accounts."""
        collected = IndexBuilder()
        collected.add({account.id: account for account in accounts}.values())
        self.replace(collected)

    def replace(self, collected: IndexBuilder) -> None:
        """Replace the whole index by the accounts that were collected."""
        self._accounts, self._by_words, self._cores = collected.accounts, collected.by_words, collected.cores
        self._by_key = collected.by_key
        # Sorted letter by letter: sorting a hundred thousand at once would block the event loop's thread as well.
        sought = collected.sought
        self._sought = [pair for first in sorted(sought) for pair in sorted(sought[first], key=_text)]

    def __len__(self) -> int:
        """Return the number of accounts."""
        return len(self._accounts)

    def update(self, accounts: Iterable[IndexedAccount], gone: Collection[int] = ()) -> None:
        """Add or replace accounts, and remove those that are gone.

        What changes is copied, so that a concurrent search still sees a consistent older state.
        """
        known, by_key = dict(self._accounts), dict(self._by_key)
        by_words = dict(self._by_words)
        cores, sought = defaultdict[str, dict[str, IndexedAccount]](dict, self._cores), list(self._sought)
        changes: list[tuple[int, IndexedAccount | None]] = [(account.id, account) for account in accounts]
        for number, account in [*changes, *((number, None) for number in gone)]:
            before = known.get(number)
            if before == account:
                continue
            if before is not None:
                compared = _compared(before)
                for writing in compared.writings:
                    by_words[writing] = tuple(number for number in by_words[writing] if number != before.id)
                if by_key.get(same_key(before.name)) is before:
                    del by_key[same_key(before.name)]
                first = compared.core[:1]
                cores[first] = {name: one for name, one in cores[first].items() if one is not before}
                start = bisect_left(sought, compared.sought, key=_text)
                del sought[sought.index((compared.sought, before), start)]
                del known[number]
            if account is None:
                continue
            known[account.id], by_key[same_key(account.name)] = account, account
            compared = _compared(account)
            for writing in compared.writings:
                by_words[writing] = (*by_words.get(writing, ()), account.id)
            cores[compared.core[:1]] = cores[compared.core[:1]] | {compared.core: account}
            insort(sought, (compared.sought, account), key=_text)
        self._accounts, self._by_words, self._by_key = known, by_words, by_key
        self._cores, self._sought = cores, sought

    def get(self, account_id: int) -> IndexedAccount | None:
        """Return one account."""
        return self._accounts.get(account_id)

    def named(self, name: str) -> IndexedAccount | None:
        """Return the account that a name means, if it means exactly one."""
        return self._by_key.get(same_key(name)) or self._meant(tuple(words(name)))

    def split(self, text: str) -> tuple[IndexedAccount | None, str]:
        """Split `acme export is down` into the account it begins with (the longest name) and the rest.

        Without an account, the rest is the whole text.
        """
        spans = [(match.group(), match.end()) for match in _WORD.finditer(text)][:_LONGEST]
        compared = [tuple(words(word)) for word, _ in spans]
        for count in range(len(spans), 0, -1):
            end = spans[count - 1][1]
            account = self._exactly(text[: end + 1]) or self._exactly(text[:end])
            account = account or self._meant(tuple(part for word in compared[:count] for part in word))
            if account is not None:
                rest = text[end:]
                return account, rest.lstrip(" \t\n,.:;-–—")  # noqa: RUF001 - people type dashes of every length
        return None, text.strip()

    def alike(self, text: str, limit: int = 5) -> Sequence[IndexedAccount]:
        """Return the accounts that the beginning of a text may mean, if it doesn't mean exactly one.

        These are several with one name without punctuation and legal form, else those that `containing` finds, else
        those whose name begins with the first word, else those spelt similarly.
        """
        typed = [word for match in list(_WORD.finditer(text))[:_LONGEST] for word in words(match.group())]
        for count in range(len(typed), 0, -1):
            beginning = tuple(typed[:count])
            found = self._by_words.get(beginning) or self._by_words.get(core(beginning))
            if found:
                return sorted((self._accounts[number] for number in found), key=lambda known: known.name)[:limit]
        found_so = self.containing(text, limit) or (self._beginning_with(typed[0]) if typed else [])
        if found_so:
            return found_so
        for count in range(min(len(typed), _NEAR_WORDS), 0, -1):
            start = " ".join(typed[:count])
            bucket = self._cores.get(start[:1], {})
            if len(start) >= SHORTEST_NEAR and (near := nearly(start, {text: text for text in bucket})):
                return [bucket[near]]
        return []

    def containing(self, part: str, limit: int = 5) -> Sequence[IndexedAccount]:
        """Return what `search` finds for a part of a name; nothing for a single letter."""
        return self.search(part, limit) if len(" ".join(words(part))) >= _SHORTEST_PART else []

    def _beginning_with(self, word: str) -> Sequence[IndexedAccount]:
        """Return the accounts whose name begins with a word; none for a short one, or one with which many begin."""
        if len(word) < _CLEAR_WORD:
            return []
        place = bisect_left(self._sought, f"{word} ", key=_text)
        found = self._sought[place : place + _MOST_BEGINNING + 1]
        named = [account for text, account in found if text.startswith(f"{word} ")]
        return named if len(named) <= _MOST_BEGINNING else []

    def mentioned(self, text: str) -> Sequence[IndexedAccount]:
        """Return the accounts that a text names anywhere, each once, in its order; of names in one another the longest.

        A short word in small letters is not taken for a name: "the box is empty" is not about Box.
        """
        spans = list(islice(_WORD.finditer(text), _MOST_READ))
        compared = [tuple(words(span.group())) for span in spans]
        found: dict[int, IndexedAccount] = {}
        place = 0
        while place < len(spans):
            for count in range(min(_LONGEST_NAME, len(spans) - place), 0, -1):
                writing = tuple(part for word in compared[place : place + count] for part in word)
                meant = self._called(writing) if count > 1 or _may_be_a_name(spans[place].group()) else ()
                if meant:
                    found |= {account.id: account for account in meant}
                    break
            place += count
        return list(found.values())

    def _called(self, writing: Words) -> Sequence[IndexedAccount]:
        one = self._only(writing)
        return [one] if one else [self._accounts[number] for number in self._by_words.get(writing, ())]

    def search(self, query: str, limit: int = 20) -> Sequence[IndexedAccount]:
        """Return the accounts whose name or domain contains the query: matches at the beginning first, then by name."""
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

    def _exactly(self, typed: str) -> IndexedAccount | None:
        """Return the account of that name. Without punctuation it means none where several differ in nothing else."""
        account = self._by_key.get(same_key(typed))
        if account is None:
            return None
        writing = tuple(words(typed))
        others = [number for number in self._by_words.get(writing, ()) if number != account.id]
        same = any(tuple(words(self._accounts[number].name)) == writing for number in others)
        return None if same and same_key(" ".join(writing)) == same_key(typed) else account

    def _meant(self, writing: Words) -> IndexedAccount | None:
        """Return the one account with that name, even if its legal form is written differently."""
        found = self._only(writing)
        if found is None and writing and len(writing[-1]) >= _CLEAR_FORM and (short := core(writing)) != writing:
            return self._only(short)
        return found

    def _only(self, writing: Words) -> IndexedAccount | None:
        found = self._by_words.get(writing, ())
        if len(found) == 1:
            return self._accounts[found[0]]
        exact = [self._accounts[i] for i in found if tuple(words(self._accounts[i].name)) == writing]
        return exact[0] if len(exact) == 1 else None


def _may_be_a_name(word: str) -> bool:
    return len(word) >= _CLEAR_WORD or word != word.lower()


def _text(pair: tuple[str, IndexedAccount]) -> str:
    return pair[0]


@dataclass(frozen=True, slots=True)
class _AccountKeys:
    """The keys an account is found by: its spellings, its name without legal form, and the searched text."""

    writings: frozenset[Words]
    core: str
    sought: str


def _compared(account: IndexedAccount) -> _AccountKeys:
    full = tuple(words(account.name))
    short = core(full)
    domain = tuple(words(account.domain)) if account.domain else ()
    label = domain[:1] if domain and len(domain[0]) >= _CLEAR_WORD else ()
    aliases = [tuple(words(alias)) for alias in account.aliases.split(";")] if account.aliases else []
    return _AccountKeys(
        writings=frozenset(writing for writing in (full, short, domain, label, *aliases) if writing),
        core=" ".join(short),
        sought=" ".join([*full, account.domain or "", *(word for alias in aliases for word in alias)]).rstrip(),
    )
