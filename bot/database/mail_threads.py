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
    whose = _Whose(team=mail.team, escalation=escalation)
    for envelope in _envelopes(tx, about, to, addressed.copies, whose, about):
        lane = f"{about}:mail-{envelope.recipient}"[:_LANE]
        yield NewEffect(EffectKind.MAIL, payload_of(mail, envelope), lane=lane)


def to_customer(tx: Transaction, escalation: int, text: int, addresses: Sequence[str]) -> Iterator[NewEffect]:
    """Yield the effects of a text for the customer: one mail to all their addresses, one delivery for each.

    Its id names the text, so that a mail that comes back is known.
    """
    about, (to, *copies) = f"ESC-{escalation}", addresses
    whose = _Whose(escalation=escalation, for_customer=True)
    for envelope in _envelopes(tx, about, to, copies, whose, f"{about}.t{text}"):
        lane = f"{about}:customer-{envelope.recipient}"[:_LANE]
        yield NewEffect(EffectKind.CUSTOMER_MAIL, {"text": text, **fields_of(envelope)}, lane=lane)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whose:
    """Whose thread a mail is in: a team's, or the customer's."""

    team: str = ""
    escalation: int | None
    for_customer: bool = False


def _envelopes(
    tx: Transaction, about: str, to: str, copied: Collection[str], whose: _Whose, named: str
) -> Iterator[Envelope]:
    """Yield an envelope for each address of one mail, whose id begins with a name."""
    message_id = f"{named.lower()}.{secrets.token_hex(_ID_BYTES)}"
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


@dataclass(frozen=True, slots=True)
class MailPlace:
    """Where a single mail to a customer belongs: the mails before it, and the address for answers, if any are read."""

    before: tuple[str, ...]
    answers_to: str | None


def with_customer(tx: Transaction, escalation: int, address: str, message_id: str, domain: str | None) -> MailPlace:
    """Return the conversation that a mail to one of the customer's addresses joins; it begins one if there is none.

    `domain` is the host of the addresses for answers, None if no answers are read.
    """
    about, whose = f"ESC-{escalation}", _Whose(escalation=escalation, for_customer=True)
    row = thread_of(tx, about, address, for_customer=True)
    if row is None:
        _joined(tx, about, address, message_id, whose)
        return MailPlace((), answers_to(tx, about, address, domain, for_customer=True))
    before = tuple(one for one in dict.fromkeys((row.first_mail, row.latest_mail)) if one != message_id)
    return MailPlace(before, answers_to(tx, about, address, domain, for_customer=True))


def answers_to(
    tx: Transaction, about: str, address: str, domain: str | None, *, for_customer: bool = False
) -> str | None:
    """Return the address for answers to the mails of a thread; None if no answers are read, or it hasn't begun."""
    thread = thread_of(tx, about, address, for_customer=for_customer) if domain is not None else None
    return f"{about.lower()}+{thread.token}@{domain}" if thread is not None else None


def thread_of(tx: Transaction, about: str, address: str, *, for_customer: bool = False) -> MailThread | None:
    """Return the thread of what is about something to an address: with a team, or with the customer."""
    mine = select(MailThread).where(
        MailThread.about == about, MailThread.address == address, MailThread.for_customer.is_(for_customer)
    )
    return tx.session.scalars(mine).one_or_none()
