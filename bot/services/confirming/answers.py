"""The customer's answer, from a signed link: outside Slack, once, by whom the mail was sent to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.database import link_uses
from bot.database.change import Change
from bot.database.records import Records
from bot.errors import NotFound
from bot.models import reading
from bot.models.customer_questions import CustomerQuestion
from bot.policy.decide.confirming import owners, reopens, told_of_rating
from bot.policy.model.verification import masked
from bot.policy.record.announcements.confirming import CustomerConfirmed, CustomerNotYet, CustomerRated
from bot.policy.record.customer_questions import CustomerAnswer, CustomerQuestionFacts, QuestionKind
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.confirming import CustomerConfirmedNotice, CustomerNotYetNotice, CustomerRatedNotice
from bot.policy.wording.templates import language_of
from bot.ports.links import Link
from bot.services.closing.closures import reopen
from bot.services.confirming.questions import signed_by

BY_LINK = "the link we mailed"
_GONE = "There's nothing to answer here any more."


class QuestionOverError(NotFound):
    """Raised if there is nothing to answer any more, in words for a customer who reads `language`."""

    def __init__(self, language: str, *, is_asked_anew: bool = False) -> None:
        super().__init__(_GONE)
        self.language = language
        self.is_asked_anew = is_asked_anew


@dataclass(frozen=True, slots=True)
class AskedCustomer:
    """A question that a link is about, its escalation, and the name of who asked."""

    question: CustomerQuestionFacts
    facts: EscalationFacts
    sender: str | None


@dataclass(frozen=True)
class CustomerAnswers:
    """Show what a link asks, and take the answer.

    A link shows nothing but the words that were written for the customer. A question that doesn't fit its link, or one
    of a withdrawn escalation, isn't there: QuestionOverError says so in the customer's language.
    """

    records: Records

    def look(self, link: Link) -> AskedCustomer:
        """Return what a link asks. Raises QuestionOverError."""
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, link.number)
            return self._asked(change, self._question(change, link))

    def language(self, link: Link) -> str:
        """Return the language of the customer whom a link was sent to. Raises NotFound."""
        with self.records.database.reading() as tx:
            return language_of(self.records.within(tx, link.number).facts.account)

    def confirm(self, link: Link) -> AskedCustomer:
        """Record that it is solved. Raises LinkUsedError, QuestionOverError."""
        with self._answering(link) as (change, row):
            row.answer = CustomerAnswer.SOLVED
            escalation = change.row
            if escalation.confirmed_at is None:
                escalation.confirmed_by, escalation.confirmed_how = row.facts().who, BY_LINK
                escalation.confirmed_at, escalation.confirmation_recorded_by = change.tx.now, row.asked_by
            who = row.facts().who
            change.record("customer confirmed", by=who, after={"by": who, "how": BY_LINK})
            change.announce(CustomerConfirmed(customer=who))
            for person in owners(change.facts):
                change.notify(CustomerConfirmedNotice(customer=who), person)
            return self._asked(change, row)

    def not_yet(self, link: Link, said: str) -> AskedCustomer:
        """Record that it isn't solved, and why: that reopens what was resolved.

        Raises LinkUsedError, QuestionOverError.
        """
        with self._answering(link) as (change, row):
            row.answer, row.said = CustomerAnswer.NOT_YET, masked(said)
            who = row.facts().who
            reopened = reopens(change.facts)
            change.record("customer not yet", by=who, reason=row.said)
            _take_back(change)
            change.announce(CustomerNotYet(customer=who, said=row.said, reopened=reopened))
            if reopened:
                reopen(change, by=who, reason=row.said)
            for person in owners(change.facts):
                told = CustomerNotYetNotice(customer=who, said=row.said, reopened=reopened)
                change.notify(told, person)
            return self._asked(change, row)

    def rate(self, link: Link, rating: int, said: str) -> AskedCustomer:
        """Record how satisfied the customer is, from 1 to 5. Raises LinkUsedError, QuestionOverError."""
        with self._answering(link) as (change, row):
            row.answer, row.rating, row.said = CustomerAnswer.RATED, rating, masked(said) or None
            change.row.rating, change.row.rating_words = rating, row.said
            change.record("customer rated", by=row.address, after={"rating": rating}, reason=row.said)
            if change.row.open_channel_id is not None:
                change.announce(CustomerRated(customer=row.address, rating=rating, said=row.said))
            for person in told_of_rating(change.facts, rating):
                change.notify(CustomerRatedNotice(customer=row.address, rating=rating, said=row.said), person)
            return self._asked(change, row)

    @contextmanager
    def _answering(self, link: Link) -> Iterator[tuple[Change, CustomerQuestion]]:
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, link.number)
            row = self._question(change, link)
            link_uses.use(tx, link.key)
            row.answered_at = tx.now
            yield change, row
            change.finish()

    def _question(self, change: Change, link: Link) -> CustomerQuestion:
        number = int(link.subject) if link.subject.isdecimal() else 0
        row = change.tx.session.get(CustomerQuestion, number)
        is_mine = row is not None and (row.escalation_id, row.address) == (link.number, link.person)
        if row is None or not is_mine or change.facts.withdrawal is not None:
            raise QuestionOverError(language_of(change.facts.account))
        reading.require(row, link.number)
        reopened_at = change.row.reopened_at
        is_about_the_fix = row.kind is QuestionKind.SOLVED and row.answered_at is None
        if is_about_the_fix and reopened_at is not None and row.asked_at <= reopened_at:
            raise QuestionOverError(language_of(change.facts.account), is_asked_anew=True)
        return row

    def _asked(self, change: Change, row: CustomerQuestion) -> AskedCustomer:
        signs = signed_by(change.facts, row.kind, row.asked_by)
        name = self.records.people.names(change.tx, [signs]).get(signs)
        return AskedCustomer(row.facts(), change.facts, name)


def _take_back(change: Change) -> None:
    """Take back a confirmation that the customer has withdrawn."""
    row = change.row
    row.confirmed_by = row.confirmed_how = row.confirmed_at = row.confirmation_recorded_by = None
    row.confirmed_evidence = None
