"""Mails to customers that the mail server doesn't take for now: the person who sent one hears that it waits."""

from bot.database.change import Change
from bot.models.customer_questions import CustomerQuestion
from bot.models.status_calls import StatusCall
from bot.models.work import Effect, EffectKind
from bot.policy.names import is_channel_id
from bot.policy.record.notices.confirming import CustomerNotMailedNotice


def tell(change: Change, effect: Effect, why: str) -> None:
    """Notify who sent a question, an invitation or an issue summary. Updates say so in their own message."""
    found = _addressed(change, effect)
    if found is None:
        return
    address, person = found
    change.notify(CustomerNotMailedNotice(address=address, why=why, is_retried=True), person)
    change.finish()


def _addressed(change: Change, effect: Effect) -> tuple[str, str] | None:
    """Return the address and who sent it; None for other effects, and for a question in a channel."""
    if effect.kind is EffectKind.CUSTOMER_QUESTION:
        row = change.tx.session.get(CustomerQuestion, effect.payload["question"])
        return (row.address, row.asked_by) if row is not None and not is_channel_id(row.address) else None
    if effect.kind is EffectKind.CALL_INVITE:
        call = change.tx.session.get(StatusCall, effect.payload["call"])
        return (effect.payload["to"], call.owner) if call is not None else None
    if effect.kind is EffectKind.SUMMARY and change.row.summary_by is not None:
        return effect.payload["to"], change.row.summary_by
    return None
