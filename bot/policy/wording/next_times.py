"""The clock times that a text for a customer names as the next update: "I'll write again by 7:05 PM"."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

_NOON: Final = 12
_HALF_DAY: Final = _NOON * 60
_LAST_HOUR: Final = 23
_LAST_MINUTE: Final = 59
_SENTENCE: Final = re.compile(r"(?<=[!?])\s+|(?<=[^\W\d]\.)\s+(?=[A-ZÄÖÜ])|\n")
_TIME: Final = re.compile(
    r"\b(?P<before>by|at|before|than|around|until|about|is|comes|due|bis|um|gegen|spätestens|vor)"
    r"(?: (?:at|by|about|um|gegen|spätestens|today|tomorrow|tonight|heute|morgen"
    r"|\d\d?/\d\d?|\d\d?\.\d\d?\.|\d{4}-\d\d-\d\d),?)* "
    r"(?P<time>(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?!\d|[:./%]\d)"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?(?P<german> Uhr\b)?)(?: (?P<zone>[A-Z]{2,5})\b)?",
    re.IGNORECASE,
)
_AGAIN: Final = re.compile(
    r"next (?:update|message|report)|\b(?:another|a further|a new) update (?=comes|follows|is)"
    r"|(?:\b(?:will|shall|going to)|['\u2019]ll) (?:also |then |next )?"
    r"(?:write|update you|hear from (?:us|me)|be in touch|be back|get back|come back|follow up|report back|check in"
    r"|have (?:an|another|the next) update|(?:send|give|share|post)(?: you)? (?:an|another|the next|a further) update)"
    r"|nächste[nrs]? (?:stand|update|nachricht|meldung|information)"
    r"|\bmelden wir uns|\bmelde ich mich|\bwir melden uns|\bich melde mich|\b(?:uns|mich)\b(?=.{0,60}\bmelden\b)"
    r"|\b(?:schreiben|informieren) (?:wir )?(?:ihnen|sie)\b|\b(?:schreibe|informiere) (?:ich )?(?:ihnen|sie)\b"
    r"|\bhören sie\b|\bsie hören\b",
    re.IGNORECASE,
)
# What begins another thought: a time after it is of something else.
_OTHERWISE: Final = re.compile(
    r"[;:(]|\b(?:when|once|after|that|which|about|on|since|from|if|whether|because|starts?|begins?|maintenance|what|how"
    r"|wenn|sobald|nachdem|falls|ob|dass|über|seit|ab|zur?|zum|weil|wartung|beginnt|was|wie|die|der)\b",
    re.IGNORECASE,
)
_MOST_WORDS: Final = 8
_MOST_WORDS_AFTER: Final = 2  # between "by 7:05 PM" and what follows it
# A zone as people name it the whole year.
_WHOLE_YEAR: Final = {"ET": ("EST", "EDT"), "CT": ("CST", "CDT"), "MT": ("MST", "MDT"), "PT": ("PST", "PDT")}


@dataclass(frozen=True, slots=True)
class NamedTime:
    """A clock time in a text: its words, the minute of the day, if morning or evening is known, and its zone."""

    words: str
    minute: int
    is_exact: bool
    zone: str | None

    def is_of(self, local: datetime, zones: Collection[str]) -> bool:
        """Return True if it may be the time `local`, in a zone of these names. In another zone it may be any time."""
        if self.zone is not None and not {self.zone, *_WHOLE_YEAR.get(self.zone, ())} & set(zones):
            return True
        minute = local.hour * 60 + local.minute
        return minute == self.minute if self.is_exact else (minute - self.minute) % _HALF_DAY == 0


def next_times(text: str) -> Sequence[NamedTime]:
    """Return the times at which a text says, in English or German, that the customer hears from us again."""
    return [found for sentence in _SENTENCE.split(text) for found in _of_sentence(" ".join(sentence.split()))]


def _of_sentence(sentence: str) -> Iterator[NamedTime]:
    again = [match.span() for match in _AGAIN.finditer(sentence)]
    for match in _TIME.finditer(sentence) if again else ():
        if any(_belongs(sentence, span, match.span()) for span in again) and (named := _named(match)) is not None:
            yield named


def _belongs(sentence: str, again: tuple[int, int], time: tuple[int, int]) -> bool:
    """Return True if a time stands with the words about writing again, and no other thought is between them."""
    if time[0] >= again[1]:
        between = sentence[again[1] : time[0]]
        return _OTHERWISE.search(between) is None and len(between.split()) <= _MOST_WORDS
    # "By 7:05 PM we'll write": before the words it counts only where it begins the sentence.
    between = sentence[time[1] : again[0]]
    return time[0] == 0 and len(between.split()) <= _MOST_WORDS_AFTER and _OTHERWISE.search(between) is None


def _named(match: re.Match[str]) -> NamedTime | None:
    hour, minute, half = int(match["hour"]), match["minute"], match["half"]
    if minute is None and half is None and match["german"] is None:
        return None  # "by 7" may be a day
    if hour > _LAST_HOUR or int(minute or 0) > _LAST_MINUTE or (half is not None and not 1 <= hour <= _NOON):
        return None
    if half is not None:
        hour = hour % _NOON + (_NOON if half.lower() == "p" else 0)
    is_exact = half is not None or match["german"] is not None or hour > _NOON
    zone = match["zone"] if match["zone"] is not None and match["zone"].isupper() else None
    return NamedTime(match["time"].strip(), hour * 60 + int(minute or 0), is_exact, zone)
