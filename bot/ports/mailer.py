"""Mail, in the program's own terms."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iCalendar text in a mail, and its method: REQUEST for an invitation, CANCEL for one that is taken back."""

    text: str
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one address. `text` says everything; `html` says the same with more form.

    `recipient` gets it; `to` and `copies` are what its header shows (empty `to` means the recipient), because each of
    several recipients gets a delivery of its own. `message_id` has no angle brackets, is the same whenever this mail is
    tried again, and its host is that of `ESCALATE_MAIL_FROM` if it has none. `thread` are the ids of the mails it
    follows, the first one first. A line break in a header is turned into a space.
    """

    recipient: str
    subject: str
    text: str
    html: str | None = None
    calendar: CalendarPart | None = None
    message_id: str
    to: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    thread: tuple[str, ...] = ()
    reply_to: str | None = None
    # The name beside our address, in place of that of `ESCALATE_MAIL_FROM`.
    sender_name: str | None = None


class Mailer(Protocol):
    """Sends mail."""

    async def send(self, mail: Mail) -> None:
        """Hand one mail to the mail server.

        Raises Permanent if the server will never take it, Temporary if it may later, and Ambiguous if the answer was
        lost after the text was sent. The same mail can be sent again: its `message_id` shows that it is the same one.
        """
        ...
