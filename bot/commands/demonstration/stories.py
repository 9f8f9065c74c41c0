"""The stories of the past: what is written in `past.yml`, with times counted from now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

ZONE = ZoneInfo("America/New_York")
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One escalation. A time is None if the story never gets there; a future one isn't reached yet."""

    account: str
    by: str
    level: str
    category: str | None
    summary: str
    declared_at: datetime
    acknowledged_at: datetime | None
    stopped_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    fixed: str
    cause: str | None
    customer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A major incident: the escalations of one account, and customers without one."""

    account: str
    by: str
    title: str
    customers: tuple[str, ...]
    since: datetime
    declared_at: datetime
    ended_at: datetime
    fixed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A message that somebody has written in a channel."""

    by: str
    channel: str
    text: str
    at: datetime


def read(path: Path, now: datetime) -> Iterator[Story]:
    """Yield the stories that have begun by `now`, in the order of the file."""
    written = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for row in written["closed"]:
        day = _working_day(now.astimezone(ZONE).date(), row["days"])
        yield _story(row, datetime.fromisoformat(f"{day}T{row['at']}").replace(tzinfo=ZONE))
    for row in written["open"]:
        yield _story(row, now - timedelta(minutes=row["ago"]))


def outages(path: Path, now: datetime) -> Iterator[Outage]:
    """Yield the major incidents."""
    written = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for row in written["incidents"]:
        day = _working_day(now.astimezone(ZONE).date(), row["days"])
        at = datetime.fromisoformat(f"{day}T{row['at']}").replace(tzinfo=ZONE)
        yield Outage(
            account=row["account"],
            by=row["by"],
            title=row["title"],
            customers=tuple(row["customers"]),
            since=at - timedelta(minutes=row["seen"]),
            declared_at=at,
            ended_at=at + timedelta(hours=row["lasts"]),
            fixed=row["fixed"],
        )


def remarks(path: Path, now: datetime) -> Iterator[Remark]:
    """Yield what people have said."""
    written = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for row in written["said"]:
        at = now - timedelta(minutes=row["ago"])
        yield Remark(by=row["by"], channel=row["channel"], text=row["text"], at=at)


def _working_day(today: date, back: int) -> date:
    """Return the day from Monday to Friday that is so many of them before today."""
    day = today
    while back:
        day -= timedelta(days=1)
        back -= day.weekday() < _SATURDAY
    return day


def _story(row: Mapping[str, Any], declared_at: datetime) -> Story:
    def after(key: str, unit: str) -> datetime | None:
        return declared_at + timedelta(**{unit: row[key]}) if key in row else None

    return Story(
        account=row["account"],
        by=row["by"],
        level=row["level"],
        category=row.get("category"),
        summary=row["summary"],
        declared_at=declared_at,
        acknowledged_at=after("ack", "minutes"),
        stopped_at=after("stopped", "hours"),
        resolved_at=after("resolved", "hours"),
        closed_at=after("closed", "hours"),
        fixed=row.get("fixed", ""),
        cause=row.get("cause"),
        customer=row.get("customer", ""),
    )
