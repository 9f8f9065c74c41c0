"""The account directory as CSV: its columns, and what is wrong with a row, in words.

Only the column `name` is required. Unknown columns are kept as extra facts and reported, with the known column that was
probably meant. A row with too few or too many cells is rejected, and of two rows with one name the later.
"""

import csv
import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import BadInput
from bot.policy.account_names import same_key
from bot.services.accounts.account_cells import COLUMNS, DATES, DayOrder, read_cell
from bot.services.accounts.csv_file import CsvFile, Rejected, fitted, open_csv

_NAME = "name"
_NAME_LIMIT = 200
_CELL_LIMIT = 2000
# At most so many unknown columns are named.
_SHOWN = 30
# Other programs' names for our columns; for a header such as `Health Score`, `health` is suggested.
_MEANT = {
    "account": _NAME,
    "account_name": _NAME,
    "company": _NAME,
    "company_name": _NAME,
    "customer": _NAME,
    "customer_name": _NAME,
    "alias": "aliases",
    "other_names": "aliases",
    "short_name": "aliases",
    "website": "domain",
    "url": "domain",
    "segment": "tier",
    "account_tier": "tier",
    "subscription": "plan",
    "score": "health",
    "health_score": "health",
    "renewal": "renewal_on",
    "renewal_date": "renewal_on",
    "renews_on": "renewal_on",
    "contract_end": "renewal_on",
    "churn_date": "churned_on",
    "left_on": "churned_on",
    "annual_recurring_revenue": "arr",
    "revenue": "arr",
    "owner": "csm",
    "account_owner": "csm",
    "csm_email": "csm",
    "customer_success_manager": "csm",
    "csm_manager": "manager",
    "sponsor": "executive_sponsor",
    "exec_sponsor": "executive_sponsor",
    "territory": "region",
    "is_vip": "vip",
    "product_area": "area",
    "channel": "slack_channel",
    "emails": "contacts",
    "contact_emails": "contacts",
    "crm": "crm_url",
    "crm_link": "crm_url",
}
_NEAR = 0.8


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A valid row: its line, the name, the values of known columns, and the cells of unknown ones."""

    line: int
    name: str
    fields: Mapping[str, Any]
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AccountFile:
    """A file with a usable header. `notes` say how it was read."""

    notes: tuple[str, ...]
    _file: CsvFile
    _columns: tuple[str, ...]

    def rows(self) -> Iterator[AccountRow | Rejected]:
        """Parse the file row by row."""
        order, seen = self._day_order(), dict[str, int]()
        for line, cells in self._file.rows():
            if isinstance(cells, csv.Error):
                yield Rejected(line, (f"this is not CSV ({cells}); is a quotation mark left open in this line?",))
            elif any(cell.strip() for cell in cells):
                yield _row(line, self._columns, cells, seen, order)

    def _day_order(self) -> DayOrder:
        """Determine from the whole file whether dates such as 31/12/2026 begin with the day or with the month."""
        places, order = [place for place, column in enumerate(self._columns) if column in DATES], DayOrder.UNKNOWN
        if places:
            for _, cells in self._file.rows():
                if not isinstance(cells, csv.Error):
                    for place in places:
                        order = order.seen(cells[place].strip() if place < len(cells) else "")
        return order


def read(content: bytes, source: str) -> AccountFile:
    """Open a file. Raises BadInput if it isn't CSV at all, or lacks the `name` column."""
    file = open_csv(content, source, is_header=lambda cells: _NAME in _columns(cells))
    columns = _columns(file.header)
    _check(columns, file.header, source)
    return AccountFile((*file.notes, *_unknown(columns, file.header)), file, columns)


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    """Return the column names, normalised for comparison."""
    return tuple(cell.strip().casefold() for cell in header)


def _check(columns: tuple[str, ...], header: Sequence[str], source: str) -> None:
    """Raise BadInput for a header that can't be used."""
    if _NAME not in columns:
        cells = [cell.strip() for whole in header for cell in re.split(r"[;\t|]", whole)]
        meant = next((cell for cell in cells if _meant(cell) == _NAME), None)
        hint = f" Rename `{meant}` to `name`." if meant else ""
        raise BadInput([f"{source}, line 1: the header has no column `name`, the only one that is required.{hint}"])
    twice = sorted(column for column, count in Counter(columns).items() if column and count > 1)
    if twice:
        raise BadInput([f"{source}, line 1: the column `{twice[0]}` occurs twice in the header."])
    if any("\0" in column for column in columns):
        raise BadInput([f"{source}, line 1: the header holds a NUL character; save the file as CSV in UTF-8."])


def _unknown(columns: tuple[str, ...], header: Sequence[str]) -> Iterator[str]:
    """Yield a note for each column that is kept as an extra fact."""
    known = {*COLUMNS, _NAME}
    kept = [(column, cell.strip()) for column, cell in zip(columns, header, strict=True) if column not in {*known, ""}]
    if kept:
        named = [f"`{cell}`{_hint(column, columns)}" for column, cell in kept[:_SHOWN]]
        more = f", and {len(kept) - _SHOWN:,} more columns" if len(kept) > _SHOWN else ""
        yield f"kept as extra facts: {', '.join(named)}{more}"


def _hint(column: str, columns: tuple[str, ...]) -> str:
    meant = _meant(column)
    return f" (did you mean `{meant}`?)" if meant is not None and meant not in columns else ""


def _meant(column: str) -> str | None:
    """Return the column that a header probably means."""
    key = re.sub(r"[^a-z0-9]+", "_", column.strip().casefold()).strip("_")
    # "V.I.P.", "E-mail", "HealthScore": the same letters, put together in another way.
    letters = key.replace("_", "")
    key = next((name for name in (*COLUMNS, _NAME, *_MEANT) if name.replace("_", "") == letters), key)
    known = {*COLUMNS, _NAME}
    if key in known:
        return key
    near = difflib.get_close_matches(key, sorted(known), n=1, cutoff=_NEAR)
    return _MEANT.get(key) or (near[0] if near else None)


def _row(
    line: int, columns: tuple[str, ...], cells: list[str], seen: dict[str, int], order: DayOrder
) -> AccountRow | Rejected:
    row = fitted(cells, columns)
    if row is None:
        kind = "few" if len(cells) < len(columns) else "many"
        return Rejected(line, (f"too {kind} cells: {len(cells)} where the header has {len(columns)}",))
    reasons = [
        f"column {place + 1} has no name in the header, but contains {row[place].strip()!r}"
        for place, column in enumerate(columns)
        if not column and row[place].strip()
    ]
    given = {column: cell.strip() for column, cell in zip(columns, row, strict=True) if column}
    reasons += [
        f"{column} has more than {_CELL_LIMIT} characters" for column, cell in given.items() if len(cell) > _CELL_LIMIT
    ]
    reasons += [f"{column} holds a NUL character" for column, cell in given.items() if "\0" in cell]
    name = " ".join(given.pop(_NAME).split())
    if not name:
        reasons.append("name is empty")
    if _NAME_LIMIT < len(name) <= _CELL_LIMIT:
        reasons.append(f"name has more than {_NAME_LIMIT} characters")
    fields: dict[str, Any] = {}
    for column, cell in given.items():
        if column in COLUMNS and len(cell) <= _CELL_LIMIT:  # what is too long is named, not quoted
            try:
                fields[column] = read_cell(column, cell, order)
            except ValueError as error:
                reasons.append(f"{column} {error}")
    key = same_key(name)
    if not reasons and key in seen:
        reasons.append(f"{name!r} is already in line {seen[key]}; of two rows with one name the first is taken")
    if reasons:
        return Rejected(line, tuple(reasons))
    seen[key] = line
    return AccountRow(line, name, fields, {column: cell for column, cell in given.items() if column not in COLUMNS})
