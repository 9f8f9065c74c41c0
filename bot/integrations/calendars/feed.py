"""iCalendar feeds: whose events are shifts, and whom they name.

An event names its attendees by e-mail; without any, the e-mail in its title or description, else its title. Events
that were cancelled are left out. A day, or a time without a zone, is one of the feed's zone, or UTC.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import aiohttp

from bot.errors import Permanent, Temporary
from bot.integrations.bounded import in_time
from bot.policy.characters import readable
from bot.policy.time import zones
from bot.ports.on_call import OutsideShift

_SECONDS: Final = 15
# An event that repeats each second for years would keep a thread busy for ever.
_READING_SECONDS: Final = 10.0
_LARGEST: Final = 5_000_000
_MOST: Final = 2_000
_CALL: Final = "calendar feed"
# Bounded: otherwise the work for a long word grows with the square of its length, and nothing can interrupt it.
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,3}")
_LONGEST_TEXT: Final = 10_000
_OK: Final = 200
_SERVER_ERROR: Final = 500
# "On call: Ana Ruiz", "Ana Ruiz on call" and the like.
_ON_CALL: Final = re.compile(r"\bon[- ]?call\b|\bprimary\b|[:|]", re.IGNORECASE)


@dataclass(frozen=True)
class CalendarFeed:
    """Reads iCalendar feeds."""

    session: aiohttp.ClientSession

    async def shifts(self, told: str, since: datetime, until: datetime) -> Sequence[OutsideShift]:
        """Return the shifts of a feed between two times. Raises OutsideError."""
        text = await self._fetched(told)
        try:
            return await in_time(partial(shifts_of, text, since, until), _READING_SECONDS)
        except TimeoutError:
            raise Permanent(_CALL, "its repetitions take too long to work out") from None

    async def _fetched(self, address: str) -> bytes:
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with self.session.get(address, timeout=timeout) as answer:
                if answer.status != _OK:
                    kind = Temporary if answer.status >= _SERVER_ERROR else Permanent
                    raise kind(_CALL, f"it answers {answer.status}")
                text = await answer.content.read(_LARGEST + 1)
                while len(text) <= _LARGEST and not answer.content.at_eof():
                    text += await answer.content.read(_LARGEST + 1 - len(text))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            # The error's own words may hold the address, which may hold a secret.
            raise Temporary(_CALL, f"it can't be reached ({type(error).__name__})") from None
        if len(text) > _LARGEST:
            raise Permanent(_CALL, "it is larger than 5 MB")
        return text


def shifts_of(text: bytes, since: datetime, until: datetime) -> list[OutsideShift]:
    """Return the shifts in a feed between two times, repetitions worked out. Raises Permanent if it can't be read."""
    import icalendar  # noqa: PLC0415 - loaded when the first feed is read: most companies have none
    import recurring_ical_events  # noqa: PLC0415 - the same

    try:
        calendar = icalendar.Calendar.from_ical(text)
        events = recurring_ical_events.of(calendar).between(since, until)
        zone = _zone(str(calendar.get("X-WR-TIMEZONE", "UTC")))
        found = [shift for event in events[:_MOST] for shift in _of_event(event, zone)]
    except Exception as error:  # noqa: BLE001 - the libraries raise many kinds for feeds that are broken
        raise Permanent(_CALL, f"it is no calendar that can be read ({type(error).__name__})") from None
    return sorted(found, key=lambda shift: (shift.starts_at, shift.person))


def _of_event(event: Any, zone: ZoneInfo) -> Iterator[OutsideShift]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    starts_at, ends_at = _moment(event.start, zone), _moment(event.end, zone)
    if ends_at <= starts_at:
        return
    for person in _people(event):
        yield OutsideShift(person, starts_at, ends_at)


def _people(event: Any) -> list[str]:
    attendees = event.get("ATTENDEE", [])
    named = attendees if isinstance(attendees, list) else [attendees]
    emails = [found[0] for each in named if (found := _EMAIL.search(_text(each)))]
    title = _text(event.get("SUMMARY", "")).strip()
    if not emails:
        emails = _EMAIL.findall(title) or _EMAIL.findall(_text(event.get("DESCRIPTION", "")))
    name = " ".join(_ON_CALL.sub(" ", title).split()).strip("- \N{EN DASH}")
    return list(dict.fromkeys(email.lower() for email in emails)) or ([name[:320]] if len(name) > 1 else [])


def _text(value: object) -> str:
    return str(readable(str(value)[:_LONGEST_TEXT]))


def _moment(value: date | datetime, zone: ZoneInfo) -> datetime:
    at = value if isinstance(value, datetime) else datetime.combine(value, time())
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    return zones.find(name) or ZoneInfo("UTC")
