"""Internal names that are recognised by their shape: hosts, addresses, stack traces, tracker keys, commits, mentions.

Words of a text with a sign of such a name (`db-1`, `a.b`, `#x`) are looked at one by one, all others not at all. What a
pattern repeats is bounded, so that no text takes long.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape of internal names, and one of the texts that each of them has, if there is such."""

    why: str
    better: str
    pattern: "re.Pattern[str]"
    hints: tuple[str, ...] = ()


def _shape(why: str, better: str, pattern: str, *hints: str, flags: int = 0) -> Shape:
    return Shape(why, better, re.compile(pattern, flags), hints)


_ANY_CASE: Final = re.IGNORECASE
_HOST: Final = ("That's the name of one of our machines.", "one of our servers")
_ADDRESS: Final = ("That's an internal address.", "one of our servers")
_CHANGE: Final = ("That's a change in our code.", "a correction")
_CODE: Final = ("That's a line of our logs or code.", "an error in our software")
_TRACE: Final = ("A customer shouldn't read our stack traces.", "an error in our software")
_LINK: Final = ("That address opens for us only.", "Leave the link out, or link the status page.")
_BYTE: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_MACHINE: Final = (
    "prod|prd|staging|stg|db|web|app|api|node|worker|host|srv|server|redis|kafka|master|replica|pg|mysql|vm|k8s"
    "|cluster|cache|queue|broker|proxy|lb|gw|edge|elastic|etcd|bastion|runner|search"
)
# Of a single word.
_IN_A_WORD: Final = (
    _shape(
        "Slack shows this to a customer as a code, or they can't open it.",
        "Write the person's name, or leave it out.",
        r"<[@#!][^<>\s]{1,80}>?",
        "<",
    ),
    _shape(
        "A customer has no such channel.",
        "our team",
        r"(?<![\w/&#.])#(?:[a-z][a-z0-9_]*(?:-[a-z0-9_]+)+|(?:general|incidents?|oncall|ops|sre|support|escalations?)\b)",
        "#",
    ),
    _shape(
        "A mention reaches nobody outside.",
        "Write the person's name.",
        r"(?<![\w.@/])@(?:here|channel|everyone|[a-z][a-z0-9_-]{1,30}(?:\.[a-z0-9_-]{1,30})?)\b(?![@.]\w)",
        "@",
    ),
    _shape(*_ADDRESS, rf"(?<![\w.]){_BYTE}(?:\.{_BYTE}){{3}}(?::\d{{1,5}})?(?![\w.]*\d)", "."),
    _shape(
        *_ADDRESS,
        r"(?<![\w:])(?:[0-9a-f]{1,4}:){1,7}(?::[0-9a-f]{1,4}){1,6}(?![\w:])"
        r"|(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])",
        ":",
        flags=_ANY_CASE,
    ),
    _shape(*_HOST, r"\bip(?:-\d{1,3}){4}\b", "-", flags=_ANY_CASE),
    _shape(*_LINK, r"\b(?:s3|gs|hdfs|ssh|postgres(?:ql)?|mysql|redis|mongodb|jdbc|file)://[^\s<>|]{1,200}", "://"),
    _shape(
        *_LINK,
        r"https?://(?:[\w.-]{0,80}\.)?(?:jira|grafana|kibana|sentry|jenkins|confluence|wiki|argocd|prometheus|gitlab|splunk"
        r"|pagerduty|datadoghq|atlassian|slack)\.[^\s<>|]{1,200}"
        r"|https?://[\w.-]{1,80}\.(?:internal|local|lan|corp|intra)\b[^\s<>|]{0,200}"
        r"|https?://(?:www\.)?github\.com/[^\s<>|]{1,80}/(?:pull|commit|issues)/[^\s<>|]{1,60}"
        r"|https?://localhost[^\s<>|]{0,100}",
        "://",
        flags=_ANY_CASE,
    ),
    _shape(
        *_HOST,
        r"(?<![\w.@/-])[a-z0-9][a-z0-9-]{0,40}(?:\.[a-z0-9][a-z0-9-]{0,40}){0,6}"
        r"\.(?:internal|local|lan|corp|intra|localdomain|svc|consul)(?:\.[a-z0-9-]{1,30}){0,3}\b",
        ".",
        flags=_ANY_CASE,
    ),
    _shape(
        *_HOST,
        rf"(?<![\w./-])(?=[a-z0-9-]{{4,60}}(?![\w-]))(?:[a-z0-9]+-){{0,6}}(?:{_MACHINE})"
        r"(?:-[a-z0-9]+){0,6}-?\d{1,4}[a-z]?(?![\w-])",
    ),
    _shape(*_HOST, r"\bi-[0-9a-f]{8,17}\b", "-"),
    _shape(
        "A customer can't open our tracker.",
        "Use the ticket number they know.",
        r"(?<![\w/-])[A-Z][A-Z0-9]{1,9}-\d{1,7}(?![\w-])",
        "-",
    ),
    _shape(
        *_CHANGE,
        r"(?<![\w-])(?=[0-9a-f]{0,39}\d)(?=[0-9a-f]{0,39}[a-f])(?:[0-9a-f]{40}|[0-9a-f]{7,12})(?![\w-])",
    ),
    _shape(*_CODE, r"\b\w{1,40}\.(?:py|go|java|rb|js|ts|tsx|php|cs|rs|kt|cpp)(?::\d{1,6})?\b(?!\.)", "."),
    _shape(*_TRACE, r"\b[a-z]{2,12}\.[a-z0-9_.]{1,60}\.[A-Z]\w{1,60}(?:Exception|Error)\b", "."),
    _shape(
        "That's a place on our machines.",
        "Leave the path out.",
        r"(?<![\w:/.])/(?:srv|var|opt|home|usr|etc|mnt|app|data)/[\w./-]{2,120}",
        "/",
    ),
)
# Of several words.
_IN_A_TEXT: Final = (
    _shape(
        *_CHANGE,
        r"\b(?:PR|MR|CL)s?\s?[#!]?\d{1,7}\b|\b(?:[Pp]ull|[Mm]erge) [Rr]equest\s?[#!]?\d{1,7}\b",
        "PR",
        "MR",
        "CL",
        "ull Request",
        "ull request",
        "erge Request",
        "erge request",
    ),
    _shape(
        *_CHANGE,
        r"\b(?:[Cc]ommit|[Rr]evision|SHA|sha|rev|[Bb]uild|[Hh]ash)\s{1,3}`?[0-9a-f]{6,40}\b`?",
        "ommit",
        "evision",
        "SHA",
        "sha",
        "rev",
        "uild",
        "ash",
    ),
    _shape(
        *_TRACE,
        r"Traceback \(most recent call last\)|^[ \t]{1,8}File \"[^\"\n]{1,200}\", line \d+"
        r"|^[ \t]{1,8}at [\w.$<>/ ]{1,120}\([^()\n]{1,160}\)|\bgoroutine \d+ \[|^panic: ",
        "Traceback",
        'File "',
        # At the beginning of a line.
        "\n at ",
        "  at ",
        "\t at ",
        "\tat ",
        "goroutine",
        "panic:",
        flags=re.MULTILINE,
    ),
    _shape(
        *_CODE,
        r"\b[A-Z]\w{2,40}(?:Exception|Error): |\b[A-Z][a-z]\w{2,40}(?:Exception|Error)\b"
        r"|^(?:ERROR|FATAL|WARN|CRITICAL)\b[ \t\[]{1,3}\d{4}-|\b(?:ERROR|FATAL|PANIC|CRITICAL): ",
        "Exception",
        "Error",
        "ERROR",
        "FATAL",
        "WARN",
        "CRITICAL",
        flags=re.MULTILINE,
    ),
)
# One class of characters, which is found quickly.
_SIGN: Final = re.compile(r"[#@<>/_\\0-9.:](?=\S)")
# Most words with a digit are times, dates and amounts.
_NUMBER: Final = re.compile(
    r"[^\w#@<>/\\]*\d[\d.,:]*(?:[ap]m|%|[$€£h])?[^\w#@<>/\\]*|\W?\d{1,4}[/-]\d{1,2}(?:[/-]\d{1,4})?[^\w/]*",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"\S+")
_LONGEST: Final = 300
_MOST_DOTS: Final = 2  # of a date or an amount; an address has more
# What looks like a tracker key and is none: standards and the like.
_NO_KEY: Final = re.compile(
    r"(?:UTF|ISO|SHA|TLS|SSL|AES|RSA|MD|HTTP|RFC|IEEE|CVE|COVID|GMT|UTC|USB|MP|PDF|DIN|EN|IPV|WPA|HMAC|ECDSA|ES|CP|WINDOWS"
    r"|OAUTH|SOC|ITIL|PCI|BASE|ESC|CET|EST|PST|SAE|Q|FY|H|A|B|SEV|P|S|KW|TOP|ART)-\d+"
)
# A number after these words is one that the customer was given.
_KNOWN_NUMBER: Final = re.compile(
    r"(?:ticket|case|reference|order|invoice|support|request|vorgang\w*|ticket ?-?nummer|fall|rechnung\w*|auftrag\w*"
    r"|bestell\w*)(?:\s*-?\s*(?:numbers?|nr\.?|no\.?|id|nummer|ref\.?))?\s*(?:is|lautet|ist|:|#)?\s*[(\[]?$",
    re.IGNORECASE,
)
_LOOK_BACK: Final = 40


def shaped(text: str, allowed: Collection[str] = ()) -> Iterator[tuple[int, int, Shape]]:
    """Yield where a text has internal names, and which shape each has; numbers in `allowed` are none."""
    lines = f"\n{text}"
    for shape in _IN_A_TEXT:
        if any(hint in lines for hint in shape.hints):
            for found in shape.pattern.finditer(text):
                yield found.start(), found.end(), shape
    for start, word in _signed_words(text):
        for shape in _IN_A_WORD:
            if shape.hints and shape.hints[0] not in word:
                continue
            for found in shape.pattern.finditer(word):
                if not _is_known(text, start + found.start(), found.group(), allowed):
                    yield start + found.start(), start + found.end(), shape


def _signed_words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words with a sign of an internal name, each with its place; very long ones in parts."""
    end = 0
    for sign in _SIGN.finditer(text):
        place = sign.start()
        if place < end:
            continue
        start = place
        while start > end and not text[start - 1].isspace():
            start -= 1
        following = _WORD.match(text, start)
        end = following.end() if following else place + 1
        word = text[start:end]
        if not _NUMBER.fullmatch(word) or word.count(".") > _MOST_DOTS or "::" in word:
            yield from ((start + part, word[part : part + _LONGEST]) for part in range(0, len(word), _LONGEST))


def _is_known(text: str, start: int, words: str, allowed: Collection[str]) -> bool:
    if words in allowed or _NO_KEY.fullmatch(words):
        return True
    if words[0].isupper() and "-" in words:
        return _KNOWN_NUMBER.search(text[max(0, start - _LOOK_BACK) : start]) is not None
    return False
