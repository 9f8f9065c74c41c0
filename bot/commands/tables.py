"""Tables for a terminal: columns that fit its width, long cells broken into lines."""

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

_GAP = "  "
_NARROWEST = 10


def terminal_width() -> int:
    """Return how many characters fit on a line; a hundred where nobody is looking."""
    return shutil.get_terminal_size((100, 24)).columns


def table(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Yield the lines of a table. The first column is as wide as it must be, the others share what is left.

    A column is never wider than its longest cell, and never narrower than a word needs: where the terminal is narrower
    than that, lines run over its edge rather than become unreadable.
    """
    longest = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    widths = _shared(longest, width - (len(longest) - 1) * len(_GAP))
    for row in rows:
        yield from _lines(row, widths)


def _shared(longest: Sequence[int], room: int) -> list[int]:
    """Give each column after the first what it needs, or an equal share where not everybody can have that."""
    first, rest = longest[0], sorted(longest[1:])
    room -= first
    share = room
    for place, wanted in enumerate(rest):
        share = room // (len(rest) - place)
        if wanted > share:
            break
        room -= wanted
    share = max(share, _NARROWEST)
    return [first, *(min(wanted, share) for wanted in longest[1:])]


def _lines(row: Iterable[str], widths: Sequence[int]) -> Iterator[str]:
    cells = [
        textwrap.wrap(cell, width, break_on_hyphens=False) or [""] for cell, width in zip(row, widths, strict=True)
    ]
    for parts in zip_longest(*cells, fillvalue=""):
        yield _GAP.join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()
