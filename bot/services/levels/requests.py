"""Asking a manager for another level, and the manager's answer; both are posted with their names.

Whoever the policy lets overrule the level changes it at once; everybody else asks (POLICY.md X19, "An override").
"""

from dataclasses import dataclass

from bot.database.change import Change, Records
from bot.database.outbox import NewEffect
from bot.database.people import People
from bot.database.transaction import Transaction
from bot.errors import FormError
from bot.models.escalation import Escalation
from bot.models.request import LevelRequest
from bot.models.work import EffectKind
from bot.policy.decide.lifecycle import (
    Move,
    Obstacle,
    Refusal,
    Refused,
    refusals,
    refusals_to_overrule,
    require,
    whom_to_ask,
)
from bot.policy.model.guards import Guard
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.requests import RequestFacts, RequestKind
from bot.ports.workspace import Posted
from bot.services.levels import levels, overrides, pending_requests, reassessments


@dataclass(frozen=True, slots=True)
class Opened:
    """What the form shows: the escalation, and whether whoever opened it changes the level or asks for it."""

    facts: EscalationFacts
    policy: Policy
    may_change: bool


@dataclass(frozen=True)
class Requests:
    """Asks for other levels, and answers."""

    records: Records
    people: People

    def open(self, number: int, *, by: str) -> Opened:
        """Return what the form shows. Raises Refused where the level cannot be changed now, or nobody may change it."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.CHANGE_LEVEL))
            reasons = self._reasons_against(change, by)
            if reasons and not whom_to_ask(change.facts, _guard(change)):
                raise Refused(reasons)
            return Opened(change.facts, change.policy, may_change=not reasons)

    def change_or_ask(self, number: int, level: str, *, by: str, reason: str) -> Opened:
        """Set the level by hand for whoever may, and ask the manager for everybody else.

        Raises Refused for the level it has already, FormError for one that is waiting for its answer.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.CHANGE_LEVEL))
            reasons = self._reasons_against(change, by)
            if not reasons:
                overrides.change_level(change, level, by=by, reason=reason)
            elif whom_to_ask(change.facts, _guard(change)):
                _ask(change, level, by=by, reason=reason)
            else:
                raise Refused(reasons)
            return Opened(change.facts, change.policy, may_change=not reasons)

    def waiting(self, number: int, request: int, *, by: str) -> tuple[RequestFacts, EscalationFacts, Policy]:
        """Return a request that somebody may answer. Raises Refused for whoever may not, and when it is over."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            return self._answerable(change, request, by).facts(), change.facts, change.policy

    def approve(self, number: int, request: int, *, by: str) -> EscalationFacts:
        """Give what was asked for. Raises Refused for whoever may not, and when there is nothing left to answer."""
        with self.records.changing(number, by=by) as change:
            row = self._answerable(change, request, by)
            pending_requests.settle(change, row, by=by, granted=True)
            if row.kind is RequestKind.FALL:
                reassessments.grant(change, row.facts(), by=by)
            else:
                before = levels.overrule(change, row.level, by=by, reason=row.reason)
                change.announce(
                    "request granted", by=by, asker=row.by, before=before, after=row.level, reason=row.reason
                )
                change.tell_feed("level changed", by=by, before=before, after=row.level)
                _tell_asker(change, row)
            return change.facts

    def decline(self, number: int, request: int, *, by: str, reason: str) -> EscalationFacts:
        """Leave things as they are, with a reason. Raises Refused as `approve` does."""
        with self.records.changing(number, by=by) as change:
            row = self._answerable(change, request, by)
            pending_requests.settle(change, row, by=by, granted=False, answer=reason)
            change.record("request declined", by=by, after={"request": row.id, "level": row.level}, reason=reason)
            if row.kind is RequestKind.FALL:
                reassessments.keep(change, row.facts(), by=by, reason=reason)
            else:
                change.announce("request declined", by=by, asker=row.by, level=row.level, reason=reason)
                _tell_asker(change, row)
            return change.facts

    def one(self, request: int) -> RequestFacts | None:
        """Return a request as it stands, for the message that shows it; None where its record is gone."""
        with self.records.database.transaction() as tx:
            row = tx.session.get(LevelRequest, request)
            return row.facts() if row else None

    @staticmethod
    def told(tx: Transaction, request: int, posted: Posted) -> None:
        """Note where a request was posted."""
        pending_requests.told(tx, request, posted)

    def _reasons_against(self, change: Change, by: str) -> tuple[Refusal, ...]:
        who = self.people.identities(change.tx, by)
        return refusals_to_overrule(change.facts, Move.CHANGE_LEVEL, _guard(change), who)

    def _answerable(self, change: Change, request: int, by: str) -> LevelRequest:
        row = pending_requests.of(change, request)
        if row.answered_at is not None:
            raise Refused([_over(row, change.row)])
        require(refusals(change.facts, Move.CHANGE_LEVEL))
        require(self._reasons_against(change, by))
        return row


def _guard(change: Change) -> Guard:
    return change.policy.guards.override


def _over(row: LevelRequest, escalation: Escalation) -> Refusal:
    obstacle = Obstacle.ALREADY_ANSWERED if row.answered_by else Obstacle.OVERTAKEN
    return Refusal(obstacle, Move.CHANGE_LEVEL, escalation.status, row.answered_by)


def _ask(change: Change, level: str, *, by: str, reason: str) -> None:
    """Write a request down, and say so in the channel. One for each level waits at a time."""
    levels.refuse_same(change, level)
    if level not in {known.code for known in change.policy.levels}:
        raise FormError("level", "That level is not in the policy this escalation was declared under.")
    if any(waiting.level == level for waiting in change.facts.requests):
        label = change.policy.level(level).label
        raise FormError("level", f"{label} has been asked for already and waits for the manager's answer.")
    request = pending_requests.put(change, RequestKind.OVERRIDE, level, by=by, reason=reason)
    change.record("level asked for", by=by, after={"request": request.id, "level": level}, reason=reason)
    change.announce("level asked for", by=by, level=level, reason=reason)


def _tell_asker(change: Change, row: LevelRequest) -> None:
    """Tell whoever asked, where they are not in the channel in which the answer is posted."""
    if row.by not in {participant.person for participant in change.row.participants}:
        payload = {"notice": "request answered", "to": row.by, "level": row.level, "by": row.answered_by}
        answer = {"granted": row.granted, "answer": row.answer}
        change.do(NewEffect(EffectKind.DIRECT, {**payload, **answer}))
