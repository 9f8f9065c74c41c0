"""Ask the customer by mail, with a signed link; or record what they said themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from bot.database import ledger, mail_threads
from bot.database.change import Change
from bot.database.mail_threads import MailPlace
from bot.database.people import People, is_slack_id
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError
from bot.models import reading
from bot.models.customer_questions import CustomerQuestion
from bot.policy.addresses import mail_address
from bot.policy.decide import promises
from bot.policy.decide.confirming import refusals_to_ask
from bot.policy.decide.lifecycle import Move, refusals, refusals_of_closing, require
from bot.policy.model.rules import Policy
from bot.policy.model.verification import masked
from bot.policy.names import is_channel_id
from bot.policy.record.announcements.confirming import CustomerAsked, CustomerConfirmed
from bot.policy.record.customer_questions import CustomerQuestionFacts, QuestionKind
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices.confirming import CustomerNotMailedNotice
from bot.policy.record.promises import Audience
from bot.ports.links import Link, Purpose
from bot.services.mail.customer_questions import put, was_asked
from bot.services.sending.texts import answer_pages
from bot.services.sending.untold import OWING
from bot.services.wording.reviews import PassedText, let_pass

# The newest questions that the form shows.
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A confirmation told to one of us: the person who gave it, the medium, and a link or their words."""

    who: str
    how: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDraft:
    """The content of the form that asks. `asked` are the newest questions.

    `to` is the account's first contact, `channel` the one it shares with us.
    `is_mailed` is false if nothing can be mailed, or nobody could answer: then only the recorded way is offered.
    `may_ask` is false for somebody the policy doesn't let ask.
    """

    facts: EscalationFacts
    policy: Policy
    sender: str | None
    to: str | None
    channel: str | None
    asked: Sequence[CustomerQuestionFacts]
    is_mailed: bool
    may_ask: bool


@dataclass(frozen=True, slots=True)
class QuestionToSend:
    """A question with what its mail needs: the link, the sender's name, and the address for replies.

    `next_at` is when the customer hears from us next; None if nothing is owed.
    """

    question: CustomerQuestionFacts
    link: Link
    sender: str | None
    reply_to: str | None
    # Whether answers are posted in the escalation's channel; else they go to who asked.
    is_answered_in_channel: bool
    company: str
    # The ids of the mails that the customer has got at that address.
    thread: tuple[str, ...]
    next_at: datetime | None


def mail_id(number: int, question: int) -> str:
    """Return the id of a question's mail, without the host. It names the question, for a mail that comes back."""
    return f"esc-{number}.q{question}"


def signed_by(facts: EscalationFacts, kind: QuestionKind, asked_by: str) -> str:
    """Return who signs a question: who asked; after closing, the person the customer knows, if that is one of ours."""
    known = facts.holder(RELATIONSHIP_OWNER) if kind is QuestionKind.SATISFIED else None
    return known if known is not None and is_slack_id(known) else asked_by


def link_to(question: CustomerQuestionFacts, number: int) -> Link:
    """Return the link that answers a question; it is the same whenever the mail is tried again."""
    purpose = Purpose.SOLVED if question.kind is QuestionKind.SOLVED else Purpose.SATISFIED
    return Link(purpose, number, str(question.id), question.address, question.expires_at)


@dataclass(frozen=True)
class CustomerQuestions:
    """Ask the customer."""

    records: Records
    people: People

    def draft(self, number: int, *, by: str) -> QuestionDraft:
        """Return the content of the form. Raises NotFound, and Refused when it is confirmed already."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            facts = change.facts
            require(refusals(facts, Move.CONFIRM))
            contacts = change.row.account.contacts
            return QuestionDraft(
                facts=facts,
                policy=change.policy,
                sender=self.people.names(tx, [by]).get(by),
                to=contacts[0] if contacts else None,
                channel=_channel(change.row.account.slack_channel),
                asked=_newest(tx, number),
                is_mailed=self.records.service_settings.asks_customers,
                may_ask=not refusals_to_ask(facts, change.policy, self.people.identities(tx, by)),
            )

    def may_ask(self, facts: EscalationFacts, policy: Policy, *, by: str) -> bool:
        """Return True if somebody may ask the customer by mail, and there is mail."""
        if not self.records.service_settings.asks_customers:
            return False
        with self.records.database.reading() as tx:
            return not refusals_to_ask(facts, policy, self.people.identities(tx, by))

    def rating_draft(self, number: int, *, by: str) -> str | None:
        """Return the address offered for the question how satisfied the customer is, which may be empty.

        None if it isn't asked: there is no mail, they may not ask, or the customer was asked before.
        """
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            facts, contacts = change.facts, change.row.account.contacts
            is_asked = self.records.service_settings.asks_customers and not was_asked(change, QuestionKind.SATISFIED)
            if not is_asked or refusals_of_closing(facts, change.policy, self.people.identities(tx, by)):
                return None
            confirmed = facts.confirmation.by if facts.confirmation is not None else ""
            return mail_address(confirmed) or (contacts[0] if contacts else "")

    def rating_sender(self, facts: EscalationFacts, *, by: str) -> str | None:
        """Return the name under the question how satisfied the customer is, if somebody closes now."""
        with self.records.database.reading() as tx:
            signs = signed_by(facts, QuestionKind.SATISFIED, by)
            return self.people.names(tx, [signs]).get(signs)

    def ask(
        self, number: int, address: str | None, words: str, *, by: str, passed: PassedText | None = None
    ) -> EscalationFacts:
        """Queue the question whether it is solved: to an address, or with None in the shared channel.

        Raises FormError, NotFound, Refused.

        `passed` is set if a manager sends words that the wording guard refuses.
        """
        given = mail_address(address) if address is not None else None
        if address is not None and given is None:
            raise FormError("to", "Enter one mail address.")
        with self.records.changing(number, by=by) as change:
            to = given or _channel(change.row.account.slack_channel)
            if to is None:
                raise FormError("to", "The account has no shared channel. Enter a mail address.")
            require(refusals_to_ask(change.facts, change.policy, self.people.identities(change.tx, by)))
            let_pass(change, passed, by=by)
            put(change, QuestionKind.SOLVED, to, words, by=by)
            return change.facts

    def note(self, number: int, told: Told, *, by: str) -> EscalationFacts:
        """Record the customer's confirmation as somebody heard it, with the evidence. Raises NotFound, Refused."""
        evidence = masked(told.evidence)
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.CONFIRM))
            row = change.row
            row.confirmed_by, row.confirmed_how, row.confirmed_evidence = told.who, told.how, evidence
            row.confirmed_at, row.confirmation_recorded_by = change.tx.now, by
            change.record("customer confirmed", by=by, after={"by": told.who, "how": told.how}, reason=evidence)
            change.announce(CustomerConfirmed(customer=told.who, evidence=evidence, by=by))
            return change.facts

    def to_send(self, number: int, question: int) -> QuestionToSend | None:
        """Return what the mail of a question needs; None if it has gone, or was answered."""
        with self.records.database.transaction() as tx:
            row = tx.session.get(CustomerQuestion, question)
            if row is None or row.escalation_id != number or row.answered_at is not None:
                return None
            reading.require(row, number)
            facts = row.facts()
            change = self.records.within(tx, number)
            signs = signed_by(change.facts, row.kind, row.asked_by)
            domain, is_mailed = self.records.service_settings.answers_domain, not is_channel_id(row.address)
            found = (
                mail_threads.with_customer(tx, number, row.address, mail_id(number, question), domain)
                if is_mailed
                else MailPlace((), None)
            )
            return QuestionToSend(
                question=facts,
                link=link_to(facts, number),
                sender=self.people.names(tx, [signs]).get(signs),
                reply_to=found.answers_to or self.people.address(tx, signs),
                is_answered_in_channel=found.answers_to is not None,
                company=self.people.company,
                thread=found.before,
                next_at=_next_update(change, row),
            )

    def sent(self, tx: Transaction, number: int, question: int) -> None:
        """Record that a question was handed to the mail server, and post it.

        The question whether it is solved is a word to the customer: it answers what was promised them.
        """
        row = tx.session.get_one(CustomerQuestion, question)
        if row.sent_at is not None:
            return
        row.sent_at = tx.now
        change = self.records.within(tx, number)
        if row.kind is QuestionKind.SOLVED and change.facts.status in OWING:
            row.due_before, row.last_before = change.row.customer_update_due_at, change.row.last_customer_update_at
            change.row.last_customer_update_at = tx.now
            ledger.answer(change, Audience.CUSTOMER, _next_update(change, row), by=row.asked_by)
            answer_pages(change)
        change.record("customer asked", by=row.asked_by, after={"to": row.address, "kind": row.kind.value})
        change.announce(CustomerAsked(by=row.asked_by, address=row.address, kind=row.kind.value))
        change.finish()

    def not_sent(self, tx: Transaction, number: int, question: int, why: str) -> None:
        """Record that the mail server refused a question for good, and tell who asked."""
        row = tx.session.get_one(CustomerQuestion, question)
        row.failure = why
        change = self.records.within(tx, number)
        change.record("customer not mailed", by=row.asked_by, after={"to": row.address, "why": why})
        change.notify(CustomerNotMailedNotice(address=row.address, why=why), row.asked_by)


def _next_update(change: Change, row: CustomerQuestion) -> datetime | None:
    """Return when the customer hears from us next: one cadence after they were asked, or from now if that is over.

    So it is the same when a mail is tried again, and never in the past.
    """
    if row.kind is not QuestionKind.SOLVED or change.facts.status not in OWING:
        return None
    due_at = promises.after_update(change.facts, change.policy, row.asked_at).customer
    if due_at is not None and due_at <= change.tx.now:
        due_at = promises.after_update(change.facts, change.policy, change.tx.now).customer
    return due_at


def _channel(known: str | None) -> str | None:
    """Return the id of the channel that an account shares with us, if it has one."""
    found = (known or "").strip()
    return found if is_channel_id(found) else None


def _newest(tx: Transaction, number: int) -> tuple[CustomerQuestionFacts, ...]:
    mine = select(CustomerQuestion).where(
        CustomerQuestion.escalation_id == number, CustomerQuestion.kind == QuestionKind.SOLVED
    )
    rows = tx.session.scalars(mine.order_by(CustomerQuestion.id.desc()).limit(_SHOWN)).all()
    return tuple(row.facts() for row in rows if reading.problem(row) is None)
