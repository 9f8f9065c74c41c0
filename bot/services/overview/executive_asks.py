"""Requests to executives: one sentence per escalation, from its owners or their managers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_

from bot.database import list_queries
from bot.database.change import Change
from bot.database.hot_list_queries import OPENLY
from bot.database.lists import Lists
from bot.database.people import People
from bot.database.policies import Found
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import NotFound
from bot.models import reading
from bot.models.hot_list import ExecutiveAsk
from bot.policy.model.verification import masked
from bot.policy.plan import digest
from bot.policy.record.escalation import EscalationFacts

# The most escalations offered in the form.
OFFERED: Final = 50


@dataclass(frozen=True, slots=True)
class AskDraft:
    """The escalations that somebody may ask for, the most urgent first, and what was asked for the first of them."""

    offered: Sequence[Found]
    asked: str


@dataclass(frozen=True)
class ExecutiveAsks:
    """Note what executives are asked to do."""

    records: Records
    people: People

    def draft(self, *, by: str) -> AskDraft:
        """Return what somebody may ask for. Raises NotFound if that is nothing."""
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, by)
            own, reports = self.people.identities(tx, by), self.people.everybody_below(tx, by)
            theirs = list_queries.of_the_people_of(sorted(own), sorted(reports | own), is_open=True)
            found = Lists(self.records).live(tx, *OPENLY, or_(theirs), limit=OFFERED)
            if not found.shown:
                raise NotFound("Only owners of an open escalation and their managers can ask executives.")
            return AskDraft(found.shown, self._asked(tx, found.shown[0][0].number))

    def ask(self, number: int, words: str, *, by: str) -> EscalationFacts:
        """Note what is asked for an escalation; without words nothing is asked any more.

        Raises NotFound, also for somebody who may not ask for it.
        """
        with self.records.changing(number, by=by) as change:
            if not self._may(change, by) or change.row.is_private or not change.facts.is_live:
                raise NotFound("Only owners of an open escalation and their managers can ask executives.")
            said, before = masked(words), self._asked(change.tx, number)
            if said == before:
                return change.facts
            row = change.tx.session.get(ExecutiveAsk, number)
            if not said:
                change.tx.session.delete(row)
            elif row is None:
                change.tx.session.add(ExecutiveAsk(escalation_id=number, words=said, by=by, at=change.tx.now))
            else:
                row.words, row.by, row.at = said, by, change.tx.now
            change.record(
                "executives asked", by=by, before={"words": before}, after={"words": said}, reason=said or None
            )
            return change.facts

    def _may(self, change: Change, by: str) -> bool:
        own, reports = self.people.identities(change.tx, by), self.people.everybody_below(change.tx, by)
        return digest.concerns(change.facts, own, reports | own)

    def _asked(self, tx: Transaction, number: int) -> str:
        row = tx.session.get(ExecutiveAsk, number)
        return row.words if row is not None and not reading.problem(row) else ""
