"""The ledger of one escalation under change: each change of a due time settles, moves or adds a promise.

The due times on the escalation's row change here only. While an update is being missed, the row keeps the first due
time, and the open promise has the latest interval's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from bot.database.change import Change
from bot.database.new_instances import hold_all
from bot.models import reading
from bot.models.promises import Promise
from bot.policy.decide import ledger
from bot.policy.decide.ledger import Following
from bot.policy.decide.promises import NextUpdates
from bot.policy.record.promises import Audience, PromiseFacts, PromiseState

_Decide = Callable[[PromiseFacts, Following, datetime], Sequence[PromiseFacts]]


@dataclass(frozen=True, slots=True)
class PromiseAnswer:
    """How an update answered what was promised: the state of that promise, its delay, and how many broke before it."""

    state: PromiseState
    late_by: timedelta | None
    broken: int

    @property
    def late_seconds(self) -> int | None:
        """Return the delay in seconds, rounded down."""
        return int(self.late_by.total_seconds()) if self.late_by is not None else None


def open_all(change: Change) -> None:
    """Write down what is promised when work begins."""
    due = {audience: _due_at(change, audience) for audience in Audience}
    promised = [_new(change, audience, at, by=None) for audience, at in due.items() if at is not None]
    hold_all(change.tx.session, promised)
    change.open_promises = None  # read again when they are needed


def owe(change: Change, owed: NextUpdates) -> None:
    """Set when the next updates are due without an update: a change of level, owner or status, or the end."""
    owe_one(change, Audience.CUSTOMER, owed.customer)
    owe_one(change, Audience.INTERNAL, owed.internal)


def owe_one(change: Change, audience: Audience, due_at: datetime | None) -> None:
    """Set when the next update to one audience is due; None if nothing is owed any more."""
    if _due_at(change, audience) == due_at or (due_at is not None and _waits(change, audience)):
        return
    if due_at is not None and audience is Audience.CUSTOMER and change.row.carried_to_id is not None:
        return  # its programme owes it
    present = _open(change, audience) if change.row.has_begun else None
    _set(change, audience, due_at)
    if not change.row.has_begun:
        return
    if present is None:
        if due_at is not None:
            _add(change, _new(change, audience, due_at, by=None))
    elif due_at is None:
        _settle(change, present, ledger.lifted)
    else:
        _settle(change, present, lambda promise, following, now: ledger.moved(promise, due_at, following, now))


def answer(
    change: Change, audience: Audience, next_at: datetime | None, *, by: str, at: datetime | None = None
) -> PromiseAnswer | None:
    """Settle what was promised to an audience by an update, and write down the next promise.

    `by` named its time; `at` is when they were told, if that was before now. Return how the update answered the
    promise; None if nothing was promised.
    """
    told_at = min(at or change.tx.now, change.tx.now)
    if told_at < change.tx.now:
        _go_back(change, audience, told_at)
    present, found = _open(change, audience), None
    if present is not None:
        _settle(change, present, ledger.answered, told_at)
        last, broken = _opened(change)[audience], _answer_broken(change, audience, told_at)
        found = PromiseAnswer(last.state, last.facts().late_by, broken)
        del _opened(change)[audience]
    _set(change, audience, next_at)
    if next_at is not None:
        _add(change, _new(change, audience, next_at, by=by))
    return found


def restore(change: Change, owed: NextUpdates, *, ended_at: datetime | None) -> None:
    """Undo the end at `ended_at`: what it settled is open again, as if it hadn't been."""
    for audience, due_at in ((Audience.CUSTOMER, owed.customer), (Audience.INTERNAL, owed.internal)):
        _set(change, audience, due_at)
        if due_at is None:
            continue
        mine = (Promise.escalation_id == change.row.id, Promise.audience == audience, Promise.settled_at == ended_at)
        unmade = select(Promise).where(*mine, Promise.answered_at.is_(None)).order_by(Promise.id.desc()).limit(1)
        row = change.tx.session.scalars(unmade).one_or_none()
        if row is None or reading.problem(row):
            _add(change, _new(change, audience, due_at, by=None))
        else:
            row.state, row.settled_at = PromiseState.OPEN, None
            _opened(change)[audience] = row
    catch_up(change)


def unanswer(change: Change, audience: Audience, due_at: datetime | None, *, answered_at: datetime | None) -> None:
    """Take back an answer that didn't arrive: what it settled is open again, and what it promised is lifted."""
    owe_one(change, audience, None)
    _set(change, audience, due_at)
    if due_at is None:
        return
    mine = (Promise.escalation_id == change.row.id, Promise.audience == audience, Promise.answered_at == answered_at)
    rows = change.tx.session.scalars(select(Promise).where(*mine).order_by(Promise.id)).all()
    for row in rows:
        row.answered_at = None
    last = next((row for row in reversed(rows) if row.state in (PromiseState.KEPT, PromiseState.LATE)), None)
    if last is None:
        _add(change, _new(change, audience, due_at, by=None))
    else:
        last.state, last.settled_at = PromiseState.OPEN, None
        _opened(change)[audience] = last
    catch_up(change)


def void(change: Change, audience: Audience, *, answered_at: datetime) -> None:
    """Take back an answer that didn't arrive once nothing is owed any more: what it settled is broken or lifted."""
    mine = (Promise.escalation_id == change.row.id, Promise.audience == audience, Promise.answered_at == answered_at)
    for row in change.tx.session.scalars(select(Promise).where(*mine)):
        row.answered_at = None
        if row.state in (PromiseState.KEPT, PromiseState.LATE):
            ended_at = change.row.resolved_at or change.row.closed_at or change.tx.now
            row.state = PromiseState.BROKEN if row.due_at <= ended_at else PromiseState.LIFTED
            row.settled_at = ended_at


def catch_up(change: Change) -> None:
    """Break the open promises whose interval has passed. A promise that is missing in the ledger is added."""
    if not change.row.has_begun:
        return
    for audience in Audience:
        due_at = _due_at(change, audience)
        present = _open(change, audience) if due_at is not None else None
        if present is None or due_at is None:
            continue
        if _settle(change, present, ledger.caught_up) and present.due_at == due_at:
            change.record("promise broken", after={"audience": audience.value, "due": due_at.isoformat()})


def is_unpromised(change: Change, audience: Audience) -> bool:
    """Return True if no update is due to an audience."""
    return _due_at(change, audience) is None


def _waits(change: Change, audience: Audience) -> bool:
    """Return True if a wait for the customer pauses the updates to an audience."""
    return change.row.waiting is not None and f"{audience}_updates" in change.row.waiting["paused"]


def _settle(change: Change, row: Promise, decide: _Decide, at: datetime | None = None) -> bool:
    """Store what is decided about an open promise; the last of several becomes the open one. Return if several."""
    facts = change.facts
    following, now = ledger.following(facts, change.policy, row.audience), at or change.tx.now
    first, *others = decide(row.facts(), following, now)
    owner = ledger.owner(facts, row.audience)
    row.become(first)
    row.owner = owner if first.settled_at == now else row.owner
    if others:
        *between, last = (replace(promise, owner=owner) for promise in others)
        _insert(change, between)
        row = Promise(escalation_id=change.row.id, audience=last.audience)
        row.become(last)
        change.tx.session.add(row)
    _opened(change)[row.audience] = row
    if row.state is not PromiseState.OPEN and row.answered_at is None:
        del _opened(change)[row.audience]
    return bool(others)


def _insert(change: Change, promises: Sequence[PromiseFacts]) -> None:
    """Insert promises that nobody changes any more, all at once: after months of silence there are thousands."""
    if promises:
        change.tx.session.flush()  # rows are in the order of their promises
        names = [field.name for field in fields(PromiseFacts)]
        rows = [{"escalation_id": change.row.id} | {name: getattr(one, name) for name in names} for one in promises]
        change.tx.session.execute(insert(Promise), rows)


def _go_back(change: Change, audience: Audience, at: datetime) -> None:
    """Open again the promise that was open at that time; those made since, while nobody knew, are lifted."""
    change.tx.session.flush()
    mine = (Promise.escalation_id == change.row.id, Promise.audience == audience, Promise.answered_at.is_(None))
    unkept = Promise.state.in_((PromiseState.OPEN, PromiseState.BROKEN))
    rows = [
        row
        for row in change.tx.session.scalars(select(Promise).where(*mine, unkept).order_by(Promise.id))
        if not reading.problem(row)
    ]
    before = [row for row in rows if row.made_at <= at]
    if _due_at(change, audience) is None or not before:
        return
    for row in rows:
        if row.made_at > at:
            row.state, row.settled_at = PromiseState.LIFTED, change.tx.now
    before[-1].state, before[-1].settled_at = PromiseState.OPEN, None
    _opened(change)[audience] = before[-1]


def _answer_broken(change: Change, audience: Audience, at: datetime) -> int:
    """Note on the broken promises before an update that it has come; return how many those are."""
    change.tx.session.flush()
    mine = (Promise.escalation_id == change.row.id, Promise.audience == audience, Promise.state == PromiseState.BROKEN)
    change.tx.session.execute(update(Promise).where(*mine, Promise.answered_at.is_(None)).values(answered_at=at))
    answered = select(func.count()).select_from(Promise).where(*mine, Promise.answered_at == at)
    return change.tx.session.scalars(answered).one()


def _new(change: Change, audience: Audience, due_at: datetime, *, by: str | None) -> Promise:
    return Promise(
        escalation_id=change.row.id,
        audience=audience,
        by=by,
        owner=ledger.owner(change.facts, audience),
        made_at=change.tx.now,
        due_at=due_at,
        state=PromiseState.OPEN,
    )


def _add(change: Change, row: Promise) -> None:
    change.tx.session.add(row)
    _opened(change)[row.audience] = row


def _open(change: Change, audience: Audience) -> Promise | None:
    """Return the open promise to an audience; one that is due but missing in the ledger is added."""
    row = _opened(change).get(audience)
    due_at = _due_at(change, audience)
    if row is None and due_at is not None:
        row = _new(change, audience, due_at, by=None)
        _add(change, row)
    return row


def _opened(change: Change) -> dict[Audience, Promise]:
    """Return the open promises, read once in a change."""
    if change.open_promises is None:
        mine = (Promise.escalation_id == change.row.id, Promise.state == PromiseState.OPEN)
        rows = change.tx.session.scalars(select(Promise).where(*mine).order_by(Promise.id))
        change.open_promises = {row.audience: row for row in rows if not reading.problem(row)}
    return change.open_promises


def _set(change: Change, audience: Audience, due_at: datetime | None) -> None:
    if audience is Audience.CUSTOMER:
        change.row.customer_update_due_at = due_at
    elif audience is Audience.INTERNAL:
        change.row.internal_update_due_at = due_at
    else:
        change.row.sponsor_update_due_at = due_at


def _due_at(change: Change, audience: Audience) -> datetime | None:
    row = change.row
    if audience is Audience.SPONSOR:
        return row.sponsor_update_due_at
    return row.customer_update_due_at if audience is Audience.CUSTOMER else row.internal_update_due_at
