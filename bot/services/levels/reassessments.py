"""Reassessment: re-evaluating escalations when account data have changed, in whatever process, and once a day.

A higher level is applied and announced with its reason, a lower one is proposed to the manager
(docs/policy.md#it-runs-again-when-account-data-changes). An override in force is part of the decision.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy import Integer, bindparam, exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.database import queries, timeline
from bot.database.change import Change
from bot.database.due_columns import WEIGHED, is_weighed, next_weighing
from bot.database.records import Records
from bot.database.transaction import UNSYNCHRONISED, Transaction
from bot.errors import UnreadableRecord
from bot.models.account import Account
from bot.models.base import UtcDateTime
from bot.models.clocks import ClockKind
from bot.models.escalation import Escalation
from bot.policy.decide.evaluation import Decision
from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, Refused, whom_to_ask
from bot.policy.decide.reassessment import Reassessment, ReassessmentState, Verdict, reassess
from bot.policy.model.facts import ACCOUNT, AccountFacts
from bot.policy.record import sla
from bot.policy.record.announcements.levels import (
    DowngradeDeclined,
    DowngradeGranted,
    DowngradeProposed,
    DueEarlier,
    LevelRose,
)
from bot.policy.record.feed_lines import LevelChangedLine, LevelRoseLine
from bot.policy.record.level_requests import LevelRequestFacts, LevelRequestKind
from bot.policy.record.sla import Terms
from bot.services.levels import levels, pending_level_requests

_CLOCKS = (ClockKind.RESPONSE, ClockKind.RESOLUTION)
_BATCH = 50
# An escalation that can't be evaluated is retried after this time, and the others go on.
_PUT_OFF = timedelta(hours=1)
# Asked every few seconds, so they are built once.
_DAILY = (
    select(Escalation.id)
    .where(Escalation.weigh_at <= bindparam("now", type_=UtcDateTime()))
    .order_by(Escalation.weigh_at, Escalation.id)
    .limit(bindparam("most", type_=Integer()))
)
_MARKED = (
    select(Account.id)
    .where(Account.unweighed_since.is_not(None))
    .order_by(Account.unweighed_since, Account.id)
    .limit(_BATCH)
)


@dataclass(frozen=True)
class Reassessments:
    """Evaluate escalations again."""

    records: Records

    def run(self) -> int:
        """Evaluate all that is due, and return how many; a program with other work takes one batch at a time."""
        weighed = 0
        while progress := [self.weigh(number) for number in self.due()]:
            weighed += sum(progress)
            if not any(progress):
                break
        return weighed

    def due(self) -> Sequence[int]:
        """Return the first escalations to evaluate: the account's data have changed, or a day has begun.

        An import marks the accounts it changes, in whatever process; the day is stored with each escalation. So the
        cost grows with the due reassessments, not with the open escalations.
        """
        with self.records.database.transaction() as tx:
            changed = _of_changed_accounts(tx)
            others = _DAILY.where(Escalation.id.not_in(changed)) if changed else _DAILY
            room = _BATCH - len(changed)
            daily = tx.session.scalars(others, {"now": tx.now, "most": room}).all() if room > 0 else ()
            return [*changed, *daily]

    def weigh(self, number: int) -> bool:
        """Evaluate one escalation; return True if it is settled. One that is locked or broken is skipped."""
        try:
            return self._weigh(number)
        except UnreadableRecord:
            # Logged where it was read, and reported by `doctor`.
            self.put_off(number)
            return False
        except SQLAlchemyError:
            raise
        except Exception:  # noqa: BLE001 - one escalation must not stop the others
            structlog.get_logger().exception("reassessment failed", escalation=number)
            self.put_off(number)
            return False

    def _weigh(self, number: int) -> bool:
        with self.records.database.transaction() as tx:
            row = queries.unless_locked(tx.session, number)
            if row is None:
                return False
            if not is_weighed(row):
                row.weigh_at = None
                return True
            change = self.records.of(tx, row)
            row.weighed_at, row.weighed_version = tx.now, row.account.updated_at
            row.weigh_at = next_weighing(tx.now, change.policy)
            if _carry_out(change):
                change.finish()
            return True

    def put_off(self, number: int) -> None:
        """Retry one that couldn't be evaluated later, without loading it, so that it doesn't block the others.

        The account's present version counts as evaluated; otherwise it would be due again at once.
        """
        with self.records.database.transaction() as tx:
            version = select(Account.updated_at).where(Account.id == Escalation.account_id).scalar_subquery()
            later = {"weigh_at": tx.now + _PUT_OFF, "weighed_version": version}
            tx.session.execute(update(Escalation).where(Escalation.id == number).values(later))


def _of_changed_accounts(tx: Transaction) -> Sequence[int]:
    """Return escalations to evaluate from the accounts that changed first; unmark accounts with none left."""
    accounts = tx.session.scalars(_MARKED).all()
    if not accounts:
        return ()
    begun = or_(Escalation.kind != ACCOUNT, Escalation.accepted.is_(True))
    stale = (
        Escalation.account_id == Account.id,
        Escalation.status.in_(WEIGHED),
        begun,
        Escalation.weighed_version.is_distinct_from(Account.updated_at),
    )
    found = select(Escalation.id).join(Account).where(Account.id.in_(accounts), *stale).order_by(Escalation.id)
    numbers = tx.session.scalars(found.limit(_BATCH)).all()
    done = update(Account).where(Account.id.in_(accounts), ~exists().where(*stale)).values(unweighed_since=None)
    tx.session.execute(done, execution_options=UNSYNCHRONISED)
    return numbers


def grant(change: Change, request: LevelRequestFacts, *, by: str) -> None:
    """Apply a downgrade the manager has approved. Raises Refused if the data have changed again."""
    decision, found = _found(change)
    before = change.row.level
    if decision.level != request.level or Verdict.PROPOSE not in (found.level, *found.clocks.values()):
        raise Refused([Refusal(Obstacle.SUPERSEDED, Move.CHANGE_LEVEL, change.row.status)])
    if found.level is None:
        _retarget(change, decision, found, Verdict.PROPOSE)
        levels.explain(change, decision)
    else:
        levels.move(change, decision)
        change.tell_feed(LevelChangedLine(by=by, before=before, after=decision.level))
    change.record("fall approved", by=by, before={"level": before}, after={"level": decision.level})
    change.announce(DowngradeGranted(by=by, before=before, after=decision.level, reason=request.reason))


def decline(change: Change, request: LevelRequestFacts, *, by: str, reason: str) -> None:
    """Keep the level although the data are better; the reasons on the card say so."""
    change.row.trace = [*_of_the_policy(change.row.trace), _kept(change, request)]
    change.announce(DowngradeDeclined(by=by, level=request.level, reason=reason))


def _carry_out(change: Change) -> bool:
    """Apply a higher level and propose a lower one; return True if anything was done."""
    decision, found = _found(change)
    if found.level is Verdict.APPLY:
        _upgrade(change, decision)
        return True
    earlier = Verdict.APPLY in found.clocks.values()
    if earlier:
        _shorten(change, decision, found)
    if Verdict.PROPOSE in (found.level, *found.clocks.values()):
        return _propose(change, decision, found) or earlier
    superseded = pending_level_requests.supersede(change, LevelRequestKind.DOWNGRADE)
    if earlier or change.row.trace != list(decision.trace):
        levels.explain(change, decision)
        return True
    return superseded


def _found(change: Change) -> tuple[Decision, Reassessment]:
    row, policy, decision = change.row, change.policy, levels.decide(change)
    # A stopped clock isn't judged again: it counts as being what the decision wants.
    state = ReassessmentState(
        row.level,
        *(_terms(decision, kind) if sla.has_ended(row.clock(kind)) else row.clock(kind).terms for kind in _CLOCKS),
    )
    return decision, reassess(policy, state, decision, row.declared_at)


def _upgrade(change: Change, decision: Decision) -> None:
    row, before, because = change.row, change.row.level, _new(change, decision)
    levels.move(change, decision)
    change.record("level rose", before={"level": before}, after={"level": row.level}, reason=" ".join(because))
    change.announce(LevelRose(before=before, after=row.level, because=tuple(because)))
    change.tell_feed(LevelRoseLine(by=timeline.ITSELF, before=before, after=row.level, because=tuple(because)))


def _shorten(change: Change, decision: Decision, found: Reassessment) -> None:
    """Apply earlier due times at the same level."""
    because, moved = _new(change, decision), _changes(change, decision, found, Verdict.APPLY)
    _retarget(change, decision, found, Verdict.APPLY)
    change.record("due earlier", after={"clocks": moved}, reason=" ".join(because))
    change.announce(DueEarlier(clocks=tuple(moved), because=tuple(because)))


def _propose(change: Change, decision: Decision, found: Reassessment) -> bool:
    """Propose a lighter level or later times, once for the same data; return True if anything was done."""
    last = pending_level_requests.latest(change, LevelRequestKind.DOWNGRADE)
    reason, basis = _reason(change, decision, found), _digest(change.row.account.facts())
    same = last is not None and (last.level, last.reason) == (decision.level, reason)
    if last is not None and last.answered_at is None and same:
        last.basis = basis
        return False
    if last is not None and last.granted is False and same and last.basis == basis:
        return False
    superseded = pending_level_requests.supersede(change, LevelRequestKind.DOWNGRADE)
    facts = change.facts
    asked_for = any(waiting.level == decision.level for waiting in facts.level_requests)
    if asked_for or not whom_to_ask(facts, change.policy.guards.override):
        return superseded
    pending_level_requests.put(
        change, LevelRequestKind.DOWNGRADE, decision.level, by=timeline.ITSELF, reason=reason, basis=basis
    )
    change.record("fall proposed", after={"level": decision.level}, reason=reason)
    change.announce(DowngradeProposed(level=decision.level, reason=reason))
    return True


def _retarget(change: Change, decision: Decision, found: Reassessment, verdict: Verdict) -> None:
    for name, given in found.clocks.items():
        if given is verdict:
            levels.retarget(change, ClockKind(name), _terms(decision, ClockKind(name)))


def _terms(decision: Decision, kind: ClockKind) -> Terms | None:
    return decision.response if kind is ClockKind.RESPONSE else decision.resolution


def _changes(change: Change, decision: Decision, found: Reassessment, verdict: Verdict) -> list[str]:
    """Return how targets change: "response 4 business hours → 2 hours"."""
    return [
        f"{name} {_words(change.row.clock(ClockKind(name)).terms)} → {_words(_terms(decision, ClockKind(name)))}"
        for name, given in found.clocks.items()
        if given is verdict
    ]


def _words(terms: Terms | None) -> str:
    return terms.target.in_words() if terms else "without a clock"


def _reason(change: Change, decision: Decision, found: Reassessment) -> str:
    """Return what has become better: changed targets, and reasons that no longer hold or are new."""
    gone = [sentence for sentence in _of_the_policy(change.row.trace) if sentence not in decision.trace]
    changes = ", ".join(_changes(change, decision, found, Verdict.PROPOSE))
    said = [f"{changes[0].upper()}{changes[1:]}."] if changes else []
    said += [f"No longer so: {' '.join(gone)}"] if gone else []
    return " ".join([*said, *_new(change, decision)]) or "No reason for a higher severity remains."


def _new(change: Change, decision: Decision) -> list[str]:
    """Return the reasons that are new."""
    return [sentence for sentence in decision.trace if sentence not in change.row.trace]


_KEPT = "Kept by the manager"


def _kept(change: Change, request: LevelRequestFacts) -> str:
    row, policy = change.row, change.policy
    lighter = policy.level(request.level).label if request.level != row.level else "later due times"
    return f"{_KEPT}, although account data now suggests {lighter}."


def _of_the_policy(trace: Sequence[str]) -> list[str]:
    return [sentence for sentence in trace if not sentence.startswith(_KEPT)]


def _digest(account: AccountFacts) -> str:
    """Return a digest of the account data that rules can read."""
    looked_at = replace(account, name="", csm=None, manager=None, executive_sponsor=None, extra={})
    extra: Mapping[str, object] = dict(sorted(account.extra.items()))
    return hashlib.sha256(repr((looked_at, extra)).encode()).hexdigest()
