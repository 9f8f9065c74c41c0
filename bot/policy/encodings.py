"""The encoding of a file that people wrote, found from its content."""

from typing import Final

_BYTE_ORDER_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# UTF-16 without a byte order mark has a NUL beside each letter of its first line; other encodings have none.
_MOSTLY: Final = 0.3
_HEAD: Final = 400


def unicode_of(content: bytes) -> str | None:
    """Return the encoding that a file shows at its beginning, as Python names it; None if it shows none."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    head = content[:_HEAD]
    for encoding, odd in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(head) > 1 and head[odd::2].count(0) > _MOSTLY * len(head) and not head[1 - odd :: 2].count(0):
            return encoding
    return None


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8 or UTF-16. Raises UnicodeDecodeError."""
    return content.decode(unicode_of(content) or "utf-8")


def line_of(error: UnicodeDecodeError) -> int:
    """Return the line with the first character that isn't text, counted from 1."""
    return error.object[: error.start].count(b"\n") + 1
