"""The import of people from a CSV file, into the directory."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.database.people import People
from bot.database.timeline import ITSELF
from bot.database.transaction import Database
from bot.errors import BadInput, FormError
from bot.models.directory import DirectoryEntry
from bot.policy.model.directory import EntryKind, identity_key
from bot.services.accounts.csv_file import CsvFile, Imported, Rejected, fitted, open_csv
from bot.services.directory.directory_changes import checked, in_file, store

COLUMNS: Final = ("email", "name", "slack_id", "manager", "phone", "region")
# What other programs call our columns.
_MEANT: Final = {
    "e-mail": "email",
    "mail": "email",
    "email_address": "email",
    "full_name": "name",
    "display_name": "name",
    "real_name": "name",
    "slack": "slack_id",
    "userid": "slack_id",
    "user_id": "slack_id",
    "manager_email": "manager",
    "reports_to": "manager",
    "mobile": "phone",
    "telephone": "phone",
    "territory": "region",
}
_LONGEST_CELL: Final = 320
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class PeopleImport:
    """Store the people of a file: valid rows are taken, others reported. Idempotent."""

    database: Database
    people: People

    def load(self, content: bytes, source: str) -> Imported:
        """Import a CSV file. Raises BadInput for one without the column `email`."""
        file = open_csv(content, source, is_header=lambda cells: "email" in map(_column, cells))
        header = [_column(cell) for cell in file.header]
        _check_header(header, source)
        counts, rejected, taken = Counter[str](), list[Rejected](), list[tuple[int, dict[str, str]]]()
        seen: set[str] = set()
        for line, row in _rows(file, header):
            if isinstance(row, Rejected):
                rejected.append(row)
            elif (key := identity_key(row.get("email", ""))) in seen:
                rejected.append(Rejected(line, (f"email {row['email']} stands in an earlier row",)))
            else:
                seen.add(key)
                taken.append((line, row))
        shadowed = 0
        for first in range(0, len(taken), _AT_ONCE):
            shadowed += self._take(taken[first : first + _AT_ONCE], counts, rejected)
        unknown = sorted({name for name in header if name and name not in COLUMNS})
        notes = [*file.notes, *([f"these columns aren't used: {', '.join(unknown)}"] if unknown else [])]
        if shadowed:
            notes.append(f"{shadowed} of these people are in the directory file too, which wins")
        rejected.sort(key=lambda row: row.line)
        return Imported(counts["imported"], counts["updated"], counts["unchanged"], tuple(rejected), tuple(notes))

    def _take(self, rows: Sequence[tuple[int, dict[str, str]]], counts: Counter[str], rejected: list[Rejected]) -> int:
        """Store some rows in one transaction; return how many of them the file has too."""
        shadowed = 0
        with self.database.transaction() as tx:
            for line, row in rows:
                try:
                    key, stored = checked(EntryKind.PERSON, {name: cell for name, cell in row.items() if cell})
                except FormError as error:
                    rejected.append(Rejected(line, tuple(f"{name}: {why}" for name, why in error.at.items())))
                    continue
                is_new = tx.session.get(DirectoryEntry, (EntryKind.PERSON, key)) is None
                changed = store(tx, EntryKind.PERSON, key, stored, by=ITSELF)
                counts["imported" if is_new else "updated" if changed else "unchanged"] += 1
                shadowed += in_file(self.people.file, EntryKind.PERSON, key)
            self.people.refresh(tx)
        return shadowed


def _column(cell: str) -> str:
    name = cell.strip().casefold().replace(" ", "_")
    return _MEANT.get(name, name)


def _check_header(header: Sequence[str], source: str) -> None:
    if "email" not in header:
        raise BadInput([f"{source}: there is no column email; the first line names the columns: {', '.join(COLUMNS)}."])
    twice = [name for name, count in Counter(name for name in header if name).items() if count > 1]
    if twice:
        raise BadInput([f"{source}: the column {twice[0]} is there twice."])


def _rows(file: CsvFile, header: Sequence[str]) -> Iterator[tuple[int, dict[str, str] | Rejected]]:
    for line, cells in file.rows():
        if isinstance(cells, csv.Error):
            yield line, Rejected(line, (f"the row is not CSV ({cells})",))
        elif any(cell.strip() for cell in cells):
            fitting = fitted(cells, header)
            if fitting is None:
                yield line, Rejected(line, (f"it has {len(cells)} cells, the header has {len(header)}",))
            elif any(len(cell) > _LONGEST_CELL for cell in fitting):
                yield line, Rejected(line, (f"a cell is longer than {_LONGEST_CELL} characters",))
            elif any("\0" in cell for cell in fitting):
                yield line, Rejected(line, ("it holds a NUL character",))
            else:
                known = zip(header, fitting, strict=True)
                row = {name: cell.strip() for name, cell in known if name in COLUMNS}
                if "@" not in row["email"]:
                    said = f"email is {row['email']!r}; it is an e-mail address" if row["email"] else "email is empty"
                    yield line, Rejected(line, (said,))
                else:
                    yield line, row
