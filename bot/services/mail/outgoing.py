"""Queue mails, each in the thread of what it is about and of the address it goes to."""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from bot.database import outbox
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.models.mails import MailThread
from bot.models.work import EffectKind
from bot.policy.record.mails import Envelope, TeamMail, payload_of

# Letters and digits of one case only: some mail servers don't keep the case of an address.
_TOKEN_BYTES = 12
_ID_BYTES = 6
_LANE = 120
_FOR_THE_CHANNEL = timedelta(seconds=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """A mail with the address it goes to, and those that get a copy."""

    mail: TeamMail
    to: str
    copies: Collection[str] = ()


def send(change: Change, addressed: Addressed) -> None:
    """Queue a mail about an escalation: one delivery for each address, so that none waits for another.

    It waits a moment for the channel it links to, and no longer: mail goes out also when Slack doesn't answer.
    """
    wait = None if change.row.channel_id is not None else change.tx.real_now + _FOR_THE_CHANNEL
    for effect in _effects(change.tx, change.row.key, addressed, change.row.id):
        change.do(replace(effect, not_before=wait))


def send_about(tx: Transaction, about: str, addressed: Addressed) -> None:
    """Queue a mail about something else than one escalation, such as `INC-3`."""
    outbox.put_all(tx, None, *_effects(tx, about, addressed, None))


def _effects(tx: Transaction, about: str, addressed: Addressed, escalation: int | None) -> Iterator[NewEffect]:
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
    row.latest_mail, row.team = message_id, team
    return tuple(dict.fromkeys(before))


def thread_of(tx: Transaction, about: str, address: str) -> MailThread | None:
    """Return the thread of what is about something to an address."""
    mine = select(MailThread).where(MailThread.about == about, MailThread.address == address)
    return tx.session.scalars(mine).one_or_none()
