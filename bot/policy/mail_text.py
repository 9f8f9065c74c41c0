"""The text of a mail without the mail it replies to and without the signature."""

import re
from typing import Final

# The lines that mail programs put above what they quote, in the languages of most of our readers.
_QUOTE_BEGINS: Final = re.compile(
    r"""^\s*(?:
        On\s.{1,200}\bwrote:
        |Am\s.{1,200}\bschrieb.{0,200}:
        |Le\s.{1,200}\ba\sécrit\s?:
        |El\s.{1,200}\bescribió:
        |-{2,}\s*(?:Original|Ursprüngliche|Forwarded|Weitergeleitete).{0,40}-{2,}
        |_{20,}
        |(?:From|Von|De):\s.{1,200}@.{1,200}
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(r"^(?:--\s?|Sent from my .{1,60}|Get Outlook for .{1,40}|Von meinem .{1,60} gesendet)$")
# A line that a mail program broke in two: "On Fri, 6 Mar 2026 …" and "… wrote:" on the next.
_BEGINS: Final = re.compile(r"^\s*(?:On|Am|Le|El)\s.{5,200}$", re.IGNORECASE)


def written(text: str) -> str:
    """Return what was written above the quoted mail; the whole text if nothing is."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [line for line in lines[: _end(lines)] if not line.startswith(">")]
    found = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return found or text.strip()


def _end(lines: list[str]) -> int:
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else ""
        is_broken = _BEGINS.match(line) and _QUOTE_BEGINS.match(f"{line.strip()} {following.strip()}")
        if _QUOTE_BEGINS.match(line) or _SIGNATURE.match(line.strip()) or is_broken:
            return place
    return len(lines)
