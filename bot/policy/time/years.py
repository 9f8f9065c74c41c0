"""The years in which a day or moment can lie: anything far outside is a mistake and can't be computed with."""

from datetime import date
from typing import Final

FIRST: Final = 1970
LAST: Final = 2200


def is_plausible(day: date) -> bool:
    """Return True for a day, or a moment (a `datetime`), that lies in these years."""
    return FIRST <= day.year <= LAST
