"""Ids, timestamps and cursors in Slack's formats."""

import base64
import binascii
import secrets

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SPACE = len(ALPHABET) ** 8
STRIDE = 1_000_000_007  # coprime to SPACE, so the sequence visits every id once, in no obvious order

MICROSECONDS = 1_000_000
LONGEST = 15  # digits of a number of seconds


class Ids:
    """Generates ids that never repeat within one sandbox, also after saving and loading."""

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
    """Format microseconds since 1970 as a `ts`: `1503435956.000247`."""
    seconds, rest = divmod(micros, MICROSECONDS)
    return f"{seconds}.{rest:06d}"


def micros(ts: str) -> int:
    """Parse a `ts`, or any number of seconds that a clock could show; raises ValueError."""
    seconds, _, rest = ts.partition(".")
    is_number = seconds.isascii() and seconds.isdigit() and (not rest or (rest.isascii() and rest.isdigit()))
    if not is_number or len(seconds) > LONGEST:
        raise ValueError(f"{ts!r} is not a timestamp")
    return int(seconds) * MICROSECONDS + int(rest[:6].ljust(6, "0") or 0)


def is_timestamp(ts: str) -> bool:
    """Return True if this is a message's `ts`: seconds, a dot and six digits."""
    seconds, dot, rest = ts.partition(".")
    return bool(dot) and seconds.isascii() and seconds.isdigit() and len(rest) == 6 and rest.isdigit()  # noqa: PLR2004 - the form itself


def cursor(position: str) -> str:
    """Encode a position as an opaque cursor."""
    return base64.b64encode(f"next:{position}".encode()).decode()


def position(cursor: str) -> str:
    """Decode a cursor; raises ValueError if no sandbox made it."""
    try:
        kind, _, inside = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("not a cursor") from error
    if kind != "next":
        raise ValueError("not a cursor")
    return inside


def secret(length: int = 16) -> str:
    """Return random characters, for tickets and trigger ids."""
    return secrets.token_hex(length // 2)
