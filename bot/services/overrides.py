"""Overruling the matrix: another level, or no word from the customer. A manager's name and a reason, posted."""

from dataclasses import dataclass

from bot.errors import FormError
from bot.models.escalation import ClockKind, SlaClock
from bot.models.work import EffectKind
from bot.policy import promises, sla
from bot.policy.escalation import FIX_OWNER, EscalationFacts, PageCause
from bot.policy.evaluation import Decision, Override, evaluate
from bot.policy.lifecycle import Move, Obstacle, Refusal, Refused, refusals_to_overrule, require
from bot.policy.rules import Policy
from bot.policy.sla import Terms
from bot.services import pages
from bot.services.outbox import NewEffect
from bot.services.people import People
from bot.services.records import Change, Records


@dataclass(frozen=True)
class Overrides:
    """Overrules, for those who may."""

    records: Records
    people: People

    def allowed(self, number: int, move: Move, *, by: str) -> tuple[EscalationFacts, Policy]:
        """Return an escalation that somebody may overrule. Raises Refused for whoever may not."""
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, number)
            self.people.must_see(tx, change.facts, change.policy, by)
            guards = change.policy.guards
            guard = guards.override if move is Move.CHANGE_LEVEL else guards.waive
            require(refusals_to_overrule(change.facts, move, guard, self.people.identities(tx, by)))
            return change.facts, change.policy

    def change_level(self, number: int, level: str, *, by: str, reason: str) -> EscalationFacts:
        """Set the level by hand. Raises Refused for whoever may not, and for the level it has already."""
        with self.records.changing(number, by=by) as change:
            policy, row = change.policy, change.row
            who = self.people.identities(change.tx, by)
            require(refusals_to_overrule(change.facts, Move.CHANGE_LEVEL, policy.guards.override, who))
            if level == row.level:
                raise Refused([Refusal(Obstacle.SAME_LEVEL, Move.CHANGE_LEVEL, row.status)])
            if level not in {known.code for known in policy.levels}:
                raise FormError("level", "That level is not in the policy this escalation was declared under.")
            before = row.level
            row.override_level, row.override_by, row.override_reason = level, by, reason
            _apply(change, Override(level, by, reason))
            change.record("level changed", by=by, before={"level": before}, after={"level": level}, reason=reason)
            change.announce("level changed", by=by, before=before, after=level, reason=reason)
            change.tell_feed("level changed", by=by, before=before, after=level)
            change.do(NewEffect(EffectKind.TOPIC, coalesce=f"{row.key}:topic"), in_channel=True)
            return change.facts

    def waive(self, number: int, *, by: str, reason: str) -> EscalationFacts:
        """Let the customer's confirmation go. Raises Refused for whoever may not."""
        with self.records.changing(number, by=by) as change:
            who = self.people.identities(change.tx, by)
            require(refusals_to_overrule(change.facts, Move.WAIVE, change.policy.guards.waive, who))
            row = change.row
            row.waived_by, row.waived_reason, row.waived_at = by, reason, change.tx.now
            change.record("confirmation waived", by=by, reason=reason)
            change.announce("confirmation waived", by=by, reason=reason)
            return change.facts


def _apply(change: Change, override: Override) -> None:
    """Move clocks, promises, people and pages to a level (POLICY.md, "A change of level")."""
    row, policy, now = change.row, change.policy, change.tx.now
    level = override.level
    rises = policy.rank(level) < policy.rank(row.level)
    account = row.account.facts()
    decision = evaluate(policy, account, row.issue(), declared_at=row.declared_at, override=override)
    row.level, row.level_changed_at, row.trace = level, now, list(decision.trace)
    row.highest_level = policy.heavier(row.highest_level, level)
    for kind, terms in _terms(decision).items():
        _retarget(change, kind, terms)
    owed = promises.after_level_change(change.facts, policy, now)
    row.customer_update_due_at, row.internal_update_due_at = owed.customer, owed.internal
    wanted = [change.facts.holder(role) or change.find(role) for role in policy.level(level).invite]
    change.invite(*(who if isinstance(who, str) else who.person for who in wanted if who))
    if rises and policy.is_top(level):
        pages.start(change, PageCause.OPENING, FIX_OWNER, due_at=now)


def _terms(decision: Decision) -> dict[ClockKind, Terms | None]:
    return {ClockKind.RESPONSE: decision.response, ClockKind.RESOLUTION: decision.resolution}


def _retarget(change: Change, kind: ClockKind, terms: Terms | None) -> None:
    clock = sla.retargeted(change.row.clock(kind), terms, change.policy.calendars, change.tx.now)
    row = next((row for row in change.row.clocks if row.kind is kind), None)
    if row is None:
        row = SlaClock(kind=kind, calendar="24x7")
        change.row.clocks.append(row)
    row.target = str(clock.terms.target) if clock.terms else None
    row.calendar = clock.terms.calendar if clock.terms else row.calendar
    row.counted_from = clock.counted_from
