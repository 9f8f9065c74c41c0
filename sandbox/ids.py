"""Ids, timestamps and cursors in the shapes that Slack gives them."""

import base64
import binascii
import secrets

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SPACE = len(ALPHABET) ** 8
STRIDE = 1_000_000_007  # coprime to SPACE, so the walk meets every id once, in no visible order

MICROSECONDS = 1_000_000


class Ids:
    """Makes ids that never repeat within one sandbox, also after it was saved and loaded."""

    def __init__(self, used: int = 0) -> None:
        self.used = used

    def new(self, prefix: str) -> str:
        """Return an id such as `C0K3X91PQ2`: Slack's one- or two-letter prefix, a zero and eight characters."""
        self.used += 1
        number = self.used * STRIDE % SPACE
        digits = []
        for _ in range(8):
            number, digit = divmod(number, len(ALPHABET))
            digits.append(ALPHABET[digit])
        return f"{prefix}0{''.join(digits)}"


def timestamp(micros: int) -> str:
    """Write microseconds since 1970 as Slack writes a `ts`: `1503435956.000247`."""
    seconds, rest = divmod(micros, MICROSECONDS)
    return f"{seconds}.{rest:06d}"


def micros(ts: str) -> int:
    """Read a `ts`, or any number of seconds; a ValueError says that it is none."""
    seconds, _, rest = ts.partition(".")
    if not seconds.isascii() or not seconds.isdigit() or (rest and not (rest.isascii() and rest.isdigit())):
        raise ValueError(f"{ts!r} is not a timestamp")
    return int(seconds) * MICROSECONDS + int(rest[:6].ljust(6, "0") or 0)


def is_timestamp(ts: str) -> bool:
    """Tell whether this is a message's `ts`: seconds, a dot and six digits."""
    seconds, dot, rest = ts.partition(".")
    return bool(dot) and seconds.isascii() and seconds.isdigit() and len(rest) == 6 and rest.isdigit()  # noqa: PLR2004 - the form itself


def cursor(position: str) -> str:
    """Hide a position in an opaque cursor."""
    return base64.b64encode(f"next:{position}".encode()).decode()


def position(cursor: str) -> str:
    """Take the position out of a cursor; a ValueError says that no sandbox made it."""
    try:
        kind, _, inside = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("not a cursor") from error
    if kind != "next":
        raise ValueError("not a cursor")
    return inside


def secret(length: int = 16) -> str:
    """Return characters nobody can guess, for tickets and trigger ids."""
    return secrets.token_hex(length // 2)
