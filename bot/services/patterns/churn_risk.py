"""Churn risk: escalations marked by the signals in the policy, and a message to those who can keep the customer."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.database import account_queries
from bot.database.change import Change
from bot.database.records import Records
from bot.errors import FormError, NotFound
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.decide.takeover import takeover
from bot.policy.model.patterns import ChurnRisk
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.patterns import ChurnRiskOver, ChurnRiskSeen
from bot.policy.record.escalation import MANAGER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices.patterns import ChurnRiskNotice
from bot.policy.record.team_messages import MayLeaveMessage
from bot.services.teams import teams

_MARKED = "churn risk"
_LIFTED = "churn risk over"


@dataclass(frozen=True, slots=True)
class ChurnRiskDraft:
    """The content of the form; `noted` are the signals on record, `unresolved` the number of escalations."""

    facts: EscalationFacts
    policy: Policy
    risk: ChurnRisk
    noted: tuple[str, ...]
    unresolved: int


@dataclass(frozen=True)
class ChurnRisks:
    """Mark escalations whose customer may leave."""

    records: Records

    def draft(self, number: int, *, by: str) -> ChurnRiskDraft:
        """Return the signals on record. Raises NotFound, and Refused for a finished escalation."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.UPDATE))
            seen = self.records.visible(tx, by)
            unresolved = account_queries.unresolved(tx.session, change.row.account_id, seen)
            return ChurnRiskDraft(change.facts, change.policy, _risk(change), _noted(change), unresolved)

    def note(self, number: int, signals: Sequence[int], *, by: str, note: str) -> EscalationFacts:
        """Store the policy's signals, by their positions; an empty list removes the mark.

        Raises Refused for a finished escalation, FormError if nothing is new.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            risk, before = _risk(change), _noted(change)
            listed = change.policy.churn_signals
            seen = [listed[place] for place in signals if place < len(listed)]
            is_marked = risk.tag in change.row.tags
            if not seen and not is_marked:
                raise FormError("signs", "Tick at least one trigger.")
            if seen:
                fresh = [signal for signal in seen if signal not in before]
                if is_marked and not fresh and not note:
                    raise FormError("signs", "Already noted. Tick what's new, or clear all when it's over.")
                _mark(change, risk, seen, fresh, by=by, note=note)
            else:
                _lift(change, risk, by=by, note=note)
            return change.facts


def note_churn_triggers(change: Change, *, by: str) -> None:
    """Mark an escalation whose ticked category triggers say that the customer may leave."""
    row, risk = change.row, change.policy.patterns.churn_risk
    if risk is None or row.chosen_category is None:
        return
    said = takeover(change.policy, row.chosen_category, row.triggers).churn_triggers
    noted = _noted(change) if risk.tag in row.tags else ()
    fresh = [signal for signal in said if signal not in noted]
    if fresh:
        _mark(change, risk, [*noted, *fresh], fresh, by=by, note="")


def _risk(change: Change) -> ChurnRisk:
    risk = change.policy.patterns.churn_risk
    if risk is None:
        raise NotFound("This escalation's policy has no churn risk.")
    return risk


def _noted(change: Change) -> tuple[str, ...]:
    """Return the signals as last noted."""
    return tuple(change.row.churn_signals or ())


def _mark(change: Change, risk: ChurnRisk, seen: list[str], fresh: list[str], *, by: str, note: str) -> None:
    again = risk.tag in change.row.tags
    change.row.tags = list(dict.fromkeys([*change.row.tags, risk.tag]))
    change.row.churn_signals = list(seen)
    change.record(_MARKED, by=by, after={"signs": seen}, reason=note or None)
    shown = fresh or seen
    change.announce(ChurnRiskSeen(by=by, signals=tuple(shown), note=note, again=again))
    if again:
        return
    people = dict.fromkeys(
        change.facts.holder(role) or change.row.declared_by for role in (RELATIONSHIP_OWNER, MANAGER)
    )
    for person in people:
        if person != by:
            change.notify(ChurnRiskNotice(by=by, signals=tuple(shown)), person)
    teams.inform(change, risk.team, MayLeaveMessage)


def _lift(change: Change, risk: ChurnRisk, *, by: str, note: str) -> None:
    change.row.tags = [tag for tag in change.row.tags if tag != risk.tag]
    change.row.churn_signals = []
    change.record(_LIFTED, by=by, after={"signs": []}, reason=note or None)
    change.announce(ChurnRiskOver(by=by, note=note))
