"""The words after `followups`: whose, in which state, of which escalation or customer, and which part of the list."""

import re
from dataclasses import dataclass
from typing import Final

_MINE: Final = frozenset({"mine", "my", "me"})
_LATE: Final = frozenset({"overdue", "late"})
_SETTLED: Final = frozenset({"done", "dropped", "closed"})
_OPEN: Final = frozenset({"open", "all"})
_KEY: Final = re.compile(r"esc-?(\d{1,9})", re.IGNORECASE)
_PART: Final = re.compile(r"[1-9][0-9]{0,3}")
# What a follow-up begins with that proposes a change of the policy.
POLICY_CHANGE: Final = "Change the policy or its routing: "
STATES: Final = _MINE | _LATE | _SETTLED | _OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFilter:
    """Filter of a list of follow-ups. `words` is the typed text without the page number."""

    is_mine: bool = False
    is_late: bool = False
    is_settled: bool = False
    number: int | None = None
    account: str = ""
    part: int = 1
    words: str = ""


def parse(words: str) -> FollowUpFilter:
    """Parse the words; what is no word of the list is the name of an account."""
    typed = words.split()
    part = int(typed.pop()) if typed and _PART.fullmatch(typed[-1]) else 1
    known = {word.casefold() for word in typed}
    keys = [found for word in typed if (found := _KEY.fullmatch(word))]
    account = [word for word in typed if word.casefold() not in STATES and not _KEY.fullmatch(word)]
    return FollowUpFilter(
        is_mine=bool(known & _MINE),
        is_late=bool(known & _LATE),
        is_settled=bool(known & _SETTLED),
        number=int(keys[0][1]) if keys else None,
        account=" ".join(account),
        part=part,
        words=" ".join(typed),
    )


def account_in(words: str) -> str:
    """Return the account's name among the words; empty if there is none."""
    return parse(words).account
