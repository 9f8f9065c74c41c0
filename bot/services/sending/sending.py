"""Send texts to the customer, by the routes of the policy (docs/sending.md)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from bot.database.change import Change
from bot.database.mail_threads import answers_to
from bot.database.people import People
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError
from bot.models.account import Account
from bot.models.customer_text import CustomerText
from bot.models.escalation import Escalation
from bot.models.updates import Update
from bot.policy.decide import sending
from bot.policy.decide.sending import TellingChoices
from bot.policy.model.rules import Policy
from bot.policy.record.customer_texts import (
    OURS,
    Arrival,
    CustomerTextFacts,
    Telling,
    TextState,
)
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.mails import Envelope
from bot.services.sending import approvals, dispatch, texts
from bot.services.sending.texts import Begun

_FIELD: Final = "customer_text"
_WHEN: Final = "told_at"
_ON_ITS_WAY: Final = "A text is on its way to the customer right now. Copy yours and open the form again in a moment."
_MAY_NOT: Final = "You can't send this yourself. Ask for approval, or keep it as a draft."


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """A text to be sent, and who signs it. `answers_to` is the address for answers to a mail, if any are read."""

    facts: EscalationFacts
    policy: Policy
    text: CustomerTextFacts
    signer: str | None
    company: str
    answers_to: str | None


def choices(change: Change, by: str) -> TellingChoices:
    """Return how somebody can tell the customer."""
    kept = change.facts.open_text
    row = change.tx.session.get(Update, kept.update) if kept is not None else None
    approver = next(iter(sending.approvers(change.policy, change.facts)), None)
    return TellingChoices(
        texts.ways_of(change),
        texts.may_send(change, by),
        change.present(approver) if approver is not None else None,
        row.facts().text if row is not None else None,
    )


def begin(change: Change, update: Update, telling: Telling, next_at: datetime | None) -> Begun:
    """Begin the text of a new update as its writer chose.

    Raises FormError if there is no such way any more, if the writer may not send, or while another text is sent.
    """
    kept, route = change.facts.open_text, telling.route
    if kept is not None and kept.state is TextState.APPROVED and kept.why is None:
        raise FormError(_FIELD, _ON_ITS_WAY)
    way = texts.way_of(change, route) if route in OURS and route is not None else None
    may = way is None or texts.may_send(change, update.by)
    if not may and not telling.asks:
        raise FormError(_FIELD, _MAY_NOT)
    if not may:
        approvals.must_not_wait(change, update.by)
    _require_past(change, telling)
    begun = texts.begin(change, update, telling, next_at)
    if way is not None and may:
        dispatch.send(change, begun.text, way, by=update.by)
    elif way is not None:
        approvals.ask(change, begun.text, way, update.customer_text)
    return begun


def _require_past(change: Change, telling: Telling) -> None:
    """Raise FormError unless the customer was told between the declaration and now."""
    at = telling.told_at
    if at is not None and at > change.tx.now:
        raise FormError(_WHEN, "Choose a time in the past.")
    if at is not None and at < change.row.declared_at.replace(second=0, microsecond=0):
        raise FormError(_WHEN, "That's before it was declared.")


@dataclass(frozen=True)
class TextSender:
    """Read texts that are on their way, and record what became of them."""

    records: Records
    people: People

    def outgoing(self, number: int, text: int, to: str, envelope: Envelope | None = None) -> OutgoingText | None:
        """Return what is sent to one address; None if it isn't to be sent there any more."""
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, number)
            found = tx.session.get(CustomerText, text)
            update = tx.session.get(Update, found.update_id) if found is not None else None
            if found is None or update is None:
                return None
            facts = found.facts(update.customer_text)
            waits = any(one.to == to and one.state is Arrival.WAITING for one in facts.recipients)
            if not waits or facts.state not in (TextState.APPROVED, TextState.SENT):
                return None
            signer = facts.approved_by or facts.by
            name = self.people.names(tx, [signer]).get(signer)
            reply_to = self._answers_to(tx, change, envelope) or self.people.address(tx, signer)
            return OutgoingText(change.facts, change.policy, facts, name, self.people.company, reply_to)

    def is_for_others(self, number: int, channel: str) -> bool:
        """Return True if a channel is also another account's, an escalation's own, or one that the bot posts in."""
        with self.records.database.transaction() as tx:
            row = self.records.within(tx, number).row
            others = select(Account.id).where(Account.slack_channel == channel, Account.id != row.account_id)
            own = select(Escalation.id).where(
                or_(Escalation.channel_id == channel, Escalation.previous_channel_id == channel)
            )
            is_taken = any(tx.session.scalars(found.limit(1)).first() is not None for found in (others, own))
            return is_taken or channel == self.records.service_settings.feed_channel

    def arrived(self, tx: Transaction, number: int, text: int, to: str) -> None:
        """Record that a text arrived at an address or channel."""
        change = self.records.within(tx, number)
        texts.settled_at(change, texts.one_of(change, text), to, Arrival.ARRIVED)
        change.finish()

    def refused(self, tx: Transaction, number: int, text: int, to: str, why: str) -> None:
        """Record that a text can't be delivered at an address or channel."""
        dispatch.refused(self.records.within(tx, number), text, to, why)

    def _answers_to(self, tx: Transaction, change: Change, envelope: Envelope | None) -> str | None:
        if envelope is None:
            return None
        domain = self.records.service_settings.answers_domain
        return answers_to(tx, change.row.key, envelope.to, domain, for_customer=True)
