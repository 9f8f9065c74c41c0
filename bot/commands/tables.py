"""Tables for a terminal: columns fit its width, long cells are wrapped."""

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from bot.commands.terminal import line

_GAP = "  "
_NARROWEST = 10


def terminal_width() -> int:
    """Return the terminal's width in characters; 100 if the output is not a terminal."""
    return shutil.get_terminal_size((100, 24)).columns


def table(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Yield the lines of a table. The first column has its full width, the others share the rest.

    A column is never wider than its longest cell and never narrower than its longest word: on a terminal too narrow for
    that, lines overflow rather than become unreadable.
    """
    longest = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    widths = _shared(longest, width - (len(longest) - 1) * len(_GAP))
    for row in rows:
        yield from _lines(row, widths)


def _shared(longest: Sequence[int], room: int) -> list[int]:
    """Return the width of each column after the first: what it needs, or an equal share if there is not enough room."""
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
        textwrap.wrap(line(cell), width, break_on_hyphens=False) or [""]
        for cell, width in zip(row, widths, strict=True)
    ]
    for parts in zip_longest(*cells, fillvalue=""):
        yield _GAP.join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()
