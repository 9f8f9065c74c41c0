"""The sender of our mails."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr

from bot.policy.addresses import mail_address


def sender(typed: str) -> Address:
    """Return the sender of `Escalate <escalate@example.com>`, or of an address alone. Raises ValueError."""
    name, found = parseaddr(typed)
    address = mail_address(found)
    if address is None:
        raise ValueError(f"{typed!r} is no mail address; write Escalate <escalate@example.com>")
    try:
        return Address(display_name=name, addr_spec=address)
    except (HeaderParseError, ValueError):
        raise ValueError(f"{typed!r} is no mail address; write Escalate <escalate@example.com>") from None
