"""Names of time zones: valid ones, the intended zone for others, and zones without summer time."""

import difflib
import re
from functools import cache
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator

from bot.policy.schema import Mistake

_IANA: Final = "write an IANA name such as Europe/Berlin"
# The machine has files with these names too; elsewhere they mean another zone, or nothing.
_NO_PLACES: Final = frozenset({"Factory", "localtime", "posixrules"})
# Common names for zones, and the place whose clocks they mean. Abbreviations for two places are left out.
_MEANT: Final = {
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "pacific": "America/Los_Angeles",
    "mdt": "America/Denver",
    "mt": "America/Denver",
    "mountain": "America/Denver",
    "cdt": "America/Chicago",
    "ct": "America/Chicago",
    "central": "America/Chicago",
    "edt": "America/New_York",
    "et": "America/New_York",
    "eastern": "America/New_York",
    "cest": "Europe/Berlin",
    "mez": "Europe/Berlin",
    "mesz": "Europe/Berlin",
    "eest": "Europe/Athens",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "sgt": "Asia/Singapore",
    "hkt": "Asia/Hong_Kong",
    "aest": "Australia/Sydney",
    "aedt": "Australia/Sydney",
    "acst": "Australia/Adelaide",
    "awst": "Australia/Perth",
    "nzst": "Pacific/Auckland",
    "nzdt": "Pacific/Auckland",
    "brt": "America/Sao_Paulo",
    "sast": "Africa/Johannesburg",
}
# EST is UTC-5 all year in the zone database, but people mean New York's time, so it is read as that.
_READ_AS: Final = {"EST": "America/New_York"}
# Other names of a fixed offset, and what to write instead. MST may be Denver, which has summer time, or Phoenix.
_FIXED: Final = {"MST": "write America/Denver, or America/Phoenix", "HST": "write Pacific/Honolulu"}
_OFFSET_NAME: Final = re.compile(r"(?:Etc/)?GMT[+-]?(?!0\b)\d{1,2}")
_OFFSET: Final = re.compile(r"(?:utc|gmt)?\s*[+-]\s*\d{1,2}(?::?\d{2})?", re.IGNORECASE)
_NEAR: Final = 0.8
# Python looks a zone up as a file, and then as a module, so a long text with many dots or slashes would exhaust it.
_NAME: Final = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,3}")


def find(name: object) -> ZoneInfo | None:
    """Return the zone with a name of the zone database; None for anything else."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _zone(name: str) -> str:
    if find(name) is None:
        raise Mistake(f"{name!r} is not a time zone", _right(name)) from None
    if name in _NO_PLACES or name.startswith(("posix/", "right/")):
        raise Mistake(f"{name!r} is no place's time zone", _right(name))
    return name


ZoneName = Annotated[str, AfterValidator(_zone)]


def zone_info(name: str) -> ZoneInfo:
    """Return the zone of a valid name."""
    return ZoneInfo(_READ_AS.get(name, name))


def advice(name: str) -> tuple[str, str] | None:
    """Return what is wrong with a name that means a fixed offset, and what to write instead; None for a good one.

    UTC and places without summer time (Asia/Kolkata) are fine.
    """
    if name in _READ_AS:
        place = _READ_AS[name]
        return f"{name} never changes its clocks; it is read as {place}", f"write {place}"
    right = _FIXED.get(name) or ("write a place, such as America/New_York" if _OFFSET_NAME.fullmatch(name) else None)
    return (f"{name} never changes its clocks, also where summer time is kept", right) if right else None


def _right(name: str) -> str:
    """Return the intended place, if there is no doubt."""
    if _OFFSET.fullmatch(name.strip()):
        return "an offset is wrong for half the year in most places; write a place, such as Europe/Berlin"
    key = re.sub(r"\s*(?:standard |daylight |summer )?time$", "", name.strip(), flags=re.IGNORECASE).casefold()
    found = _MEANT.get(key) or _place(key)
    if found is None:
        near = difflib.get_close_matches(_key(name), _by_key(), n=1, cutoff=_NEAR)
        found = _by_key()[near[0]] if near and len(name) > len("EST5") else None
    return f"did you mean {found}?" if found else _IANA


def _place(key: str) -> str | None:
    """Return the zone of a city, or of a zone name in another case."""
    return _by_key().get(_key(key)) or _by_city().get(_key(key).rpartition("/")[2])


def _key(name: str) -> str:
    return re.sub(r"[\s_]+", "_", name.strip()).casefold()


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_PLACES


@cache
def _by_key() -> dict[str, str]:
    return {_key(name): name for name in sorted(_names()) if "/" in name and not name.startswith("Etc/")}


@cache
def _by_city() -> dict[str, str]:
    """Return zones by their last part, if only one place has it."""
    cities: dict[str, set[str]] = {}
    for key, name in _by_key().items():
        cities.setdefault(key.rpartition("/")[2], set()).add(name)
    return {city: min(names) for city, names in cities.items() if len(names) == 1}
