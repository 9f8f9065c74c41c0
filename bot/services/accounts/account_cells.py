"""Parsing of the cells of each column of the account file. Ambiguous numbers and dates are refused."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import partial
from typing import Any

from bot.policy.time import years

_TIERS = ("strategic", "enterprise", "standard")
_TRUE, _FALSE = {"true", "yes", "y", "1", "1.0"}, {"false", "no", "n", "0", "0.0", ""}
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_SLASHED = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})(?: 0?0:00(?::00)?)?")
_HEALTH = re.compile(r"([0-9]{1,3})(?:[.,]0{1,2})?\s*%?")
_HEALTHIEST = 100
_MONTHS = 12
_MOST_ARR = Decimal(10) ** 14
_CURRENCY = re.compile(r"^(?:[$€£¥₹]|[A-Z]{3}\b)|(?:[$€£¥₹]|\b[A-Z]{3})$")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE]\+?[0-9]{1,2})?")
# Groups of three digits with one separator, and the other separator before the decimals.
_GROUPED = re.compile(r"[0-9]{1,3}(?:(?P<group>[.,' \u00a0\u202f\u2019])[0-9]{3})+(?P<rest>[.,][0-9]{1,2})?")
_DECIMAL_COMMA = re.compile(r"[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})")
_TWO_WAYS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


class DayOrder(Enum):
    """The order of day and month in a file's dates, such as 03/04/2027."""

    UNKNOWN = "unknown"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    BOTH = "both"

    def seen(self, cell: str) -> "DayOrder":
        """Return what is known after this cell: only a number above 12 shows the order."""
        found = _SLASHED.fullmatch(cell)
        if found is None:
            return self
        first, second = int(found[1]), int(found[2])
        order = DayOrder.DAY_FIRST if first > _MONTHS else DayOrder.MONTH_FIRST if second > _MONTHS else self
        return order if self in (DayOrder.UNKNOWN, order) else DayOrder.BOTH


def read_cell(column: str, cell: str, order: DayOrder) -> Any:
    """Parse a cell of a known column. Raises ValueError with what would be right."""
    return read_date(cell, order) if column in DATES else COLUMNS[column](cell)


def read_date(cell: str, order: DayOrder) -> date | None:
    """Parse a date; None for an empty cell. Raises ValueError with what would be right."""
    if not cell:
        return None
    found = _any_date(cell, order)
    if not years.is_plausible(found):
        raise ValueError(f"is {cell!r}; write a date between {years.FIRST} and {years.LAST}")
    return found


def _text(cell: str) -> str | None:
    return cell or None


def _tier(cell: str) -> str | None:
    if cell and cell.casefold() not in _TIERS:
        raise ValueError(f"is {cell!r}; it may be {', '.join(_TIERS)} or empty")
    return cell.casefold() or None


def _health(cell: str) -> int | None:
    if not cell:
        return None
    found = _HEALTH.fullmatch(cell)
    if found is None or int(found[1]) > _HEALTHIEST:
        raise ValueError(f"is {cell!r}; it is a whole number from 0 to 100")
    return int(found[1])


def _any_date(cell: str, order: DayOrder) -> date:
    try:
        if found := _ISO.fullmatch(cell):
            return date.fromisoformat(found[1])
        if found := _DOTTED.fullmatch(cell):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _SLASHED.fullmatch(cell):
            return _slashed(int(found[1]), int(found[2]), int(found[3]), order)
    except ValueError as error:
        if error.args and str(error.args[0]).startswith("can be"):
            raise ValueError(f"is {cell!r}, which {error}; write a date as 2026-12-31") from None
    raise ValueError(f"is {cell!r}; write a date as 2026-12-31")


def _slashed(first: int, second: int, year: int, order: DayOrder) -> date:
    """Parse a date in the file's order. Raises ValueError if nothing in the file shows the order."""
    if order is DayOrder.DAY_FIRST or first == second:
        return date(year, second, first)
    if order is DayOrder.MONTH_FIRST:
        return date(year, first, second)
    if order is DayOrder.BOTH:
        raise ValueError("can be read two ways, as other rows of the file begin with the day and others with the month")
    by_day, by_month = date(year, second, first), date(year, first, second)
    raise ValueError(f"can be {by_day:%d %b} or {by_month:%d %b}")


def _money(cell: str) -> Decimal | None:
    if not cell:
        return None
    bare = _CURRENCY.sub("", cell).strip()
    if _TWO_WAYS.fullmatch(bare):
        whole = re.sub(r"[.,]", "", bare)
        raise ValueError(f"is {cell!r}, which can be {whole} or {bare.replace(',', '.')}; write 120000 or 120000.50")
    amount = _amount(bare)
    if not amount.is_finite() or not 0 <= amount < _MOST_ARR:
        raise ValueError(f"is {cell!r}; write an amount as 120000 or 120000.50")
    return amount.quantize(Decimal("0.01"))


def _amount(bare: str) -> Decimal:
    """Parse an amount; NaN if it can be read in two ways."""
    grouped = _GROUPED.fullmatch(bare)
    if grouped is not None and len(set(re.sub(r"[0-9]", "", bare.removesuffix(grouped["rest"] or "")))) == 1:
        if grouped["rest"] and grouped["rest"][0] == grouped["group"]:
            return Decimal("NaN")
        fraction = (grouped["rest"] or "").replace(",", ".")
        whole = re.sub(r"[^0-9]", "", bare.removesuffix(grouped["rest"] or ""))
        return Decimal(f"{whole}{fraction}")
    if _DECIMAL_COMMA.fullmatch(bare):
        return Decimal(bare.replace(",", "."))
    try:
        return Decimal(bare) if _PLAIN.fullmatch(bare) else Decimal("NaN")
    except InvalidOperation:
        return Decimal("NaN")


def _person(cell: str) -> str | None:
    if not cell:
        return None
    if _SLACK_ID.fullmatch(cell):
        return cell
    if _EMAIL.fullmatch(cell):
        return cell.casefold()
    raise ValueError(f"is {cell!r}; write an e-mail address or a Slack id such as U01ANA")


def _yes(cell: str) -> bool:
    word = cell.casefold()
    if word not in _TRUE | _FALSE:
        raise ValueError(f"is {cell!r}; it may be true, false, yes, no, 1, 0 or empty")
    return word in _TRUE


def _contacts(cell: str) -> list[str]:
    contacts = [contact.strip() for contact in cell.split(";") if contact.strip()]
    for contact in contacts:
        if not _EMAIL.fullmatch(contact):
            raise ValueError(f"holds {contact!r}; write e-mail addresses with ; between them")
    return contacts


def _url(cell: str) -> str | None:
    if cell and not re.fullmatch(r"https?://[^\s<>|]+", cell):
        raise ValueError(f"is {cell!r}; write an address that begins with https://")
    return cell or None


def _aliases(cell: str) -> str | None:
    return "; ".join(alias for part in cell.split(";") if (alias := " ".join(part.split()))) or None


COLUMNS: Mapping[str, Callable[[str], Any]] = {
    "domain": _text,
    "aliases": _aliases,
    "tier": _tier,
    "plan": _text,
    "health": _health,
    "renewal_on": partial(read_date, order=DayOrder.UNKNOWN),
    "churned_on": partial(read_date, order=DayOrder.UNKNOWN),
    "arr": _money,
    "csm": _person,
    "manager": _person,
    "executive_sponsor": _person,
    "region": _text,
    "vip": _yes,
    "dedicated_csm": _yes,
    "area": _text,
    "slack_channel": _text,
    "contacts": _contacts,
    "crm_url": _url,
}
DATES = frozenset({"renewal_on", "churned_on"})
