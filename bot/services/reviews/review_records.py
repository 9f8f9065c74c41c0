"""Load a review's part of the record: milestones, updates, promises, names. Its number of queries is fixed."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import func, select

from bot.database import promise_queries, timeline
from bot.database.people import People
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.captures import CapturedMessage
from bot.models.promises import Promise
from bot.models.timeline import TimelineEntry
from bot.models.updates import Update
from bot.policy.decide.review_edits import FIELDS
from bot.policy.record.captures import CapturedWords
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.promises import Audience, PromiseFacts, PromiseState
from bot.policy.record.reviews import EACH_END, MOST_PROMISES, ReviewRecord, ReviewWords
from bot.policy.record.timeline import TimelineLine

# The events that tell how it went. Others, such as redrawn cards and looked-up people, tell how the tool works.
MILESTONES: Final = (
    "declared",
    "proposed",
    "programme accepted",
    "acknowledged",
    "acknowledged outside",
    "paged",
    "page declined",
    "page unanswered",
    "page taken further",
    "page not received",
    "escalated early",
    "brought in",
    "passed over",
    "assigned",
    "level changed",
    "level rose",
    "override lifted",
    "made confidential",
    "categorised",
    "team reached",
    "team answered",
    "team chased",
    "updated",
    "promise broken",
    "waiting for customer",
    "wait over",
    "customer followed up",
    "customer confirmed",
    "customer not yet",
    "confirmation waived",
    "message added",
    "cause named",
    "mitigated",
    "resolved",
    "undone",
    "reopened",
    "closed",
)
# A Slack id: of a mention, or in a line of the trace.
_ID: Final = re.compile(r"\b[UW][A-Z0-9]{2,}\b")
_MISSED: Final = (PromiseState.LATE, PromiseState.BROKEN)


def of(tx: Transaction, facts: EscalationFacts, people: People, words: ReviewWords) -> ReviewRecord:
    """Return the record of an escalation as a review shows it, with the names of those whom `words` mention."""
    events, events_left_out = _events(tx, facts.number)
    updates, updates_left_out = _updates(tx, facts.number)
    promises, promises_left_out = _missed(tx, facts.number)
    named = {facts.declared_by, facts.acknowledged_by, *(one.actor for one in events), *(one.by for one in updates)}
    named |= {holder.person for holder in facts.holders.values()} | {one.owner for one in promises}
    named |= {action.owner for action in facts.review.actions} | {facts.review.state_by}
    named |= {who for one in events if isinstance(who := one.after.get("person"), str)}
    said = [text(words) for text in FIELDS.values()] + [
        line for one in events for line in (one.reason, _said(one)) if line
    ]
    named |= {who for line in (*said, *facts.trace, *(one.note for one in updates)) for who in _ID.findall(line)}
    named |= {facts.override.by if facts.override else None, facts.closure.by if facts.closure else None}
    return ReviewRecord(
        events=events,
        events_left_out=events_left_out,
        updates=tuple(row.facts() for row in updates),
        updates_left_out=updates_left_out,
        tally=promise_queries.to_customer(tx, facts.number),
        promises=promises,
        promises_left_out=promises_left_out,
        names=people.names(tx, {who for who in named if who}),
    )


def _events(tx: Transaction, number: int) -> tuple[tuple[TimelineLine, ...], int]:
    mine = (TimelineEntry.escalation_id == number, TimelineEntry.event.in_(MILESTONES))
    rows = select(TimelineEntry).where(*mine)
    first = tx.session.scalars(rows.order_by(TimelineEntry.at, TimelineEntry.id).limit(EACH_END)).all()
    last = tx.session.scalars(rows.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(EACH_END)).all()
    found = _merged(first, last)
    total = tx.session.scalars(select(func.count()).select_from(TimelineEntry).where(*mine)).one()
    ids = [one for row in found if isinstance(one := (row.after or {}).get("captured"), int)]
    stands = (CapturedMessage.deleted_at.is_(None), CapturedMessage.taken_off_at.is_(None))
    said = select(CapturedMessage).where(CapturedMessage.id.in_(ids), *stands)
    captured = {row.id: row for row in tx.session.scalars(said)} if ids else {}
    return tuple(_line(row, captured.get((row.after or {}).get("captured", 0))) for row in found), total - len(found)


def _said(line: TimelineLine) -> str | None:
    return line.captured.text if line.captured is not None else None


def _merged(first: Sequence[TimelineEntry], last: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    known = {row.id for row in first}
    return [*first, *(row for row in reversed(last) if row.id not in known)]


def _line(row: TimelineEntry, captured: CapturedMessage | None) -> TimelineLine:
    return TimelineLine(
        at=row.at,
        actor=None if row.actor == timeline.ITSELF else row.actor,
        event=row.event,
        before=row.before or {},
        after=row.after or {},
        reason=row.reason,
        captured=CapturedWords(captured.text, captured.edited_at is not None) if captured is not None else None,
    )


def _missed(tx: Transaction, number: int) -> tuple[tuple[PromiseFacts, ...], int]:
    """Return the first promises to the customer that were missed, and how many more there are."""
    mine = (Promise.escalation_id == number, Promise.audience == Audience.CUSTOMER, Promise.state.in_(_MISSED))
    first = select(Promise).where(*mine).order_by(Promise.due_at, Promise.id).limit(MOST_PROMISES)
    total = tx.session.scalars(select(func.count()).select_from(Promise).where(*mine)).one()
    found = tuple(row.facts() for row in tx.session.scalars(first) if not reading.problem(row))
    return found, max(0, total - MOST_PROMISES)


def _updates(tx: Transaction, number: int) -> tuple[list[Update], int]:
    mine = select(Update).where(Update.escalation_id == number)
    first = tx.session.scalars(mine.order_by(Update.id).limit(EACH_END)).all()
    last = tx.session.scalars(mine.order_by(Update.id.desc()).limit(EACH_END)).all()
    counted = select(func.count()).select_from(Update).where(Update.escalation_id == number)
    total = tx.session.scalars(counted).one()
    known = {row.id for row in first}
    found = [*first, *(row for row in reversed(last) if row.id not in known)]
    return _readable(found), total - len(found)


def _readable(rows: Iterable[Update]) -> list[Update]:
    return [row for row in rows if not reading.problem(row)]
