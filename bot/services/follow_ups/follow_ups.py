"""Follow-ups: add and change them, and list them across escalations."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement

from bot.database import follow_up_queries
from bot.database.records import Records
from bot.errors import FormError
from bot.models.escalation import Escalation
from bot.models.review import CorrectiveAction
from bot.policy.decide import follow_up_words
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.rules import Policy
from bot.policy.record.ending import CorrectiveActionFacts, FollowUpState
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.follow_ups import ListedFollowUps
from bot.services.accounts.accounts import Accounts
from bot.services.follow_ups import tracking
from bot.services.follow_ups.tracking import FollowUpEdit, FollowUpFields

# How many a list shows at once.
LISTED: Final = 15
_FIELDS: Final = FollowUpFields(what="what", owner="owner", due_on="due", url="url", reason="reason")


@dataclass(frozen=True)
class FollowUps:
    """Add, change and list follow-ups."""

    records: Records
    accounts: Accounts

    def draft(self, number: int, *, by: str) -> tuple[EscalationFacts, Policy]:
        """Return what the form shows. Raises NotFound, Refused."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.TRACK))
            return change.facts, change.policy

    @staticmethod
    def one(facts: EscalationFacts, follow_up: int) -> CorrectiveActionFacts:
        """Return one follow-up of an escalation. Raises NotFound."""
        return tracking.found(facts.review.actions, follow_up, facts.key)

    def add(self, number: int, action: CorrectiveActionFacts, *, by: str) -> EscalationFacts:
        """Add a follow-up. Raises FormError for a date that has passed, an unfit owner and a bad link; Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.TRACK))
            wrong = tracking.check(change, action, by=by, fields=_FIELDS)
            if wrong:
                raise FormError.of(wrong)
            tracking.add(change, [action], by=by)
            return change.facts

    def edit(self, number: int, follow_up: int, wanted: FollowUpEdit, *, by: str) -> EscalationFacts:
        """Change a follow-up. Raises FormError without the reason for another date or for dropping it; Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.TRACK))
            tracking.edit(change, follow_up, wanted, by=by, fields=_FIELDS)
            return change.facts

    def done(self, number: int, follow_up: int, *, by: str) -> EscalationFacts:
        """Note that a follow-up is done. Doing so twice changes nothing. Raises NotFound, Refused."""
        return self.edit(number, follow_up, FollowUpEdit(state=FollowUpState.DONE), by=by)

    def drop(self, number: int, follow_up: int, *, reason: str, by: str) -> EscalationFacts:
        """Drop a follow-up, with the reason. Raises NotFound, Refused, and FormError without a reason."""
        return self.edit(number, follow_up, FollowUpEdit(state=FollowUpState.DROPPED, reason=reason), by=by)

    def listed(self, words: str, *, viewer: str, first: int | None = None) -> ListedFollowUps:
        """Return the follow-ups that words such as `mine overdue` ask for, as far as somebody may see them.

        Raises NotAMember, and NotFound for an account that isn't known.
        """
        with self.records.database.reading() as tx:
            self.records.people.must_be_ours(tx, viewer)
            wanted = follow_up_words.parse(words)
            zone = self.records.people.zone(tx, viewer) or self.records.policies.current.zone
            today = tx.now.astimezone(zone).date()
            where: list[ColumnElement[bool]] = [self.records.visible(tx, viewer)]
            where += [_settled(wanted.is_settled)]
            if wanted.is_mine:
                where.append(follow_up_queries.is_of(self.records.people.identities(tx, viewer)))
            if wanted.is_late:
                where.append(follow_up_queries.is_late(today))
            if wanted.number is not None:
                where.append(CorrectiveAction.escalation_id == wanted.number)
            if wanted.account:
                account = self.accounts.must_be_meant(tx, wanted.account, viewer=viewer)
                where.append(Escalation.account_id == account.id)
            begin = (wanted.part - 1) * LISTED if first is None else first
            found = follow_up_queries.listed(tx, *where, first=begin, limit=LISTED)
            return ListedFollowUps(found=found, on=today, words=wanted.words, is_settled=wanted.is_settled)


def _settled(is_settled: bool) -> ColumnElement[bool]:  # noqa: FBT001 - the one thing that it's about
    return ~follow_up_queries.IS_UNSETTLED if is_settled else follow_up_queries.IS_UNSETTLED
