"""Reads a mail as it came over the wire, however broken it is."""

import hashlib
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import getaddresses, parseaddr
from html.parser import HTMLParser
from typing import Final

from bot.integrations.mail.composing import OURS
from bot.ports.inbox import IncomingMail, MailOrigin

# Headers that name who a mail was delivered to; the last ones are added on the way.
_RECIPIENTS: Final = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To")
_LONGEST_TEXT: Final = 50_000
_PROGRAMS: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_BREAKS: Final = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote"})
_SILENT: Final = frozenset({"style", "script", "head", "title"})


def parse(raw: bytes) -> IncomingMail:
    """Return a mail. Whatever can't be read is left out."""
    message = message_from_bytes(raw, policy=policy.default)
    name, sender = _sender(message)
    return IncomingMail(
        message_id=_header(message, "Message-ID").strip("<> ") or hashlib.sha256(raw).hexdigest(),
        sender=sender,
        sender_name=name,
        recipients=tuple(dict.fromkeys(_recipients(message))),
        text=_text(message)[:_LONGEST_TEXT],
        attachments=tuple(_attachments(message)),
        origin=origin(message),
    )


def origin(message: EmailMessage) -> MailOrigin:
    """Return who wrote a mail, as its headers show it (RFC 3834)."""
    _, sender = _sender(message)
    if message.get_content_type() == "multipart/report" or sender.partition("@")[0].lower() in (
        "mailer-daemon",
        "postmaster",
    ):
        return MailOrigin.BOUNCE
    if _header(message, "Return-Path").strip() == "<>" and not _header(message, "Auto-Submitted"):
        return MailOrigin.BOUNCE
    if _header(message, OURS):
        return MailOrigin.OURSELVES
    submitted = _header(message, "Auto-Submitted").lower()
    is_program = (
        (submitted and not submitted.startswith("no"))
        or _header(message, "Precedence").lower() in _PROGRAMS
        or any(
            _header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id")
        )
    )
    return MailOrigin.PROGRAM if is_program else MailOrigin.PERSON


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, LookupError, AttributeError, TypeError):  # headers that the library can't read
        return ""


def _sender(message: EmailMessage) -> tuple[str, str]:
    name, address = parseaddr(_header(message, "From"))
    return " ".join(name.split()), address


def _recipients(message: EmailMessage) -> Iterator[str]:
    for header in _RECIPIENTS:
        try:
            found = message.get_all(header, [])
        except (ValueError, LookupError, AttributeError, TypeError):
            continue
        yield from (address for _, address in getaddresses([str(one) for one in found]) if address)


def _text(message: EmailMessage) -> str:
    try:
        part = message.get_body(("plain", "html"))
    except (ValueError, LookupError, AttributeError, TypeError, KeyError):
        return ""
    if part is None:
        return ""
    content = _content(part)
    return text_of_html(content) if part.get_content_type() == "text/html" else content


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError, UnicodeError):  # a character set that nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _attachments(message: EmailMessage) -> Iterable[str]:
    if not message.is_multipart():
        return []
    return [" ".join(str(part.get_filename() or "a file").split()) for part in message.iter_attachments()]


def text_of_html(markup: str) -> str:
    """Return the words of an HTML text, a line for each block."""
    reader = _Words()
    reader.feed(markup)
    reader.close()
    return "\n".join(" ".join(line.split()) for line in "".join(reader.found).splitlines())


class _Words(HTMLParser):
    """Collects the words, without styles and scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)
