"""Reads a mail as it came over the wire, however broken it is."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import getaddresses, parseaddr
from functools import partial
from html.parser import HTMLParser
from typing import Final

from bot.integrations.bounded import in_time
from bot.integrations.mail.composing import OURS
from bot.policy.characters import readable
from bot.ports.inbox import IncomingMail, MailOrigin

# Headers that name who a mail was delivered to; the last ones are added on the way.
_RECIPIENTS: Final = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To")
_LONGEST_TEXT: Final = 50_000
_PROGRAMS: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_BREAKS: Final = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote"})
_SILENT: Final = frozenset({"style", "script", "head", "title"})
_LONGEST_MARKUP: Final = 1_000_000
# What the library raises for what it can't read.
_BROKEN: Final = (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)
# A usual mail is read in milliseconds. The library's work for some grows with the square of their length.
_SECONDS: Final = 3.0
# What a report says of each address that it is about.
_ACTION: Final = re.compile(r"^Action:\s*(\w+)", re.IGNORECASE | re.MULTILINE)
# How mail programs begin the subject of an answer while somebody is away, where they add no header.
_AWAY: Final = re.compile(
    r"(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|automatische antwort"
    r"|abwesenheitsnotiz|réponse automatique|respuesta automática|risposta automatica|automatisch antwoord)\b",
    re.IGNORECASE,
)
# What a report quotes of a mail that came back.
_REPORTS: Final = frozenset({"message/delivery-status", "message/rfc822"})
_ID: Final = re.compile(r"^Message-ID:\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
_ANSWERS_TO: Final = re.compile(r"^Reply-To:\s*(\S+@\S+)", re.IGNORECASE | re.MULTILINE)
_FAILED: Final = re.compile(
    r"^(?:Final|Original)-Recipient:\s*[\w-]+;\s*<?([^<>\s;]+@[^<>\s;]+)", re.IGNORECASE | re.MULTILINE
)


class UnreadableMailError(Exception):
    """A mail that takes too long to read, or that the library can't read at all."""


async def parse_in_time(raw: bytes) -> IncomingMail:
    """Return a mail as `parse` does, without keeping anyone waiting. Raises UnreadableMailError."""
    try:
        return await in_time(partial(parse, raw), _SECONDS)
    except Exception as error:
        raise UnreadableMailError(type(error).__name__) from error


def parse(raw: bytes) -> IncomingMail:
    """Return a mail. Whatever can't be read is left out."""
    message = message_from_bytes(raw, policy=policy.default)
    name, sender = _sender(message)
    kind = origin(message)
    returned = _returned(message) if kind is MailOrigin.BOUNCE else _Returned()
    return IncomingMail(
        message_id=readable(_header(message, "Message-ID").strip("<> ")) or hashlib.sha256(raw).hexdigest(),
        sender=readable(sender),
        sender_name=readable(name),
        recipients=tuple(dict.fromkeys(map(readable, (*_recipients(message), *returned.answers_to)))),
        text=readable(_text(message)[:_LONGEST_TEXT]),
        attachments=tuple(map(readable, _attachments(message))),
        origin=kind,
        about=tuple(dict.fromkeys(map(readable, (*returned.ids, *_answered(message))))),
        failed=tuple(dict.fromkeys(map(readable, returned.failed))),
    )


def origin(message: EmailMessage) -> MailOrigin:
    """Return who wrote a mail, as its headers show it (RFC 3834)."""
    if message.get_content_type() == "multipart/report":
        return MailOrigin.BOUNCE if _has_failed(message) else MailOrigin.PROGRAM
    _, sender = _sender(message)
    if sender.partition("@")[0].lower() in ("mailer-daemon", "postmaster"):
        return MailOrigin.BOUNCE
    if _header(message, OURS):
        return MailOrigin.OURSELVES
    if _is_of_a_program(message) or _is_of_a_calendar(message):
        return MailOrigin.PROGRAM
    # An answer of somebody who is away has no sender on the envelope either: that was seen before.
    return MailOrigin.BOUNCE if _header(message, "Return-Path").strip() == "<>" else MailOrigin.PERSON


def _has_failed(report: EmailMessage) -> bool:
    """Return True unless a report says that a mail was read, delivered or is delayed: then it hasn't come back."""
    if str(report.get_param("report-type") or "").lower() == "disposition-notification":
        return False
    try:
        said = "\n".join(str(part) for part in report.walk() if part.get_content_type() == "message/delivery-status")
    except _BROKEN:
        return True
    actions = {found.lower() for found in _ACTION.findall(said)}
    return not actions or "failed" in actions


def _is_of_a_program(message: EmailMessage) -> bool:
    submitted = _header(message, "Auto-Submitted").lower()
    return bool(
        (submitted and not submitted.startswith("no"))
        or _header(message, "Precedence").lower() in _PROGRAMS
        or any(
            _header(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id")
        )
        or _AWAY.match(_header(message, "Subject").strip())
    )


def _is_of_a_calendar(message: EmailMessage) -> bool:
    """Return True if a calendar answers an invitation: accepted or declined with a click (RFC 5546)."""
    try:
        kinds = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        return any(str(part.get_param("method") or "").upper() == "REPLY" for part in kinds)
    except _BROKEN:
        return False


@dataclass(frozen=True, slots=True)
class _Returned:
    """The parts of a mail that came back, as its report quotes them: id, address for answers, addresses not reached."""

    ids: tuple[str, ...] = ()
    answers_to: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def _returned(report: EmailMessage) -> _Returned:
    """Return what a report quotes, from its parts (RFC 3464), or from the text of one that has none."""
    said = "\n".join(_quoted(report))[:_LONGEST_TEXT]
    answers = getaddresses(_ANSWERS_TO.findall(said))
    failed = tuple(_FAILED.findall(said))
    return _Returned(tuple(_ID.findall(said)), tuple(address for _, address in answers if address), failed)


def _quoted(report: EmailMessage) -> Iterator[str]:
    """Yield the text of each part; of a mail within it the headers, too."""
    try:
        for part in report.walk():
            if part.get_content_type() in _REPORTS:
                yield str(part)
            elif part.get_content_maintype() == "text":
                yield _content(part)
    except _BROKEN:
        return


def _answered(message: EmailMessage) -> Iterator[str]:
    """Yield the ids of the mails that one answers."""
    for name in ("In-Reply-To", "References"):
        yield from (found.strip("<>") for found in _header(message, name).split())


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except _BROKEN:  # headers that the library can't read
        return ""


def _sender(message: EmailMessage) -> tuple[str, str]:
    name, address = parseaddr(_header(message, "From"))
    return " ".join(name.split()), address


def _recipients(message: EmailMessage) -> Iterator[str]:
    for header in _RECIPIENTS:
        try:
            found = message.get_all(header, [])
        except _BROKEN:
            continue
        yield from (address for _, address in getaddresses([str(one) for one in found]) if address)


def _text(message: EmailMessage) -> str:
    """Return the plain text, or the words of the HTML if it is empty, as some programs leave it."""
    found = ""
    for kind in ("plain", "html"):
        try:
            part = message.get_body((kind,))
        except _BROKEN:
            continue
        content = _content(part) if part is not None else ""
        found = text_of_html(content[:_LONGEST_MARKUP]) if kind == "html" else content
        if found.strip():
            break
    return found


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError, UnicodeError):  # a character set that nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _attachments(message: EmailMessage) -> Iterable[str]:
    if not message.is_multipart():
        return []
    try:
        return [" ".join(str(part.get_filename() or "a file").split()) for part in message.iter_attachments()]
    except _BROKEN:
        return []


def text_of_html(markup: str) -> str:
    """Return the words of an HTML text, a line for each block. Lines that it quotes begin with `>`."""
    reader = _Words()
    with suppress(AssertionError):  # of a declaration that is none; what stands before it is read
        reader.feed(markup)
        reader.close()
    return "\n".join(" ".join(line.split()) for line in "".join(reader.found).splitlines())


class _Words(HTMLParser):
    """Collects the words, without styles and scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag == "body":
            self._silent = 0  # the head needn't be closed before it
        elif tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self._quoted += tag == "blockquote"
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self._quoted = max(0, self._quoted - (tag == "blockquote"))
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # Line breaks of the markup are only spaces.
            self.found.append(" ".join(data.splitlines()) if self._quoted else data)

    def _break(self) -> None:
        self.found.append("\n> " if self._quoted else "\n")
