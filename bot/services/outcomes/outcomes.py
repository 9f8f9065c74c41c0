"""Send the issue summary to the stakeholders, and note what was learned."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.database.change import Change
from bot.database.mail_threads import with_customer
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.outcomes import OutcomeRow
from bot.models.work import EffectKind
from bot.policy.addresses import is_among
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.rules import Policy
from bot.policy.model.verification import masked
from bot.policy.record.announcements.outcomes import OutcomeNoted, SummarySent
from bot.policy.record.announcements.sending import CameBack, ReturnedMail
from bot.policy.record.customer_questions import CAME_BACK
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.confirming import CustomerNotMailedNotice
from bot.policy.record.outcomes import Outcome, SolvedBy
from bot.services.wording.reviews import PassedText, let_pass

_LANE = 120


@dataclass(frozen=True, slots=True)
class OutcomeDraft:
    """The content of both forms: the names of the escalation's people, and what was noted before.

    `is_mailed` is false if there is no mail server.
    """

    facts: EscalationFacts
    policy: Policy
    names: dict[str, str]
    noted: Outcome | None
    is_mailed: bool


@dataclass(frozen=True, slots=True)
class MailedSummary:
    """The head of a mail with a summary: the sender's name, and the address for answers."""

    sender: str
    reply_to: str | None


@dataclass(frozen=True)
class Outcomes:
    """Send issue summaries, and note outcomes."""

    records: Records

    def draft(self, number: int, *, by: str) -> OutcomeDraft:
        """Return the content of a form. Raises NotFound, and Refused before it is closed."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            facts = change.facts
            require(refusals(facts, Move.LEARN))
            row = tx.session.get(OutcomeRow, number)
            noted = row.facts() if row is not None and reading.problem(row) is None else None
            people = {facts.declared_by, *(holder.person for holder in facts.holders.values())}
            people |= {action.owner for action in facts.review.actions}
            names = self.records.people.names(tx, people)
            mails = self.records.service_settings.sends_mail
            return OutcomeDraft(facts, change.policy, names, noted, mails)

    def is_for_customer(self, number: int, to: Sequence[str], *, by: str) -> bool:
        """Return True if somebody of the customer's is among the addresses. Raises NotFound."""
        with self.records.database.transaction() as tx:
            contacts = self.records.seen(tx, number, by=by).row.account.contacts
            return any(is_among(address, contacts) for address in to)

    def send_summary(
        self, number: int, text: str, to: Sequence[str], *, by: str, passed: PassedText | None = None
    ) -> EscalationFacts:
        """Post the issue summary, and queue its mails. Sent again, it replaces the one before. Raises Refused.

        `passed` is set if a manager sends the customer words that the wording guard refuses.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.LEARN))
            let_pass(change, passed, by=by)
            row, words = change.row, masked(text)
            row.issue_summary, row.summary_by, row.summary_sent_at = words, by, change.tx.now
            change.record("summary sent", by=by, after={"to": list(to)})
            if row.open_channel_id is not None:
                change.announce(SummarySent(by=by, text=words, to=tuple(to)))
            for address in dict.fromkeys(to):
                lane = f"{row.key}:mail-{address}"[:_LANE]
                change.do(NewEffect(EffectKind.SUMMARY, {"to": address, "text": words}, lane=lane))
            return change.facts

    def note(
        self, number: int, *, solved_by: SolvedBy, first_level_could: bool, to_try: str | None, by: str
    ) -> EscalationFacts:
        """Record what was learned. Raises NotFound, Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.LEARN))
            tried = masked(to_try) if to_try else None
            row = OutcomeRow(
                escalation_id=number,
                solved_by=solved_by,
                first_level_could=first_level_could,
                to_try=tried,
                by=by,
                at=change.tx.now,
            )
            change.tx.session.merge(row)
            after = {"solved_by": solved_by.value, "first_level_could": first_level_could}
            change.record("outcome noted", by=by, after=after, reason=tried)
            if change.row.open_channel_id is not None:
                told = OutcomeNoted(by=by, solved_by=solved_by, first_level_could=first_level_could, to_try=tried)
                change.announce(told)
            return change.facts

    def to_mail(self, number: int, address: str, message_id: str) -> MailedSummary:
        """Return whose name a mailed summary has, and where answers go: a customer's to the channel, else to them."""
        with self.records.database.transaction() as tx:
            change, people = self.records.within(tx, number), self.records.people
            by = change.row.summary_by or change.row.declared_by
            sender = ", ".join(name for name in (people.names(tx, [by]).get(by), people.company) if name)
            found = None
            if is_among(address, change.row.account.contacts):
                domain = self.records.service_settings.answers_domain
                found = with_customer(tx, number, address, message_id, domain).answers_to
            return MailedSummary(sender, found or people.address(tx, by))

    def came_back(self, change: Change, address: str) -> None:
        """Record that a mailed summary came back, and tell who sent it. The caller finishes the change."""
        change.record("summary not mailed", after={"to": address, "why": CAME_BACK})
        if change.row.channel_archived_at is None:
            change.announce(CameBack(to=(address,), mail=ReturnedMail.SUMMARY.value))
        if change.row.summary_by is not None:
            change.notify(CustomerNotMailedNotice(address=address, why=CAME_BACK), change.row.summary_by)

    def not_mailed(self, tx: Transaction, number: int, address: str, why: str) -> None:
        """Notify the sender of the summary that the mail server refused one address for good."""
        change = self.records.within(tx, number)
        change.record("summary not mailed", after={"to": address, "why": why})
        if change.row.summary_by is not None:
            change.notify(CustomerNotMailedNotice(address=address, why=why), change.row.summary_by)
