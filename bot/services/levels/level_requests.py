"""Level requests: another level asked of those who may set it, and the answers; both are posted with their names.

Those whom the policy lets override the level change it at once; everybody else requests it
(docs/policy.md#an-override).
"""

from dataclasses import dataclass

from bot.database.change import Change
from bot.database.people import People
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError
from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.level_request import LevelRequest
from bot.policy.decide.lifecycle import (
    Move,
    Obstacle,
    Refusal,
    Refused,
    refusals,
    refusals_by_guard,
    require,
    whom_to_ask,
)
from bot.policy.model.guards import Guard
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.levels import LevelRequestDeclined, LevelRequested, LevelRequestGranted
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.feed_lines import LevelChangedLine
from bot.policy.record.level_requests import LevelRequestFacts, LevelRequestKind
from bot.policy.record.notices.levels import LevelRequestAnsweredNotice
from bot.ports.workspace import Posted
from bot.services.levels import levels, overrides, pending_level_requests, reassessments


@dataclass(frozen=True, slots=True)
class LevelChangeDraft:
    """The content of the form: the escalation, and whether the person changes the level or requests it."""

    facts: EscalationFacts
    policy: Policy
    may_change: bool


@dataclass(frozen=True)
class LevelRequests:
    """Request other levels, and answer requests."""

    records: Records
    people: People

    def open(self, number: int, *, by: str) -> LevelChangeDraft:
        """Return the content of the form. Raises Refused if the level can't be changed now, or by nobody."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.CHANGE_LEVEL))
            reasons = self._reasons_against(change, by)
            if reasons and not whom_to_ask(change.facts, _guard(change)):
                raise Refused(reasons)
            return LevelChangeDraft(change.facts, change.policy, may_change=not reasons)

    def change_or_ask(self, number: int, level: str, *, by: str, reason: str) -> LevelChangeDraft:
        """Override the level for a person who may, or request it from those who may (`guards.override`).

        Raises Refused for the level it has already, FormError if a request for that level is open.
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
            return LevelChangeDraft(change.facts, change.policy, may_change=not reasons)

    def waiting(self, number: int, request: int, *, by: str) -> tuple[LevelRequestFacts, EscalationFacts, Policy]:
        """Return a request for somebody to answer. Raises Refused if they may not, or if it is settled."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            return self._answerable(change, request, by).facts(), change.facts, change.policy

    def approve(self, number: int, request: int, *, by: str) -> EscalationFacts:
        """Approve a request. Raises Refused if the person may not, or if there is nothing left to answer."""
        with self.records.changing(number, by=by) as change:
            row = self._answerable(change, request, by)
            pending_level_requests.finish(change, row, by=by, granted=True)
            if row.kind is LevelRequestKind.DOWNGRADE:
                reassessments.grant(change, row.facts(), by=by)
            else:
                before = levels.overrule(change, row.level, by=by, reason=row.reason)
                change.announce(
                    LevelRequestGranted(by=by, asker=row.by, before=before, after=row.level, reason=row.reason)
                )
                change.tell_feed(LevelChangedLine(by=by, before=before, after=row.level))
                _notify_requester(change, row)
            return change.facts

    def decline(self, number: int, request: int, *, by: str, reason: str) -> EscalationFacts:
        """Decline a request, with a reason. Raises Refused as `approve` does."""
        with self.records.changing(number, by=by) as change:
            row = self._answerable(change, request, by)
            pending_level_requests.finish(change, row, by=by, granted=False, answer=reason)
            change.record("request declined", by=by, after={"request": row.id, "level": row.level}, reason=reason)
            if row.kind is LevelRequestKind.DOWNGRADE:
                reassessments.decline(change, row.facts(), by=by, reason=reason)
            else:
                change.announce(LevelRequestDeclined(by=by, asker=row.by, level=row.level, reason=reason))
                _notify_requester(change, row)
            return change.facts

    def one(self, request: int) -> LevelRequestFacts | None:
        """Return the present state of a request, for its message; None if its record is gone."""
        with self.records.database.transaction() as tx:
            row = tx.session.get(LevelRequest, request)
            if row is not None:
                reading.require(row, row.escalation_id)
            return row.facts() if row else None

    @staticmethod
    def note_posted(tx: Transaction, request: int, posted: Posted) -> None:
        """Record where a request was posted."""
        pending_level_requests.note_posted(tx, request, posted)

    def _reasons_against(self, change: Change, by: str) -> tuple[Refusal, ...]:
        who = self.people.identities(change.tx, by)
        return refusals_by_guard(change.facts, Move.CHANGE_LEVEL, _guard(change), who)

    def _answerable(self, change: Change, request: int, by: str) -> LevelRequest:
        row = pending_level_requests.of(change, request)
        if row.answered_at is not None:
            raise Refused([_over(row, change.row)])
        require(refusals(change.facts, Move.CHANGE_LEVEL))
        require(self._reasons_against(change, by))
        return row


def _guard(change: Change) -> Guard:
    return change.policy.guards.override


def _over(row: LevelRequest, escalation: Escalation) -> Refusal:
    obstacle = Obstacle.ALREADY_ANSWERED if row.answered_by else Obstacle.SUPERSEDED
    return Refusal(obstacle, Move.CHANGE_LEVEL, escalation.status, row.answered_by)


def _ask(change: Change, level: str, *, by: str, reason: str) -> None:
    """Store a request, and announce it. One per level can be open at a time."""
    levels.refuse_same_level(change, level)
    if level not in {known.code for known in change.policy.levels}:
        raise FormError("level", "This escalation's policy doesn't have that severity.")
    if any(waiting.level == level for waiting in change.facts.level_requests):
        label = change.policy.level(level).label
        raise FormError("level", f"{label} is already requested and waits for the manager.")
    request = pending_level_requests.put(change, LevelRequestKind.OVERRIDE, level, by=by, reason=reason)
    change.record("level asked for", by=by, after={"request": request.id, "level": level}, reason=reason)
    change.announce(LevelRequested(by=by, level=level, reason=reason))


def _notify_requester(change: Change, row: LevelRequest) -> None:
    """Notify the requester, if they aren't in the channel where the answer is posted."""
    if row.by not in {participant.person for participant in change.row.participants}:
        notice = LevelRequestAnsweredNotice(
            level=row.level, by=row.answered_by or "", granted=bool(row.granted), answer=row.answer
        )
        change.notify(notice, row.by)
