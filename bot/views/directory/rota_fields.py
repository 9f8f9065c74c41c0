"""The fields of a rota in the directory's forms, and how their answers are read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import DateTimePickerElement, StaticSelectElement

from bot.policy.model.directory import Directory
from bot.policy.model.rotas import Rota, first_shown
from bot.policy.time import zones
from bot.ports.workspace import Block
from bot.views.kit.parts import option, question, text_input
from bot.views.kit.text import unix

_DEFAULT_TURN: Final = "1w"
_MOST_REGIONS: Final = 100
# Fields of the form that aren't a rota's own.
_OFF: Final = "off"


def draw(directory: Directory, rota: Rota | None, people: Block, now: datetime) -> Iterator[Block]:
    """Yield the fields of a rota; `people` is the one that names who is on call."""
    yield people
    every = str(rota.every) if rota else _DEFAULT_TURN
    yield _text("rota_every", "Each for", every, hint="1w, 1d or 12h. With hours also 1bd or 5bd: working days only.")
    hours = _hours(rota.hours) if rota is not None and rota.hours is not None else None
    yield _text("rota_hours", "Hours", hours, hint="Such as MON-FRI 09:00-18:00; SAT 10:00-14:00. Empty: always.")
    off = _days_off(rota) if rota else None
    yield _text("rota_off", "Days off", off, hint="A country's holidays and days: DE, GB-SCT, 2026-12-24. Needs hours.")
    starts = first_shown(rota.starts_at, rota.zone) if rota else now
    picker = DateTimePickerElement(action_id="rota_starts_at", initial_date_time=unix(starts) // 60 * 60)
    yield question("rota_starts_at", "First shift begins", picker, optional=True)
    yield _text("rota_zone", "Time zone", rota.zone if rota else None, hint="Such as Europe/Berlin. Without one, UTC.")
    regions = [option(region.key, region.name) for region in directory.regions][:_MOST_REGIONS]
    if regions:
        chosen = next((each for each in regions if rota is not None and each.value == rota.region), None)
        element = StaticSelectElement(action_id="rota_region", options=regions, initial_option=chosen)
        yield question("rota_region", "For accounts of the region", element, optional=True)


def read(data: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's fields with those of its rota put together, as the directory file has them."""
    rota = {name.removeprefix("rota_"): data.pop(name) for name in list(data) if name.startswith("rota_")}
    if "people" not in rota:
        return data
    starts = rota.pop("starts_at", None)
    zone = zones.find(str(rota.get("zone", "UTC"))) or ZoneInfo("UTC")
    local = datetime.fromtimestamp(int(starts), zone) if starts else None
    rota["starts_at"] = local.replace(tzinfo=None).isoformat(timespec="minutes") if local else None
    if "hours" in rota:
        rota["hours"] = _week(str(rota["hours"]))
    rota |= _off(str(rota.pop(_OFF, "")))
    return {**data, "rota": {name: value for name, value in rota.items() if value is not None}}


def _off(text: str) -> dict[str, Any]:
    """Return the holidays and the single days of `DE-BY, 2026-12-24`. What is neither is refused where days are."""
    words = [word for word in re.split(r"[,;\s]+", text) if word]
    countries = [word for word in words if not word[:1].isdigit()]
    found: dict[str, Any] = {}
    if countries:
        country, _, part = countries[0].upper().partition("-")
        found["holidays"] = {"country": country} | ({"subdivision": part} if part else {})
    # A second country can't be kept: it is refused as a day.
    days = [word for word in words if word[:1].isdigit()] + countries[1:]
    return found | ({"closed": days} if days else {})


def _days_off(rota: Rota) -> str | None:
    named = []
    if rota.holidays is not None:
        named.append("-".join(filter(None, (rota.holidays.country, rota.holidays.subdivision))))
    named += [date.isoformat(day) for day in rota.closed]
    return ", ".join(named) or None


def _week(text: str) -> dict[str, list[str]]:
    """Return hours as the directory file has them, from `MON-FRI 09:00-18:00; SAT 10:00-14:00`."""
    week: dict[str, list[str]] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        days, _, spans = part.partition(" ")
        week.setdefault(days.upper(), []).extend(span.strip() for span in spans.split(","))
    return week


def _hours(week: Mapping[Any, Sequence[Any]]) -> str:
    """Return hours as the form takes them; days that follow each other and have the same hours stand together."""
    joined: list[tuple[list[Any], str]] = []
    for day, spans in sorted(week.items()):
        hours = ", ".join(str(span) for span in spans)
        if not hours:
            continue
        if joined and joined[-1][1] == hours and joined[-1][0][-1] == day - 1:
            joined[-1][0].append(day)
        else:
            joined.append(([day], hours))
    return "; ".join(
        f"{days[0].name}-{days[-1].name} {hours}" if len(days) > 1 else f"{days[0].name} {hours}"
        for days, hours in joined
    )


def _text(name: str, label: str, initial: str | None, *, hint: str | None = None) -> Block:
    return question(name, label, text_input(name, initial=initial, limit=200), hint=hint, optional=True)
