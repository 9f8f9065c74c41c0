"""Major incidents: one cause behind the escalations of several accounts, and when to suspect one."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from anyascii import anyascii

from bot.policy.excerpts import Excerpt
from bot.policy.model.patterns import MajorIncident
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts

# Two accounts with the same category within this time may have one cause (docs/policy.md#s3).
SOON = timedelta(hours=2)
# So many escalations of one are named; the others are counted.
AFFECTED_SHOWN: Final = 20
# So many customers without an escalation are kept of one incident, with names of at most this length.
MOST_CUSTOMERS: Final = 200
LONGEST_NAME: Final = 80
_SHORTEST: Final = 3
_WORD: Final = re.compile(r"[^\W_]+(?:[.'&\u2019-][^\W_]+)*")
_KEY: Final = re.compile(r"inc-([1-9][0-9]{0,8})", re.IGNORECASE)
_LEGAL_FORMS: Final = frozenset(
    {"ab", "ag", "as", "asa", "bv", "co", "company", "corp", "corporation", "gmbh", "group", "holding", "holdings"}
    | {"inc", "incorporated", "kg", "kk", "limited", "llc", "llp", "lp", "ltd", "nv", "oy", "oyj", "plc", "pte", "pty"}
    | {"sa", "sarl", "sas", "se", "spa", "srl"}
)
# Words common to many customers identify none.
_TELLS_NOTHING: Final = _LEGAL_FORMS | {
    *("the", "and", "for", "of", "bank", "data", "first", "general", "global", "international", "national", "new"),
    *("online", "service", "services", "software", "solutions", "systems", "tech", "technologies", "union", "united"),
}


def incident_in(words: str) -> int | None:
    """Return the number of the major incident whose key the words are, as in `inc-3`; None if they're no such key."""
    found = _KEY.fullmatch(words.strip())
    return int(found[1]) if found is not None else None


def incident_key(number: int) -> str:
    """Return the key people use, such as `INC-3`."""
    return f"INC-{number}"


def writings(name: str, domain: str | None) -> frozenset[str]:
    """Return how people refer to a customer: whole, without legal form, by the first distinctive word, by domain."""
    words = _WORD.findall(name)
    short, shorter = list(words), [" ".join(words)]
    while len(short) > 1 and short[-1].casefold().replace(".", "") in _LEGAL_FORMS:
        short.pop()
        shorter.append(" ".join(short))
    telling = [word for word in short if word.casefold() not in _TELLS_NOTHING and len(word) >= _SHORTEST]
    site = (domain or "").casefold().removeprefix("www.")
    label = site.partition(".")[0]
    found = {name.strip(), *shorter, *telling[:1], site, label if len(label) >= _SHORTEST else ""}
    return frozenset(writing for one in found if one for writing in (one, anyascii(one)) if writing.strip())


def without_names(words: str, names: Collection[str]) -> str:
    """Return a text without the names of customers that may not be named (see `writings`), in any case."""
    for name in sorted(names, key=len, reverse=True):
        # Scripts without spaces have no word boundaries to look for.
        pattern = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])" if name.isascii() else re.escape(name)
        words = re.sub(pattern, "a customer", words, flags=re.IGNORECASE)
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFacts:
    """A major incident as everybody may see it.

    `affected` are the first `AFFECTED_SHOWN` of its escalations in the order they were declared, each with its policy,
    without those that were withdrawn and those that are confidential; `more` counts the others, `hidden` those that are
    confidential, `accounts` every account there is, with the `customers` that are affected without an escalation.
    `waits` means that the incidents channel can't be posted in, and gets the message later.
    """

    id: int
    title: str
    since: datetime
    declared_by: str
    declared_at: datetime
    affected: tuple[tuple[EscalationFacts, Policy], ...]
    hidden: int
    accounts: int
    customers: tuple[str, ...] = ()
    more: int = 0
    ended_by: str | None = None
    ended_at: datetime | None = None
    fixed: str | None = None
    waits: bool = False

    @property
    def key(self) -> str:
        """The key people use."""
        return incident_key(self.id)

    @property
    def is_live(self) -> bool:
        """Return True if it is running."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Overview:
    """The contents of the form: the newest incidents that last, and the escalations that somebody may add."""

    live: Excerpt[IncidentFacts]
    candidates: Excerpt[EscalationFacts]
    pattern: MajorIncident
    now: datetime


def listed(text: str) -> tuple[str, ...]:
    """Return the customers that somebody typed, one a line or with commas between them, each once."""
    found = (" ".join(name.split())[:LONGEST_NAME] for line in text.splitlines() for name in line.split(","))
    return tuple({name.casefold(): name for name in found if name}.values())


def levels_of_incidents(policy: Policy) -> tuple[str, ...]:
    """Return the heavier half of the levels: the same question from two customers is not an incident."""
    return tuple(level.code for level in policy.levels[: (len(policy.levels) + 1) // 2])
