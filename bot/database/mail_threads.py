"""Mails as effects, each in the thread of what it is about and of the address it goes to."""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.models.mails import MailThread
from bot.models.work import EffectKind
from bot.policy.record.mails import Envelope, StoredMail, payload_of

# Letters and digits of one case only: some mail servers don't keep the case of an address.
_TOKEN_BYTES = 12
_ID_BYTES = 6
_LANE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A mail with the address it goes to, and those that get a copy."""

    mail: StoredMail
    to: str
    copies: Collection[str] = ()


def effects(tx: Transaction, about: str, addressed: Addressed, escalation: int | None) -> Iterator[NewEffect]:
    """Yield an effect for each address a mail goes to, and make the mail the latest of its thread."""
    to, mail = addressed.to.strip(), addressed.mail
    message_id = f"{about.lower()}.{secrets.token_hex(_ID_BYTES)}"
    thread = _joined(tx, about, to, mail.team, message_id, escalation)
    copies = tuple(copy for copy in dict.fromkeys(addressed.copies) if copy != to)
    for recipient in (to, *copies):
        envelope = Envelope(recipient=recipient, to=to, copies=copies, id=message_id, thread=thread)
        lane = f"{about}:mail-{recipient}"[:_LANE]
        yield NewEffect(EffectKind.MAIL, payload_of(mail, envelope), lane=lane)


def _joined(
    tx: Transaction, about: str, address: str, team: str, message_id: str, escalation: int | None
) -> tuple[str, ...]:
    """Make the mail the latest of its thread; return the ids it refers to, none for the first."""
    row = thread_of(tx, about, address)
    if row is None:
        token = secrets.token_hex(_TOKEN_BYTES)
        row = MailThread(
            escalation_id=escalation,
            about=about,
            address=address,
            team=team,
            token=token,
            first_mail=message_id,
            latest_mail=message_id,
        )
        tx.session.add(row)
        tx.session.flush()
        return ()
    before = (row.first_mail, row.latest_mail)
    # A person may have the address of a team: then their answers go on counting as the team's.
    row.latest_mail, row.team = message_id, team or row.team
    return tuple(dict.fromkeys(before))


def thread_of(tx: Transaction, about: str, address: str) -> MailThread | None:
    """Return the thread of what is about something to an address."""
    mine = select(MailThread).where(MailThread.about == about, MailThread.address == address)
    return tx.session.scalars(mine).one_or_none()
