"""Account programmes (docs/policy.md#s2): answering proposals, storing plan and consents, and what a card shows.

The rules: docs/policy.md#x16, docs/policy.md#x18.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from bot.database import action_items, queries
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import UnreadableRecord
from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.policy_version import PolicyVersion
from bot.models.programme import ConsentGiven, Proposal
from bot.policy.decide.account_programme import Agreement, Programme, ProgrammeIssue, ProgrammeMembership
from bot.policy.decide.lifecycle import Move, refusals, refusals_by_guard, require
from bot.policy.model.programmes import Consent
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Posted
from bot.services.programmes import consents, plan_texts, planning, proposals, rollup
from bot.services.programmes.planning import PlanRequest


@dataclass(frozen=True)
class Programmes:
    """Answer proposals, store agreements, and return the data of a record."""

    records: Records

    def around(self, facts: EscalationFacts) -> Programme | ProgrammeMembership | None:
        """Return what a programme has besides its record; for an issue, the programme it belongs to, if any."""
        if not facts.is_programme and facts.programme is None:
            return None
        with self.records.database.reading() as tx:
            return self._programme(tx, facts.number) if facts.is_programme else rollup.belonging(tx, facts)

    def answerable(self, number: int, *, by: str) -> tuple[EscalationFacts, Policy, Programme]:
        """Return a proposal for somebody to answer. Raises NotFound, and Refused with the reason."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(proposals.refused(change, by))
            return change.facts, change.policy, self._programme(tx, number)

    def for_planning(self, number: int, *, by: str) -> tuple[EscalationFacts, Policy, Programme, datetime]:
        """Return a programme for changing its plan, and the time. Raises NotFound and Refused."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.AGREE))
            return change.facts, change.policy, self._programme(tx, number), tx.now

    def for_agreeing(self, number: int, *, by: str) -> tuple[EscalationFacts, Policy, Programme]:
        """Return a programme for agreeing on something. Raises NotFound and Refused."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.AGREE))
            return change.facts, change.policy, self._programme(tx, number)

    def accept(self, number: int, *, by: str, reason: str) -> EscalationFacts:
        """Accept a proposal: its channel opens. Raises Refused if the person may not, or if it is answered."""
        with self.records.changing(number, by=by) as change:
            require(proposals.refused(change, by))
            proposals.begin(change, by=by, reason=reason)
            return change.facts

    def decline(self, number: int, *, by: str, reason: str) -> EscalationFacts:
        """Decline a proposal: it ends, and counts in no SLA. Raises Refused as `accept` does."""
        with self.records.changing(number, by=by) as change:
            require(proposals.refused(change, by))
            proposals.decline(change, by=by, reason=reason)
            return change.facts

    def plan(self, number: int, said: PlanRequest, *, by: str) -> EscalationFacts:
        """Store the remediation plan, its cause and the success criteria. Raises FormError, Refused.

        Criteria or a plan that change have to be agreed anew.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.AGREE))
            planning.store(change, said, by=by)
            return change.facts

    def agree(self, number: int, given: Mapping[Consent, str], *, by: str) -> EscalationFacts:
        """Store consents, each with who agreed and how. Raises Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.AGREE))
            consents.give(change, given, by=by)
            return change.facts

    def waive(self, number: int, consent: Consent, *, by: str, reason: str) -> EscalationFacts:
        """Waive a consent. Raises Refused if the person may not."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.AGREE))
            who = change.people.identities(change.tx, by)
            require(refusals_by_guard(change.facts, Move.AGREE, change.policy.guards.waive, who))
            consents.waive(change, consent, by=by, reason=reason)
            return change.facts

    def asked(self, tx: Transaction, number: int, posted: Posted) -> None:
        """Record where a proposal's buttons are; if it was answered meanwhile, remove them at once."""
        change = self.records.within(tx, number)
        proposal = proposals.written(change)
        proposal.messages = [*proposal.messages, [posted.channel, posted.ts]]
        if not change.facts.is_proposed:
            proposals.redraw(change)

    def _programme(self, tx: Transaction, number: int) -> Programme:
        proposal = tx.session.get_one(Proposal, number)
        reading.require(proposal, number)
        given = tx.session.scalars(
            select(ConsentGiven).where(ConsentGiven.escalation_id == number).order_by(ConsentGiven.at)
        )
        policies = joinedload(Escalation.policy).defer(PolicyVersion.body)
        live = (Escalation.programme_id == number, Escalation.status.in_(queries.LIVE))
        rows = tx.session.scalars(select(Escalation).where(*live).options(policies).order_by(Escalation.id)).all()
        changes = plan_texts.changes_since(tx, proposal)
        return Programme(
            source=proposal.source,
            criteria=tuple(proposal.criteria),
            success_criteria=proposal.success_criteria,
            plan=proposal.remediation(),
            agreed=proposal.agreement(),
            answered_by=proposal.answered_by,
            reason=proposal.reason,
            messages=tuple((channel, ts) for channel, ts in proposal.messages),
            agreements=tuple(
                Agreement(consent=row.consent, how=row.how, waived=row.waived, by=row.by, at=row.at) for row in given
            ),
            cause=proposal.found_cause(),
            plan_agreed=proposal.plan_agreement(),
            is_plan_told=changes is not None,
            plan_changes=changes or 0,
            items=action_items.of_programme(tx, number),
            issues=tuple(issue for row in rows if not row.is_private and (issue := self._issue(row)) is not None),
            confidential=sum(row.is_private for row in rows),
        )

    def _issue(self, row: Escalation) -> ProgrammeIssue | None:
        """Return an issue as its programme lists it; None if it can't be read."""
        try:
            level = self.records.policies.of(row.policy).level(row.level)
        except (UnreadableRecord, KeyError):
            return None
        return ProgrammeIssue(
            number=row.id,
            level=level.label,
            level_emoji=level.emoji,
            summary=row.summary,
            status=row.status,
            channel_id=row.open_channel_id,
            is_acknowledged=row.acknowledged_at is not None,
        )
