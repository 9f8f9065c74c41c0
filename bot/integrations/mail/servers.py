"""Addresses of mail servers, as settings have them: `smtp://user:password@host:587?tls=starttls`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Tls(StrEnum):
    """When a connection is encrypted: after a command, from the start, or never."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server. `path` is what follows the host, such as an IMAP folder."""

    host: str
    port: int
    tls: Tls
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    path: str = ""

    @property
    def is_local(self) -> bool:
        """Return True if it is on this machine."""
        return self.host in _LOCAL

    @property
    def exposes_password(self) -> bool:
        """Return True if a password, or what mails say, crosses a network in the clear."""
        return self.tls is Tls.NONE and not self.is_local


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail is sent: by which server, and from whom."""

    server: MailServer
    sender: Address


# The scheme that means TLS from the start, and the usual port of each way.
_SMTP: Final[Mapping[Tls, int]] = {Tls.STARTTLS: 587, Tls.TLS: 465, Tls.NONE: 25}
_IMAP: Final[Mapping[Tls, int]] = {Tls.STARTTLS: 143, Tls.TLS: 993, Tls.NONE: 143}


def smtp_server(url: str) -> MailServer:
    """Return the server of `smtp://…` or `smtps://…`. Raises ValueError, which never repeats the password."""
    return _server(url, "smtp", _SMTP, Tls.STARTTLS)


def imap_server(url: str) -> MailServer:
    """Return the server of `imap://…/FOLDER` or `imaps://…/FOLDER`. Raises ValueError, without the password."""
    found = _server(url, "imap", _IMAP, Tls.STARTTLS)
    if found.user is None or found.password is None:
        raise ValueError("write a user and a password, as in imaps://user:password@imap.example.com/INBOX")
    return found


def _server(url: str, scheme: str, ports: Mapping[Tls, int], usual: Tls) -> MailServer:
    right = f"write {scheme}://user:password@{scheme}.example.com:{ports[Tls.STARTTLS]}?tls=starttls, tls or none"
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise ValueError(right) from None
    if parts.scheme not in (scheme, f"{scheme}s") or not parts.hostname or parts.fragment:
        raise ValueError(right)
    if (parts.username is None) != (parts.password is None):
        raise ValueError("write both a user and a password, or neither; write %40 for an @ in them")
    tls = _tls(parts, usual=Tls.TLS if parts.scheme == f"{scheme}s" else usual)
    return MailServer(
        host=parts.hostname,
        port=port or ports[tls],
        tls=tls,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        path=unquote(parts.path.strip("/")),
    )


def _tls(parts: SplitResult, *, usual: Tls) -> Tls:
    asked = parse_qs(parts.query, keep_blank_values=True)
    if unknown := asked.keys() - {"tls"}:
        raise ValueError(f"it has {', '.join(sorted(unknown))} after the ?; only tls=starttls, tls or none is known")
    try:
        return Tls(asked["tls"][-1]) if "tls" in asked else usual
    except ValueError:
        raise ValueError("tls is starttls, tls or none") from None
