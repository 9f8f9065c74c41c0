"""The manager's own updates to the customer's sponsor, in the ledger (docs/programme.md#the-managers-updates).

An update that the manager gave the customer counts, and a status call they noted.
"""

from datetime import datetime

from sqlalchemy import select

from bot.database import ledger
from bot.database.change import Change
from bot.models import reading
from bot.models.promises import Promise
from bot.policy.record.escalation import MANAGER, Status
from bot.policy.record.promises import Audience, PromiseState


def begin(change: Change) -> None:
    """Owe the first update, one cadence from now: the programme begins, or is open again."""
    ledger.owe_one(change, Audience.SPONSOR, _next(change, change.tx.now))


def end(change: Change) -> None:
    """Owe none any more: the programme is resolved, or over."""
    ledger.owe_one(change, Audience.SPONSOR, None)


def restore(change: Change, *, ended_at: datetime | None) -> None:
    """Undo the end at `ended_at`: what was owed then is owed again, by the same time."""
    mine = (Promise.escalation_id == change.row.id, Promise.audience == Audience.SPONSOR)
    ended = select(Promise).where(*mine, Promise.settled_at == ended_at, Promise.answered_at.is_(None))
    row = change.tx.session.scalars(ended.order_by(Promise.id.desc()).limit(1)).first()
    if row is not None and not reading.problem(row):
        row.state, row.settled_at = PromiseState.OPEN, None
        change.row.sponsor_update_due_at, change.open_promises = row.due_at, None


def told(change: Change, *, by: str, at: datetime) -> None:
    """Note that somebody has told the customer: if they are the manager, it is their update, and the next is owed."""
    manager = change.facts.holder(MANAGER)
    if manager is None or change.row.sponsor_update_due_at is None:
        return
    if manager in change.people.identities(change.tx, by) or change.present(manager) == by:
        answered = ledger.answer(change, Audience.SPONSOR, _next(change, at), by=by, at=at)
        after = {"promise": answered.state.value} if answered is not None else None
        change.record("manager updated the customer", by=by, after=after)


def not_told(change: Change, *, at: datetime | None) -> None:
    """Take back an update that didn't arrive: what it settled is owed again."""
    mine = (Promise.escalation_id == change.row.id, Promise.audience == Audience.SPONSOR, Promise.answered_at == at)
    kept = Promise.state.in_((PromiseState.KEPT, PromiseState.LATE))
    row = change.tx.session.scalars(select(Promise).where(*mine, kept).order_by(Promise.id.desc()).limit(1)).first()
    if row is not None and not reading.problem(row) and change.row.sponsor_update_due_at is not None:
        ledger.unanswer(change, Audience.SPONSOR, row.due_at, answered_at=at)


def _next(change: Change, at: datetime) -> datetime | None:
    every = change.policy.kind(change.row.kind).manager_updates
    if every is None or change.row.status not in (Status.OPEN, Status.MITIGATED):
        return None
    return change.policy.business.add(at, every)
