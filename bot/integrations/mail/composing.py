"""Mails as RFC 5322 has them: headers that can't be broken out of, a plain text and, beside it, HTML."""

import re
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from bot.errors import Permanent
from bot.policy.addresses import mail_address
from bot.ports.mailer import Mail

# Marks our own mails, so that one that comes back is never taken for an answer.
OURS: Final = "X-Escalate"
_LONGEST_SUBJECT: Final = 200
_LONGEST_NAME: Final = 100
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_ID: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")
CALL: Final = "smtp"


def compose(mail: Mail, sender: Address, at: datetime) -> EmailMessage:
    """Return a mail as it is sent. Raises Permanent for an address that is none."""
    message = EmailMessage(policy=policy.SMTP)
    named = one_line(mail.sender_name)[:_LONGEST_NAME] if mail.sender_name else sender.display_name
    message["From"] = Address(display_name=named, addr_spec=sender.addr_spec)
    message["To"] = _addresses(mail.to or (mail.recipient,))
    if mail.copies:
        message["Cc"] = _addresses(mail.copies)
    message["Subject"] = one_line(mail.subject)[:_LONGEST_SUBJECT]
    message["Date"] = format_datetime(at)
    message["Message-ID"] = _bracketed(mail.message_id, sender.domain)
    if mail.thread:
        message["In-Reply-To"] = _bracketed(mail.thread[-1], sender.domain)
        message["References"] = " ".join(_bracketed(one, sender.domain) for one in dict.fromkeys(mail.thread))
    if mail.reply_to is not None:
        message["Reply-To"] = _addresses((mail.reply_to,))
    # Nobody's autoresponder should answer a program (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message[OURS] = "mail"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    if mail.calendar is not None:
        # As an alternative calendars show it with buttons; as a file everybody can open it.
        message.add_alternative(mail.calendar.text, subtype="calendar", params={"method": mail.calendar.method})
        content = mail.calendar.text.encode()
        message.add_attachment(content, maintype="application", subtype="ics", filename="invite.ics")
    return message


def one_line(text: str) -> str:
    """Return a text for a header: without control characters and line breaks."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _addresses(typed: tuple[str, ...]) -> tuple[Address, ...]:
    return tuple(Address(addr_spec=required(one)) for one in typed)


def required(typed: str) -> str:
    """Return an address as it goes over the wire. Raises Permanent if it is none."""
    found = mail_address(typed)
    if found is None:
        raise Permanent(CALL, "that isn't a mail address")
    return found


def _bracketed(message_id: str, host: str) -> str:
    local, _, own = message_id.partition("@")
    if not _ID.fullmatch(local) or (own and not _ID.fullmatch(own)):
        raise Permanent(CALL, "that isn't a message id")
    return f"<{local}@{own or host}>"
