"""Mails as effects, each in the thread of what it is about and of the address it goes to."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.models.mails import MailThread
from bot.models.work import EffectKind
from bot.policy.record.mails import Envelope, StoredMail, payload_of
from bot.policy.record.payloads import fields_of

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
    for envelope in _envelopes(tx, about, to, addressed.copies, _Whose(team=mail.team, escalation=escalation)):
        lane = f"{about}:mail-{envelope.recipient}"[:_LANE]
        yield NewEffect(EffectKind.MAIL, payload_of(mail, envelope), lane=lane)


def to_customer(tx: Transaction, escalation: int, text: int, addresses: Sequence[str]) -> Iterator[NewEffect]:
    """Yield the effects of a text for the customer: one mail to all their addresses, one delivery for each."""
    about, (to, *copies) = f"ESC-{escalation}", addresses
    for envelope in _envelopes(tx, about, to, copies, _Whose(escalation=escalation, for_customer=True)):
        lane = f"{about}:customer-{envelope.recipient}"[:_LANE]
        yield NewEffect(EffectKind.CUSTOMER_MAIL, {"text": text, **fields_of(envelope)}, lane=lane)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whose:
    """Whose thread a mail is in: a team's, or the customer's."""

    team: str = ""
    escalation: int | None
    for_customer: bool = False


def _envelopes(tx: Transaction, about: str, to: str, copied: Collection[str], whose: _Whose) -> Iterator[Envelope]:
    """Yield an envelope for each address of one mail."""
    message_id = f"{about.lower()}.{secrets.token_hex(_ID_BYTES)}"
    thread = _joined(tx, about, to, message_id, whose)
    copies = tuple(copy for copy in dict.fromkeys(copied) if copy != to)
    for recipient in (to, *copies):
        yield Envelope(recipient=recipient, to=to, copies=copies, id=message_id, thread=thread)


def _joined(tx: Transaction, about: str, address: str, message_id: str, whose: _Whose) -> tuple[str, ...]:
    """Make the mail the latest of its thread; return the ids it refers to, none for the first."""
    row = thread_of(tx, about, address, for_customer=whose.for_customer)
    if row is None:
        token = secrets.token_hex(_TOKEN_BYTES)
        row = MailThread(
            escalation_id=whose.escalation,
            about=about,
            address=address,
            team=whose.team,
            for_customer=whose.for_customer,
            token=token,
            first_mail=message_id,
            latest_mail=message_id,
        )
        tx.session.add(row)
        tx.session.flush()
        return ()
    before = (row.first_mail, row.latest_mail)
    # A person may have the address of a team: then their answers go on counting as the team's.
    row.latest_mail, row.team = message_id, whose.team or row.team
    return tuple(dict.fromkeys(before))


def mails_before(tx: Transaction, about: str, address: str) -> tuple[str, ...]:
    """Return the ids of the first and the latest mail to a customer's address; none if nothing was mailed there."""
    row = thread_of(tx, about, address, for_customer=True)
    return tuple(dict.fromkeys((row.first_mail, row.latest_mail))) if row is not None else ()


def thread_of(tx: Transaction, about: str, address: str, *, for_customer: bool = False) -> MailThread | None:
    """Return the thread of what is about something to an address: with a team, or with the customer."""
    mine = select(MailThread).where(
        MailThread.about == about, MailThread.address == address, MailThread.for_customer.is_(for_customer)
    )
    return tx.session.scalars(mine).one_or_none()
