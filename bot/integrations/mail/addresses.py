"""Mail addresses, held to a form that can't smuggle anything into a header or a command."""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Final

# RFC 5321 allows more in quotes; nobody's team has such an address.
_LOCAL: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")
_WHOLE: Final = re.compile(_LOCAL)
_LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64


def plain_address(typed: str) -> str | None:
    """Return an address as it goes over the wire, the host in ASCII; None if it is none."""
    local, at, host = typed.strip().rpartition("@")
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    found = f"{local}{at}{host.lower()}"
    fits = len(found) <= _LONGEST and len(local) <= _LONGEST_LOCAL
    return found if at and fits and _WHOLE.fullmatch(local) and _HOST.fullmatch(host) else None


def sender(typed: str) -> Address:
    """Return the sender of `Escalate <escalate@example.com>`, or of an address alone. Raises ValueError."""
    name, found = parseaddr(typed)
    address = plain_address(found)
    if address is None:
        raise ValueError(f"{typed!r} is no mail address; write Escalate <escalate@example.com>")
    try:
        return Address(display_name=name, addr_spec=address)
    except (HeaderParseError, ValueError):
        raise ValueError(f"{typed!r} is no mail address; write Escalate <escalate@example.com>") from None
