"""The health of an account programme: given with every update, and what follows from a change (docs/policy.md#s2)."""

from bot.database import ledger
from bot.database.change import Change
from bot.database.history import history_of
from bot.policy.decide import promises
from bot.policy.decide.evaluation import evaluate
from bot.policy.model.facts import HealthState
from bot.policy.record.announcements.programmes import HealthChanged
from bot.policy.record.escalation import Status
from bot.policy.record.promises import Audience


def changed(change: Change, before: HealthState, after: HealthState, *, by: str, told_customer: bool) -> None:
    """Announce a changed health, which the row already has, and set the next due updates by it.

    The audience of the current update has a next due time by the new health already.
    """
    row, policy = change.row, change.policy
    if not told_customer and row.status in (Status.OPEN, Status.MITIGATED):
        owed = promises.after_level_change(change.facts, policy, change.tx.now)
        ledger.owe_one(change, Audience.CUSTOMER, owed.customer)
    _explain(change)
    change.record("health changed", by=by, before={"health": before}, after={"health": after})
    change.announce(HealthChanged(by=by, before=before, after=after))


def _explain(change: Change) -> None:
    """Update the reason that mentions the health. A level that new data would move isn't changed here."""
    row, policy = change.row, change.policy
    history = history_of(change.tx, policy, row.account_id, but=row.id)
    account, override = row.account.facts(), row.override()
    decision = evaluate(
        policy,
        account,
        row.issue(),
        declared_at=row.declared_at,
        now=change.tx.now,
        history=history,
        override=override,
    )
    if decision.level == row.level:
        row.trace = list(decision.trace)
