"""Addresses that people type: of the web, which may be stored and posted as a link, and of mail."""

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

# Characters that end a link in Slack's markup, or begin other markup, can't be part of an address.
_FORBIDDEN = re.compile(r"[\s<>|\x00-\x1f\x7f\\]")
# RFC 5321 allows more in quotes; nobody's team has such an address.
_LOCAL: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")
_WHOLE: Final = re.compile(_LOCAL)
_LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64


def is_web_address(text: str) -> bool:
    """Return True if a text is an http or https address with a host. Slack's client checks it; a forged form doesn't.

    `!channel` and `javascript:…` are not addresses, and neither is a text with characters that would end the link.
    """
    if _FORBIDDEN.search(text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme.casefold() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def has_full_host(address: str, hosts: Collection[str] = ()) -> bool:
    """Return True if the host of a web address has a dot, is an IPv6 address, or is one of `hosts`, such as `wiki`."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    labels = host.split(".")
    return ":" in host or (len(labels) > 1 and all(labels)) or host in {known.casefold() for known in hosts}


def spellings(address: str) -> frozenset[str]:
    """Return how an address that somebody posted may be stored: with or without its fragment and a slash at the end."""
    found = {address, address.replace("&amp;", "&")}
    found |= {each.partition("#")[0] for each in found}
    return frozenset(found | {each.rstrip("/") for each in found} | {f"{each.rstrip('/')}/" for each in found})


def is_among(address: str, contacts: Collection[str]) -> bool:
    """Return True if an address is one of the contacts', or of somebody at the same host."""
    host = address.rpartition("@")[2].casefold()
    known = {contact.strip().rpartition("@")[2].casefold() for contact in contacts}
    return bool(host) and host in known


def mail_address(typed: str) -> str | None:
    """Return a mail address as it goes over the wire, the host in ASCII; None if it is none.

    Held to a form that can't smuggle anything into a header or a command.
    """
    local, at, host = typed.strip().rpartition("@")
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    found = f"{local}{at}{host.lower()}"
    fits = len(found) <= _LONGEST and len(local) <= _LONGEST_LOCAL
    return found if at and fits and _WHOLE.fullmatch(local) and _HOST.fullmatch(host) else None
