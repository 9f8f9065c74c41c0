"""Calendar feeds: whom an event names, and when it is, also repeated, moved, cancelled and in other zones."""

import asyncio
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest

from bot.errors import Permanent
from bot.integrations.calendars import feed as feed_module
from bot.integrations.calendars.feed import CalendarFeed, shifts_of
from bot.ports.on_call import OutsideShift

if TYPE_CHECKING:
    import aiohttp

SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 30, tzinfo=UTC)


def feed(*events: str, head: str = "") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//test//EN", *([head] if head else [])]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().splitlines(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WEEKLY = """
UID:1
SUMMARY:On call
DTSTART;TZID=Europe/Berlin:20260323T090000
DTEND;TZID=Europe/Berlin:20260330T090000
RRULE:FREQ=WEEKLY;COUNT=3
ATTENDEE;CN=Dana:mailto:Dana@example.com
"""


def test_a_shift_repeats_at_the_same_wall_time_when_the_clocks_change() -> None:
    found = shifts_of(feed(WEEKLY), SINCE, UNTIL)
    assert found[0] == OutsideShift("dana@example.com", at("2026-03-23T08:00"), at("2026-03-30T07:00"))
    assert found[1].starts_at == at("2026-03-30T07:00")
    assert len(found) == 3


def test_one_occurrence_that_was_given_to_somebody_else_counts() -> None:
    swapped = """
UID:1
RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000
SUMMARY:On call
DTSTART;TZID=Europe/Berlin:20260330T090000
DTEND;TZID=Europe/Berlin:20260406T090000
ATTENDEE:mailto:eli@example.com
"""
    assert [shift.person for shift in shifts_of(feed(WEEKLY, swapped), SINCE, UNTIL)] == [
        "dana@example.com",
        "eli@example.com",
        "dana@example.com",
    ]


@pytest.mark.parametrize(
    ("lines", "person"),
    [
        ("SUMMARY:eli@example.com on call", "eli@example.com"),
        ("SUMMARY:On call\nDESCRIPTION:Write to eli@example.com", "eli@example.com"),
        ("SUMMARY:On-call: Eli Brandt", "Eli Brandt"),
        ("SUMMARY:Eli Brandt (on call)", "Eli Brandt ( )"),
    ],
)
def test_an_event_without_attendees_names_somebody_in_words(lines: str, person: str) -> None:
    event = f"UID:2\nDTSTART:20260310T090000Z\nDTEND:20260310T170000Z\n{lines}"
    assert [shift.person for shift in shifts_of(feed(event), SINCE, UNTIL)] == [person]


def test_a_day_and_a_time_without_a_zone_are_those_of_the_feed() -> None:
    day = "UID:3\nSUMMARY:eli@example.com\nDTSTART;VALUE=DATE:20260310\nDTEND;VALUE=DATE:20260311"
    floating = "UID:4\nSUMMARY:dana@example.com\nDTSTART:20260310T090000\nDTEND:20260310T170000"
    found = shifts_of(feed(day, floating, head="X-WR-TIMEZONE:Asia/Tokyo"), SINCE, UNTIL)
    assert found == [
        OutsideShift("eli@example.com", at("2026-03-09T15:00"), at("2026-03-10T15:00")),
        OutsideShift("dana@example.com", at("2026-03-10T00:00"), at("2026-03-10T08:00")),
    ]


def test_what_was_cancelled_or_takes_no_time_is_no_shift() -> None:
    cancelled = "UID:5\nSTATUS:CANCELLED\nSUMMARY:eli@example.com\nDTSTART:20260310T090000Z\nDTEND:20260310T170000Z"
    empty = "UID:6\nSUMMARY:eli@example.com\nDTSTART:20260310T090000Z\nDTEND:20260310T090000Z"
    assert shifts_of(feed(cancelled, empty), SINCE, UNTIL) == []


@pytest.mark.parametrize("text", [b"", b"<html>Sign in</html>", b"BEGIN:VCALENDAR\r\n", b"\xff\xfe\x00"])
def test_what_is_no_calendar_is_refused_without_repeating_it(text: bytes) -> None:
    with pytest.raises(Permanent, match="no calendar"):
        shifts_of(text, SINCE, UNTIL)


@pytest.mark.parametrize("letter", ["a", "a.", "a@", "-", " "])
def test_a_title_of_any_length_is_read(letter: str) -> None:
    """Searching it for an address must not take time that grows with the square of its length."""
    long = (letter * 400_000)[:400_000]
    event = f"UID:1\nSUMMARY:{long}\nDESCRIPTION:{long}\nDTSTART:20260323T090000Z\nDTEND:20260323T100000Z"
    assert all(len(shift.person) <= 320 for shift in shifts_of(feed(event), SINCE, UNTIL))


EACH_SECOND = """
UID:1
SUMMARY:Dana
DTSTART:20250101T000000Z
DTEND:20250101T000001Z
RRULE:FREQ=SECONDLY
"""


async def test_a_feed_of_endless_repetitions_is_given_up_and_leaves_no_work_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fetched(_self: CalendarFeed, _address: str) -> bytes:
        return feed(EACH_SECOND)

    monkeypatch.setattr(CalendarFeed, "_fetched", fetched)
    monkeypatch.setattr(feed_module, "_READING_SECONDS", 0.5)
    with pytest.raises(Permanent, match="its repetitions take too long to work out"):
        await CalendarFeed(cast("aiohttp.ClientSession", None)).shifts("https://x.example/1.ics", SINCE, UNTIL)
    async with asyncio.timeout(30):
        while any(thread.name.startswith("bounded") for thread in threading.enumerate()):  # noqa: ASYNC110 - a thread
            await asyncio.sleep(0.01)
