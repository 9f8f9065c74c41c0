"""Option types: a moment and a day, parsed strictly."""

from datetime import date, datetime
from typing import Any

import click

# Business calendars don't cover other centuries, and sums within these years stay inside Python's range.
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


class MomentType(click.ParamType[datetime]):
    """An ISO 8601 date and time, with or without an offset from UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse the value; fail with a usage error if it is invalid."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{value!r} isn't a time; write it as 2025-01-10T17:00:00-05:00.", param, ctx)
        if _is_a_day(text):
            self.fail(f"{value!r} is a day; add the time, as in 2025-01-10T17:00:00-05:00.", param, ctx)
        if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            self.fail(f"{value!r} is not within the years {_FIRST_YEAR} to {_LAST_YEAR}.", param, ctx)
        return at


class DayType(click.ParamType[date]):
    """A date, written as 2025-02-20."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse the value; fail with a usage error if it is invalid."""
        if isinstance(value, date):
            return value
        text = str(value).strip()
        if not _is_a_day(text):
            self.fail(f"{value!r} isn't a date; write it as 2025-02-20.", param, ctx)
        return date.fromisoformat(text)


def _is_a_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
