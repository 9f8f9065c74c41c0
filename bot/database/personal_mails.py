"""Direct messages that belong to no escalation, as mails to people who are known only by mail."""

from collections.abc import Iterator

from bot.database import mail_threads
from bot.database.mail_threads import Addressed
from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.policy.record.mails import DirectMail


def in_place_of(
    tx: Transaction, effect: NewEffect, about: str, *, address: str | None = None, escalation: int | None = None
) -> Iterator[NewEffect]:
    """Yield a direct message as it is, or a mail if its person is known only by mail.

    `about` names the thread, without spaces. With an `address` it is mailed there in any case.
    """
    to = str(effect.payload["to"])
    if "@" not in to and address is None:
        yield effect
        return
    mail = DirectMail(person=to, kind=effect.kind, payload=effect.payload, instead=address is not None or None)
    yield from mail_threads.effects(tx, about, Addressed(mail=mail, to=address or to), escalation)
