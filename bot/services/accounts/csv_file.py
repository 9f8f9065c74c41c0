"""CSV as programs really write it: other separators and encodings, Excel's first line and its empty columns."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.errors import BadInput
from bot.policy import encodings

_SEPARATORS = ",;\t|"
_SEPARATOR_NAMES = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
# A row with more lines has swallowed others through an open quotation mark. It bounds the work of detecting that.
_LONGEST_ROW = 200
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f\v\0")

Cells = list[str] | csv.Error


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rejected row: its line, and every reason."""

    line: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import."""

    imported: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    # Notes for the person who imports: how the file was read, unknown columns, names that look alike.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file's header and the lines below it. `notes` say how it was read, if that had to be detected."""

    header: tuple[str, ...]
    notes: tuple[str, ...]
    _lines: Sequence[str]
    _first: int
    _separator: str

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Yield the cells of each row with its first line, counted from 1; may be called again.

        An open quotation mark swallows what follows. So after an invalid row reading resumes at the very next line, not
        where the reader gave up.
        """
        first = self._first
        while first < len(self._lines):
            begins = first

            def lines(start: int = first) -> Iterator[str]:
                for place in range(start, len(self._lines)):
                    if place - begins > _LONGEST_ROW:  # noqa: B023 - it follows the row that is being read
                        raise csv.Error(f"no end within {_LONGEST_ROW} lines")
                    yield self._lines[place]

            reader = csv.reader(lines(), delimiter=self._separator, strict=True)
            try:
                for cells in reader:
                    yield begins + 1, cells
                    begins = first + reader.line_num
            except csv.Error as error:
                yield begins + 1, error
                begins += 1
            first = begins


def open_csv(content: bytes, source: str, *, is_header: Callable[[Sequence[str]], bool]) -> CsvFile:
    """Detect encoding and separator, and read the header. Raises BadInput for a file that isn't CSV.

    `is_header` returns True if cells are a usable header; the separator is chosen by it.
    """
    text, notes = _decoded(content, source)
    lines = io.StringIO(text, newline="").readlines()
    first, separator = 0, None
    if lines and lines[0].strip().casefold().strip('"').startswith("sep="):
        separator, first = lines[0].strip().strip('"')[4:5] or "\t", 1
    candidates = [separator] if separator else list(_SEPARATORS)
    found = [(mark, header) for mark in candidates if is_header(header := _header(lines, first, mark))]
    # Without a usable header, errors refer to it as split by commas.
    mark, header = found[0] if found else (candidates[0], _header(lines, first, candidates[0]))
    if mark != "," and len(header) > 1:
        notes.append(f"cells are separated by {_SEPARATOR_NAMES.get(mark, repr(mark))}")
    read = csv.reader(iter(lines[first:]), delimiter=mark, strict=True)
    try:
        next(read, None)
    except csv.Error as error:
        raise BadInput([f"{source}, line {first + 1}: the header is not CSV ({error})."]) from error
    return CsvFile(tuple(header), tuple(notes), lines, first + read.line_num, mark)


def fitted(cells: list[str], columns: Sequence[str]) -> list[str] | None:
    """Return a row's cells, one for each column of the header; None if there are too few or too many.

    Programs leave empty cells out at the end of a line, under columns that have no name, or add more of them.
    """
    cells = cells + [""] * sum(1 for column in columns[len(cells) :] if not column)
    if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
        return None
    return cells[: len(columns)]


def _header(lines: Sequence[str], first: int, separator: str) -> list[str]:
    """Return the cells of the header, as far as they can be read."""
    try:
        return next(csv.reader(iter(lines[first : first + _LONGEST_ROW]), delimiter=separator, strict=True), [])
    except csv.Error:
        return []


def _decoded(content: bytes, source: str) -> tuple[str, list[str]]:
    """Decode a file; return its text, with a note if the encoding isn't UTF-8."""
    if content.startswith(_WORKBOOKS):
        raise BadInput([f"{source}: this is an Excel workbook; save it as CSV in UTF-8."])
    if (encoding := encodings.unicode_of(content)) is not None:
        return _strictly(content, encoding, source), []
    try:
        return content.decode(), []
    except UnicodeDecodeError as error:
        text = content.decode("cp1252", errors="replace")
        if "\ufffd" in text or _CONTROLS & set(text) or "\0" in text:
            line = encodings.line_of(error)
            raise BadInput([f"{source}, line {line}: this is not text; save the file as CSV in UTF-8."]) from error
        return text, ["it is not UTF-8 and was read as Windows-1252 (Latin-1): check the names with accents"]


def _strictly(content: bytes, encoding: str, source: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        raise BadInput([f"{source}: it begins as {name} and is not; save the file as CSV in UTF-8."]) from error
