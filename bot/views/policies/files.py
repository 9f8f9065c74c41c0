"""Messages about an invalid configuration file."""

from collections.abc import Sequence
from pathlib import Path

from bot.views.kit.text import escape

_SHOWN = 5


def not_taken(what: str, path: Path, problems: Sequence[str]) -> str:
    """Return the message that a changed file is invalid, with the problem and what happens meanwhile."""
    lines = [f"• {escape(problem, 400)}" for problem in problems[:_SHOWN]]
    lines += [f"• and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
    listed = "\n".join(lines)
    return f":warning: The {what} file `{escape(path.name)}` has errors. We keep using the last valid one.\n{listed}"
