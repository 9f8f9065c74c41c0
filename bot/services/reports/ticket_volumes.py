"""Ticket volumes: how many tickets there were each day, from a file or a program. Giving them again replaces them."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.database.transaction import Database
from bot.errors import BadInput
from bot.models.measures import TicketVolume
from bot.policy.time import years
from bot.services.accounts.account_cells import DayOrder, read_date
from bot.services.accounts.csv_file import CsvFile, Imported, Rejected, fitted, open_csv

COLUMNS: Final = ("day", "tickets", "region")
# What other programs call our columns.
_MEANT: Final = {
    "date": "day",
    "created": "day",
    "created_at": "day",
    "count": "tickets",
    "volume": "tickets",
    "number_of_tickets": "tickets",
    "territory": "region",
}
# A column of numbers with a blank in it is often written as 70.0.
_NUMBER: Final = re.compile(r"([0-9]{1,9})(?:[.,]0{1,2})?")
_LONGEST_REGION: Final = 80
_AT_ONCE: Final = 500
# The most days in one request; a year of a few regions.
MOST: Final = 4000


@dataclass(frozen=True, slots=True)
class DayVolume:
    """How many tickets a day had, in a region or, without one, everywhere."""

    day: date
    tickets: int
    region: str = ""


@dataclass(frozen=True)
class TicketVolumes:
    """Store ticket volumes: valid rows are taken, others reported. Idempotent."""

    database: Database

    def load(self, content: bytes, source: str) -> Imported:
        """Import a CSV file. Raises BadInput for one without the columns `day` and `tickets`."""
        file = open_csv(content, source, is_header=lambda cells: {"day", "tickets"} <= set(map(_column, cells)))
        header = [_column(cell) for cell in file.header]
        _check_header(header, source)
        counts, rejected, taken = Counter[str](), list[Rejected](), list[DayVolume]()
        seen: dict[tuple[date, str], int] = {}
        for line, row in _rows(file, header):
            if isinstance(row, Rejected):
                rejected.append(row)
            elif (first := seen.setdefault((row.day, row.region), line)) != line:
                rejected.append(Rejected(line, (f"this day and region stand in line {first} too",)))
            else:
                taken.append(row)
        self._take(taken, counts)
        unknown = sorted({name for name in header if name and name not in COLUMNS})
        notes = [*file.notes, *([f"these columns aren't used: {', '.join(unknown)}"] if unknown else [])]
        return Imported(counts["imported"], counts["updated"], counts["unchanged"], tuple(rejected), tuple(notes))

    def take(self, given: Any) -> Imported:
        """Take `{"volumes": [{"day": "2026-03-06", "tickets": 412, "region": "emea"}]}`: all of it or nothing.

        Raises BadInput with what is wrong.
        """
        volumes = given.get("volumes") if isinstance(given, dict) else None
        if not isinstance(volumes, list) or not 0 < len(volumes) <= MOST:
            raise BadInput([f"volumes is a list of 1 to {MOST} days"])
        taken, wrong = list[DayVolume](), list[str]()
        for place, each in enumerate(volumes):
            read = _read(each) if isinstance(each, dict) else ["it is not an object"]
            if isinstance(read, DayVolume):
                taken.append(read)
            else:
                wrong += [f"volumes[{place}]: {why}" for why in read]
        if len({(one.day, one.region) for one in taken}) < len(taken):
            wrong.append("a day and region stand there twice")
        if wrong:
            raise BadInput(wrong[:_AT_ONCE])
        counts = Counter[str]()
        self._take(taken, counts)
        return Imported(counts["imported"], counts["updated"], counts["unchanged"], ())

    def _take(self, volumes: Sequence[DayVolume], counts: Counter[str]) -> None:
        for first in range(0, len(volumes), _AT_ONCE):
            with self.database.transaction() as tx:
                for one in volumes[first : first + _AT_ONCE]:
                    known = tx.session.get(TicketVolume, (one.day, one.region))
                    if known is None:
                        tx.session.add(TicketVolume(day=one.day, region=one.region, tickets=one.tickets))
                        counts["imported"] += 1
                    else:
                        counts["unchanged" if known.tickets == one.tickets else "updated"] += 1
                        known.tickets = one.tickets


def _column(cell: str) -> str:
    name = cell.strip().casefold().replace(" ", "_")
    return _MEANT.get(name, name)


def _check_header(header: Sequence[str], source: str) -> None:
    missing = [name for name in ("day", "tickets") if name not in header]
    if missing:
        raise BadInput(
            [f"{source}: there is no column {missing[0]}; the first line names the columns: {', '.join(COLUMNS)}."]
        )
    twice = [name for name, count in Counter(name for name in header if name).items() if count > 1]
    if twice:
        raise BadInput([f"{source}: the column {twice[0]} is there twice."])


def _day_order(file: CsvFile, header: Sequence[str]) -> DayOrder:
    """Determine from the whole file whether days such as 31/12/2026 begin with the day or with the month."""
    place, order = header.index("day"), DayOrder.UNKNOWN
    for _, cells in file.rows():
        if not isinstance(cells, csv.Error):
            order = order.seen(cells[place].strip() if place < len(cells) else "")
    return order


def _rows(file: CsvFile, header: Sequence[str]) -> Iterator[tuple[int, DayVolume | Rejected]]:
    order = _day_order(file, header)
    for line, cells in file.rows():
        if isinstance(cells, csv.Error):
            yield line, Rejected(line, (f"the row is not CSV ({cells})",))
        elif any(cell.strip() for cell in cells):
            fitting = fitted(cells, header)
            if fitting is None:
                yield line, Rejected(line, (f"it has {len(cells)} cells, the header has {len(header)}",))
                continue
            row = {name: cell.strip() for name, cell in zip(header, fitting, strict=True) if name in COLUMNS}
            read = _read(row, order)
            yield line, read if isinstance(read, DayVolume) else Rejected(line, tuple(read))


def _read(row: Mapping[str, Any], order: DayOrder | None = None) -> DayVolume | list[str]:
    """Return a day's volume, or every reason why it is none. Of a file, `order` is that of its dates."""
    day, tickets, region = row.get("day"), row.get("tickets"), row.get("region") or ""
    wrong, on = list[str](), _day(day)
    try:
        on = read_date(day, order) if on is None and order is not None and isinstance(day, str) else on
        if on is None:
            wrong.append(f"day is {_said(day)}; write it as 2026-03-06")
    except ValueError as error:
        wrong.append(f"day {error}")
    # A program sends a number, a file has text.
    written = str(tickets) if isinstance(tickets, str | int) and not isinstance(tickets, bool) else ""
    number = _NUMBER.fullmatch(written)
    count = int(number[1]) if number is not None else None
    if count is None:
        wrong.append(f"tickets is {_said(tickets)}; it is a whole number")
    if not isinstance(region, str) or len(region) > _LONGEST_REGION or not region.isprintable():
        wrong.append(f"region is not a name of at most {_LONGEST_REGION} characters")
    if wrong or on is None or count is None:
        return wrong
    return DayVolume(on, count, region.strip().casefold())


def _day(given: object) -> date | None:
    """Return a day; of a time in ISO 8601 its date as it is written."""
    try:
        day = date.fromisoformat(given[:10]) if isinstance(given, str) and given[4:5] == "-" else None
    except ValueError:
        return None
    return day if day is not None and years.is_plausible(day) else None


def _said(given: object) -> str:
    return repr(given if len(repr(given)) <= _LONGEST_REGION else "…")
