"""The account directory as CSV: what each column may hold, and what is wrong with a row, in words.

INTERFACES.md, "accounts import": `name` is the only required column, unknown columns are kept as extra facts, a row
with too few or too many cells is rejected, and of two rows with one name the later.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.errors import BadInput
from bot.models.account import name_key

_NAME_LIMIT = 200
_CELL_LIMIT = 2000
_TIERS = ("strategic", "enterprise", "standard")
_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
_HEALTHIEST = 100
_MOST_ARR = Decimal(10) ** 14


@dataclass(frozen=True, slots=True)
class Row:
    """A good row: its line, the name, the fields the file had a column for, and the cells of unknown columns."""

    line: int
    name: str
    fields: Mapping[str, Any]
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A bad row: its line, and every reason."""

    line: int
    reasons: tuple[str, ...]


def read(content: bytes, source: str) -> Iterator[Row | Rejected]:
    """Read a file row by row. Raises BadInput when it is no CSV at all, or lacks the `name` column."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadInput([f"{source}, line {line}: this is not UTF-8; save the file as CSV in UTF-8."]) from error
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(iter(lines), strict=True)
    header = _header(reader, source)
    seen: dict[str, int] = {}
    for line, cells in _rows(lines, reader.line_num):
        if isinstance(cells, csv.Error):
            yield Rejected(line, (f"this is not CSV ({cells}); is a quotation mark left open in this line?",))
        elif any(cell.strip() for cell in cells):
            yield _row(line, header, cells, seen)


def _rows(lines: Sequence[str], first: int) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Yield the cells of each row with the line it begins in.

    A quotation mark left open swallows what follows it. So after a row that is no CSV it goes on with the very next
    line, and not where the reader gave up.
    """
    while first < len(lines):
        reader = csv.reader((lines[place] for place in range(first, len(lines))), strict=True)
        begins = first
        try:
            for cells in reader:
                yield begins + 1, cells
                begins = first + reader.line_num
        except csv.Error as error:
            yield begins + 1, error
            begins += 1
        first = begins


def _header(reader: Iterator[list[str]], source: str) -> list[str]:
    try:
        header = [cell.strip().casefold() for cell in next(reader, [])]
    except csv.Error as error:
        raise BadInput([f"{source}, line 1: the header is not CSV ({error})."]) from error
    if "name" not in header:
        mark = next((mark for mark in ";|\t" if len(header) == 1 and mark in header[0]), None)
        hint = f" Cells must be separated by commas, not by {mark!r}." if mark else ""
        raise BadInput([f"{source}, line 1: the header has no column `name`, the only one that is required.{hint}"])
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise BadInput([f"{source}, line 1: the column `{twice[0]}` stands twice in the header."])
    if any("\0" in column for column in header):
        raise BadInput([f"{source}, line 1: the header holds a NUL character; save the file as CSV in UTF-8."])
    if "" in header:
        raise BadInput([f"{source}, line 1: column {header.index('') + 1} of the header has no name."])
    return header


def _row(line: int, header: list[str], cells: list[str], seen: dict[str, int]) -> Row | Rejected:
    if len(cells) != len(header):
        kind = "few" if len(cells) < len(header) else "many"
        return Rejected(line, (f"too {kind} cells: {len(cells)} where the header has {len(header)}",))
    given = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
    reasons = [
        f"{column} has more than {_CELL_LIMIT} characters" for column, cell in given.items() if len(cell) > _CELL_LIMIT
    ]
    reasons += [f"{column} holds a NUL character" for column, cell in given.items() if "\0" in cell]
    name = " ".join(given.pop("name").split())
    if not name:
        reasons.append("name is empty")
    if len(name) > _NAME_LIMIT:
        reasons.append(f"name has more than {_NAME_LIMIT} characters")
    fields: dict[str, Any] = {}
    for column, cell in given.items():
        if column in _COLUMNS:
            try:
                fields[column] = _COLUMNS[column](cell)
            except ValueError as error:
                reasons.append(f"{column} {error}")
    key = name_key(name)
    if len(name) <= _NAME_LIMIT < len(key) // 2:
        reasons.append("name is too long once its letters are written out")
    if not reasons and key in seen:
        reasons.append(f"{name!r} stands already in line {seen[key]}; of two rows with one name the first is taken")
    if reasons:
        return Rejected(line, tuple(reasons))
    seen[key] = line
    return Row(line, name, fields, {column: cell for column, cell in given.items() if column not in _COLUMNS})


def _text(cell: str) -> str | None:
    return cell or None


def _tier(cell: str) -> str | None:
    if cell and cell.casefold() not in _TIERS:
        raise ValueError(f"is {cell!r}; it may be {', '.join(_TIERS)} or empty")
    return cell.casefold() or None


def _health(cell: str) -> int | None:
    if not cell:
        return None
    if not cell.isascii() or not cell.isdigit() or int(cell) > _HEALTHIEST:
        raise ValueError(f"is {cell!r}; it is a whole number from 0 to 100")
    return int(cell)


def _date(cell: str) -> date | None:
    if not cell:
        return None
    try:
        return date.fromisoformat(cell if _DATE.fullmatch(cell) else "")
    except ValueError:
        raise ValueError(f"is {cell!r}; write a date as 2026-12-31") from None


def _money(cell: str) -> Decimal | None:
    if not cell:
        return None
    try:
        amount = Decimal(cell)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < _MOST_ARR:
        raise ValueError(f"is {cell!r}; write an amount as 120000 or 120000.50")
    return amount.quantize(Decimal("0.01"))


def _person(cell: str) -> str | None:
    if not cell:
        return None
    if _SLACK_ID.fullmatch(cell):
        return cell
    if _EMAIL.fullmatch(cell):
        return cell.casefold()
    raise ValueError(f"is {cell!r}; write an e-mail address or a Slack id such as U01ANA")


def _yes(cell: str) -> bool:
    if cell.casefold() not in _YES:
        raise ValueError(f"is {cell!r}; it may be true, false, yes, no, 1, 0 or empty")
    return _YES[cell.casefold()]


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


_COLUMNS: Mapping[str, Callable[[str], Any]] = {
    "domain": _text,
    "tier": _tier,
    "plan": _text,
    "health": _health,
    "renewal_on": _date,
    "arr": _money,
    "csm": _person,
    "manager": _person,
    "region": _text,
    "vip": _yes,
    "dedicated_csm": _yes,
    "area": _text,
    "slack_channel": _text,
    "contacts": _contacts,
    "crm_url": _url,
}
