"""Channel names: for any account in any script, always valid in Slack, with the date kept whole.

Slack allows at most 80 characters: lower case, digits, `-` and `_`; no spaces, no other punctuation. It would accept
letters of other scripts, but not everybody can type them, so names are transliterated. The order: base, base with
topic, then `-2`, `-3` (docs/policy.md#names, docs/policy.md#x24).
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import count

from anyascii import anyascii

LIMIT = 80
DEFAULT_TEMPLATE = "esc-{account}-{date}"
# Replaces, in a channel's name, an account that others may not know of.
CONFIDENTIAL = "confidential"
_TOPIC_WORDS = 3
_TOPIC_LIMIT = 30
_NUMBERED = re.compile(r"(.*\d{4}-\d{2}-\d{2}(?:-[a-z].*)?)-([2-9]|[1-9]\d+)")
_DATED = re.compile(r"(.*)([-_]?\d{4}-\d{2}-\d{2})((?:[-_].*)?)")
_FIELDS = ("{account}", "{date}", "{number}")


def slug(text: str) -> str:
    """Return text as lower-case letters, digits and single hyphens; empty if nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower().replace("'", "")).strip("-")


def problems_with(template: str) -> list[str]:
    """Return what is wrong with a template of channel names."""
    found = []
    rest = template
    for field in _FIELDS:
        rest = rest.replace(field, "")
    if "{account}" not in template and "{number}" not in template:
        found.append("it must hold {account} or {number}, or every channel would have one name")
    if re.search(r"[^a-z0-9_-]", rest):
        found.append("beside {account}, {date} and {number} it may hold only lower-case letters, digits, - and _")
    if len(rest) > LIMIT // 2:
        found.append(f"its fixed part may have at most {LIMIT // 2} characters")
    return found


def is_channel_id(channel: str) -> bool:
    """Return True if a channel is given by its id: names have no capital letters."""
    return channel[:1] in {"C", "G"} and channel.isalnum() and channel.isupper()


def candidates(template: str, *, account: str, day: date, number: int, summary: str) -> Iterator[str]:
    """Yield the names to try, in order, endlessly and without duplicates.

    `day` is the date in the policy's zone. If transliteration leaves nothing of the account, the escalation's number
    replaces it.
    """
    base = slug(account) or str(number)
    topic = "-".join(slug(summary).split("-")[:_TOPIC_WORDS])[:_TOPIC_LIMIT].strip("-")
    first = _filled(template, base, day, number)
    yield first
    seen = {first}
    if topic:
        named = _with_suffix(first, f"-{topic}", template, base, day, number)
        if named not in seen:
            seen.add(named)
            yield named
    for n in count(2):
        numbered = _with_suffix(first, f"-{n}", template, base, day, number)
        if numbered not in seen:
            seen.add(numbered)
            yield numbered


def confidential_name(number: int) -> str:
    """Return the channel name for an escalation made confidential: its number means nothing to others."""
    return f"esc-{number}-{CONFIDENTIAL}"


def left_behind(number: int) -> Iterator[str]:
    """Yield names for the channel left behind when an escalation becomes confidential: without the customer."""
    base = f"esc-{number}-left"
    yield base
    yield from (f"{base}-{number}" for number in count(2))


def successor(name: str) -> str:
    """Return the next channel name for a reopened escalation.

    `<name>-2`, then `-3` (docs/policy.md#reopening). A number counts as ours only after a date, since a customer may be
    called "Unit 7".
    """
    numbered = _NUMBERED.fullmatch(name)
    base, n = (numbered[1], int(numbered[2])) if numbered else (name, 1)
    suffix = f"-{n + 1}"
    return _shortened(base, LIMIT - len(suffix)) + suffix


def successors(name: str) -> Iterator[str]:
    """Yield the names after this one, in order, endlessly."""
    while True:
        name = successor(name)
        yield name


def _filled(template: str, account: str, day: date, number: int, room: int = LIMIT) -> str:
    """Fill the template, shortening the account so that date, number and fixed parts stay whole."""
    fixed = template.replace("{date}", day.isoformat()).replace("{number}", str(number))
    left = room - len(fixed.replace("{account}", ""))
    short = account[: max(left, 1)].strip("-")
    return fixed.replace("{account}", short)[:room].strip("-")


def _shortened(name: str, room: int) -> str:
    """Shorten a name in the parts besides its date, so that the date stays whole."""
    excess = len(name) - room
    if excess <= 0:
        return name
    dated = _DATED.fullmatch(name)
    if dated is None:
        return name[:room].rstrip("-_")
    before, day, after = dated.groups()
    if len(after) > len(before):
        return before + day + after[:-excess].rstrip("-_")
    return before[:-excess].rstrip("-_") + day + after


def _with_suffix(first: str, suffix: str, template: str, account: str, day: date, number: int) -> str:
    if len(first) + len(suffix) <= LIMIT:
        return first + suffix
    return _filled(template, account, day, number, LIMIT - len(suffix)) + suffix
