"""Texts on their way: queued by a route of ours, refused, or held up."""

from bot.database import mail_threads
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.models.customer_text import CustomerText
from bot.models.work import EffectKind
from bot.policy.decide.sending import Way
from bot.policy.record.announcements.sending import NotSent
from bot.policy.record.customer_texts import Arrival, Recipient, TextRoute, TextState
from bot.policy.record.escalation import RELATIONSHIP_OWNER
from bot.policy.record.notices.confirming import CustomerNotMailedNotice
from bot.services.sending import texts


def send(change: Change, text: CustomerText, way: Way, *, by: str) -> None:
    """Put a text on its way. It has reached the customer once it arrives at one address."""
    text.state, text.route, text.approved_by, text.why = TextState.APPROVED, way.route, by, None
    text.keep([Recipient(to) for to in way.to])
    texts.keep_open(change, text)
    change.record("sending", by=by, after={"text": text.id, "how": way.route, "to": list(way.to)})
    if way.route is TextRoute.MAIL:
        for mail in mail_threads.to_customer(change.tx, change.row.id, text.id, way.to):
            change.do(mail)
    else:
        [channel] = way.to
        post = NewEffect(
            EffectKind.CUSTOMER_POST, {"text": text.id, "channel": channel}, lane=f"{change.row.key}:customer-{channel}"
        )
        change.do(post)


def refused(change: Change, text: int, to: str, why: str) -> None:
    """Record that a text can't be delivered at one address; if none is left, say so and offer another way."""
    found = texts.one_of(change, text)
    if found.state is TextState.DROPPED:
        return
    texts.settled_at(change, found, to, Arrival.FAILED, why)
    if change.row.channel_archived_at is None:
        change.announce(NotSent(text=text, to=to, why=why, is_over=found.state is TextState.FAILED))
    else:
        owner = change.facts.holder(RELATIONSHIP_OWNER) or change.row.declared_by
        change.notify(CustomerNotMailedNotice(address=to, why=why), change.present(owner))
    change.finish()


def held_up(change: Change, text: int, to: str, why: str) -> None:
    """Record that a text is refused for now and tried again. Its sender may choose another way meanwhile."""
    found = texts.one_of(change, text)
    if found.state is not TextState.APPROVED:
        return
    found.why = why
    texts.keep_open(change, found)
    change.announce(NotSent(text=text, to=to, why=why, is_over=False, is_retried=True))
    change.redraw_update(found.update_id)
    change.finish()
