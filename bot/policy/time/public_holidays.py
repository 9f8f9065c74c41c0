"""Public holidays by country and subdivision, from the `holidays` library.

The library is imported only when a calendar first names a country: most policies name none.
"""

import difflib
from datetime import date
from functools import cached_property
from typing import Self

from pydantic import model_validator

from bot.policy.schema import Mistake, Part

# If nearly everybody lives in one part, its holidays are what people mean by the country's: without Easter Monday an
# answer in London would be due on a day when everything is closed.
_LARGEST_PART = {"GB": "ENG", "GBR": "ENG", "UK": "ENG"}


class PublicHolidays(Part):
    """The public holidays of a country, with the days on which they are observed if they fall on a weekend."""

    country: str
    subdivision: str | None = None

    def __contains__(self, day: date) -> bool:
        known = self._by_year.get(day.year)
        if known is None:
            known = self._by_year[day.year] = self._of_year(day.year)
        return day in known

    @cached_property
    def _by_year(self) -> dict[int, frozenset[date]]:
        return {}

    def _of_year(self, year: int) -> frozenset[date]:
        from holidays import country_holidays  # noqa: PLC0415 - a tenth of a second that most policies never need

        part = self.subdivision or _LARGEST_PART.get(self.country)
        return frozenset(country_holidays(self.country, subdiv=part, years=year))

    def parts_that_differ(self, year: int) -> tuple[str, ...]:
        """Return the subdivisions to choose from, if none is named and their holidays differ."""
        from holidays import country_holidays, list_supported_countries  # noqa: PLC0415 - as above

        if self.subdivision is not None:
            return ()
        parts, whole = list_supported_countries()[self.country], country_holidays(self.country, years=year).keys()
        differ = any(country_holidays(self.country, subdiv=part, years=year).keys() != whole for part in parts)
        return tuple(sorted(parts)) if differ else ()

    @property
    def counted(self) -> str:
        """Return whose holidays count if no subdivision is named."""
        part = _LARGEST_PART.get(self.country)
        return f"those of {part} count" if part else "only those of the whole country count"

    @model_validator(mode="after")
    def _known(self) -> Self:
        from holidays import list_supported_countries  # noqa: PLC0415 - as above

        countries = list_supported_countries()
        if self.country not in countries:
            raise Mistake(f"no holidays are known for {self.country!r}", "write an ISO 3166 code such as US or DE")
        subdivisions = countries[self.country]
        if self.subdivision is not None and self.subdivision not in subdivisions:
            near = difflib.get_close_matches(self.subdivision, subdivisions, n=1)
            right = f"did you mean {near[0]}?" if near else f"write one of {', '.join(sorted(subdivisions)) or 'none'}"
            raise Mistake(f"{self.country} has no subdivision {self.subdivision!r}", right)
        return self
