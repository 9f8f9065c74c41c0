"""State of the mailbox: mails, their recipients, and answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from itertools import count

# The oldest ones go first.
MOST = 500


@dataclass
class KeptMail:
    """A mail that the server took; copies of one mail are one."""

    id: str
    at: float
    message: EmailMessage
    recipients: list[str]
    answers: list[str] = field(default_factory=list)

    def header(self, name: str) -> str:
        """Return a header, empty if there is none."""
        return str(self.message.get(name, ""))

    @property
    def text(self) -> str:
        """Return the plain text."""
        return _content(self.message.get_body(("plain",)))

    @property
    def html(self) -> str:
        """Return the HTML."""
        return _content(self.message.get_body(("html",)))

    @property
    def thread(self) -> str:
        """Return the id of the first mail of its thread."""
        references = self.header("References").split()
        return references[0] if references else self.header("Message-ID")


@dataclass
class MailboxState:
    """The mails, the oldest first."""

    now: Callable[[], float]
    mails: dict[str, KeptMail] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def keep(self, raw: bytes, recipients: list[str]) -> None:
        """Keep a mail, or note one more recipient of one that is there."""
        message = message_from_bytes(raw, policy=policy.default)
        message_id = str(message.get("Message-ID", ""))
        known = next(
            (one for one in self.mails.values() if message_id and one.header("Message-ID") == message_id), None
        )
        if known is not None:
            known.recipients += [each for each in recipients if each not in known.recipients]
            return
        name = f"M{next(self._numbers)}"
        self.mails[name] = KeptMail(name, self.now(), message, recipients)
        while len(self.mails) > MOST:
            del self.mails[next(iter(self.mails))]


def _content(part: MIMEPart | None) -> str:
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
