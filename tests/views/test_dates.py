"""One form for a date: in markup Slack writes it in the reader's words and zone, elsewhere it's `6 Mar 3:30 PM EST`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from bot.ports.workspace import Message
from bot.views.mail.letter import Letter
from tests.support.every_view import calls, every_view

_MONTHS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_FULL: Final = "January|February|March|April|June|July|August|September|October|November|December"
_TOKEN: Final = re.compile(r"<!date\^\d+\^[^|>]*\|[^>]*>")
# A day as our plain texts write it.
_PLAIN: Final = re.compile(rf"\b\d{{1,2}} (?:{_MONTHS})\b")
# What no text has: years first, months first or in full, slashes, weekdays, hours up to 24.
OTHER_DATES: Final = re.compile(
    r"\b\d{4}-\d\d-\d\d\b"
    rf"|\b(?:{_MONTHS})[a-z]* \d{{1,2}}(?:st|nd|rd|th)?\b(?!:)"
    rf"|\b\d{{1,2}}\.? (?:{_FULL})\b"
    r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b"
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)?,? \d"
    r"|\b(?:1[3-9]|2[0-3]):[0-5]\d\b"
)
# An example of what is typed into a field.
_EXAMPLE: Final = re.compile(r"^Such as [^.]*")
# What is copied into another tool.
_CODE: Final = re.compile(r"```.*?```", re.DOTALL)
VIEWS: Final = every_view()
ROOT: Final = Path(__file__).resolve().parents[2]
# What is typed into a field, kept by Slack, or the address of something is no text of ours.
_NOT_READ: Final = frozenset(
    {"value", "url", "block_id", "action_id", "private_metadata", "initial_date", "initial_value", "metadata"}
)


def texts(drawn: object) -> Iterator[tuple[str, bool]]:
    """Yield what people read, and whether Slack reads markup in it."""
    match drawn:
        case Message():
            yield drawn.text, True
            yield from texts(list(drawn.blocks))
        case {"type": "mrkdwn", "text": str(text)}:
            yield text, True
        case {"type": "plain_text", "text": str(text)}:
            yield text, False
        case dict():
            for key, value in drawn.items():
                if key not in _NOT_READ:
                    yield from texts(value)
        case list() | tuple():
            for each in drawn:
                yield from texts(each)


def found(drawn: Any) -> Iterator[str]:
    """Yield the dates that aren't written as they should be, in their text."""
    for text, is_markup in texts(drawn):
        rest = _EXAMPLE.sub("", _CODE.sub("", _TOKEN.sub("", text)))
        wrong = OTHER_DATES.search(rest) or (_PLAIN.search(rest) if is_markup else None)
        if wrong is not None:
            yield f"{wrong[0]!r} in {rest[max(0, wrong.start() - 60) : wrong.end() + 40]!r}"


@pytest.mark.parametrize("place", sorted(VIEWS))
def test_a_view_writes_dates_in_one_form(place: str) -> None:
    drawn = (VIEWS[place](**given) for given in calls(place, VIEWS[place], "Words"))
    assert [wrong for each in drawn if not isinstance(each, Letter) for wrong in found(each)] == []


def test_no_code_writes_a_moment_in_another_form() -> None:
    """On the command line too: days of the week, years first and hours up to 24 are for files and keys."""
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")}
    assert [
        path.name for path, text in sources.items() if re.search(r"%a %|%Y-%m-%d %H|%H:%M %Z|%H:%M UTC", text)
    ] == []
