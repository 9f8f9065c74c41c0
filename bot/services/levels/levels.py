"""Move an escalation to what the policy decides now: level, clocks, next updates, people, pages, and the reasons.

The rules: docs/policy.md#a-change-of-level, docs/policy.md#the-next-update, docs/policy.md#a-page.
"""

from bot.database import ledger
from bot.database.change import Change
from bot.database.history import history_of
from bot.errors import FormError
from bot.models.clocks import ClockKind, SlaClock
from bot.policy.decide import promises
from bot.policy.decide.evaluation import Decision, evaluate
from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, Refused
from bot.policy.record import sla
from bot.policy.record.escalation import FIX_OWNER, PageCause
from bot.policy.record.sla import Terms
from bot.services.levels import pending_level_requests
from bot.services.paging import pages
from bot.services.paging.telling import tell_directly


def decide(change: Change) -> Decision:
    """Reassess it, with the account's present data and history and the override in force."""
    row, policy, now = change.row, change.policy, change.tx.now
    return evaluate(
        policy,
        row.account.facts(),
        row.issue(),
        declared_at=row.declared_at,
        now=now,
        history=history_of(change.tx, policy, row.account_id, but=row.id),
        override=row.override(),
    )


def overrule(change: Change, level: str, *, by: str, reason: str) -> str:
    """Override the level, and return the one before. Raises Refused for the level it has already."""
    row, policy = change.row, change.policy
    refuse_same_level(change, level)
    if level not in {known.code for known in policy.levels}:
        raise FormError("level", "This escalation's policy doesn't have that severity.")
    before = row.level
    row.override_level, row.override_by, row.override_reason = level, by, reason
    move(change, decide(change))
    change.record("level changed", by=by, before={"level": before}, after={"level": level}, reason=reason)
    return before


def lift(change: Change) -> None:
    """Lift the override, so that the policy decides again."""
    row = change.row
    row.override_level = row.override_by = row.override_reason = None
    decision = decide(change)
    if decision.level != row.level:
        move(change, decision)
        return
    for kind, terms in _terms(decision).items():
        retarget(change, kind, terms)
    explain(change, decision)


def refuse_same_level(change: Change, level: str) -> None:
    """Raise Refused if the escalation has that level already."""
    if level == change.row.level:
        raise Refused([Refusal(Obstacle.SAME_LEVEL, Move.CHANGE_LEVEL, change.row.status)])


def move(change: Change, decision: Decision) -> None:
    """Move an escalation to the level of a decision. Open requests about the old level are superseded."""
    row, policy, now = change.row, change.policy, change.tx.now
    is_upgrade = policy.rank(decision.level) < policy.rank(row.level)
    row.level, row.level_changed_at = decision.level, now
    row.highest_level = policy.heavier(row.highest_level, decision.level)
    for kind, terms in _terms(decision).items():
        retarget(change, kind, terms)
    ledger.owe(change, promises.after_level_change(change.facts, policy, now))
    explain(change, decision)
    if is_upgrade:
        _page(change, decision)
    pending_level_requests.supersede(change)


def explain(change: Change, decision: Decision) -> None:
    """Store the reasons and tags of a decision, and add the people it asks for."""
    row, policy = change.row, change.policy
    by_rule = {rule.tag for rule in policy.rules_that("tag")}
    row.trace = list(decision.trace)
    row.tags = [*(tag for tag in row.tags if tag not in by_rule), *decision.tags]
    for role in (*decision.invite, *decision.tell, *decision.page):
        fill_role(change, role)
    holders = (change.facts.holder(role) for role in decision.invite)
    change.invite(*(person for person in holders if person))


def retarget(change: Change, kind: ClockKind, terms: Terms | None) -> None:
    """Measure a clock against another target; a stopped clock keeps its result."""
    clock = sla.retargeted(change.row.clock(kind), terms, change.policy.calendars, change.tx.now)
    row = next((row for row in change.row.clocks if row.kind is kind), None)
    if row is None:
        row = SlaClock(kind=kind, calendar="24x7")
        change.row.clocks.append(row)
    row.target = str(clock.terms.target) if clock.terms else None
    row.calendar = clock.terms.calendar if clock.terms else row.calendar
    row.counted_from = clock.counted_from


def _terms(decision: Decision) -> dict[ClockKind, Terms | None]:
    return {ClockKind.RESPONSE: decision.response, ClockKind.RESOLUTION: decision.resolution}


def fill_role(change: Change, role: str) -> None:
    """Fill an empty role, if the policy finds somebody."""
    if change.facts.holder(role) is None and (found := change.find(role)):
        change.hold(found.role, found.person, found.how)


def _page(change: Change, decision: Decision) -> None:
    """Page whom the new level pages; at the heaviest the fix owner always, even if it is acknowledged."""
    wakes = change.policy.is_top(decision.level) and not change.facts.is_programme
    top = (FIX_OWNER,) if wakes else ()
    roles = [role for role in (*decision.page, *top) if change.facts.holder(role)]
    pages.start_all(change, PageCause.OPENING, roles, due_at=change.tx.now)
    tell_directly(change, decision.tell, is_upgrade=True)
