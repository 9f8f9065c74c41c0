"""Level requests that wait for an answer: stored, sent, reminded of, answered, superseded.

Everything here runs within a change of the escalation, whose lock serializes answers.
"""

from sqlalchemy import select

from bot.database import outbox
from bot.database.change import Change
from bot.database.locks import lock_escalation
from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.errors import NotFound
from bot.models import reading
from bot.models.level_request import LevelRequest
from bot.models.work import EffectKind
from bot.policy.decide.lifecycle import whom_to_ask
from bot.policy.record.announcements.levels import LevelRequestWaiting
from bot.policy.record.level_requests import LevelRequestFacts, LevelRequestKind
from bot.ports.workspace import Posted


def put(
    change: Change, kind: LevelRequestKind, level: str, *, by: str, reason: str, basis: str | None = None
) -> LevelRequestFacts:
    """Store a request, and ask those who may answer it."""
    row = LevelRequest(
        escalation_id=change.row.id,
        kind=kind,
        level=level,
        by=by,
        reason=reason,
        asked_at=change.tx.now,
        basis=basis,
        messages=[],
    )
    change.tx.session.add(row)
    change.tx.session.flush()
    copy = {"id": row.id, "kind": kind, "level": level, "by": by, "reason": reason}
    change.row.requests = [*change.row.requests, {**copy, "asked_at": change.tx.now.isoformat()}]
    _ask(change, row.id, again=False)
    return row.facts()


def remind(change: Change, request: int) -> None:
    """Remind those asked, directly and in the channel."""
    waiting = next((waiting for waiting in change.facts.level_requests if waiting.id == request), None)
    if waiting is None:
        return
    _ask(change, request, again=True)
    change.record("request reminded of", after={"request": request, "level": waiting.level})
    change.announce(LevelRequestWaiting(kind=waiting.kind, by=waiting.by, level=waiting.level, since=waiting.asked_at))


def of(change: Change, request: int) -> LevelRequest:
    """Return one request of the escalation, locked against updates of where it was posted.

    Raises NotFound, and UnreadableRecord.
    """
    row = change.tx.session.get(LevelRequest, request, with_for_update=True)
    if row is None or row.escalation_id != change.row.id:
        raise NotFound("There is no such request.")
    reading.require(row, change.row.id)
    return row


def finish(
    change: Change, row: LevelRequest, *, by: str | None = None, granted: bool | None = None, answer: str | None = None
) -> None:
    """Finish a request, answered or superseded (without `granted`), and remove its buttons."""
    row.answered_by, row.answered_at, row.granted, row.answer = by, change.tx.now, granted, answer
    change.row.requests = [waiting for waiting in change.row.requests if waiting["id"] != row.id]
    for channel, ts in row.messages:
        change.do(_refresh(row.id, channel, ts))


def supersede(change: Change, kind: LevelRequestKind | None = None) -> bool:
    """Supersede open requests, all or of one kind, because things have changed. Return True if there were any."""
    superseded = [waiting for waiting in change.facts.level_requests if kind is None or waiting.kind is kind]
    for waiting in superseded:
        finish(change, of(change, waiting.id))
        change.record("request overtaken", after={"request": waiting.id, "level": waiting.level})
    return bool(superseded)


def latest(change: Change, kind: LevelRequestKind) -> LevelRequest | None:
    """Return the latest request of a kind for the escalation. Raises UnreadableRecord."""
    mine = (LevelRequest.escalation_id == change.row.id, LevelRequest.kind == kind)
    statement = select(LevelRequest).where(*mine).order_by(LevelRequest.id.desc()).limit(1).with_for_update()
    row = change.tx.session.scalars(statement).one_or_none()
    if row is not None:
        reading.require(row, change.row.id)
    return row


def note_posted(tx: Transaction, request: int, posted: Posted) -> None:
    """Record where a request was posted; if it was answered meanwhile, remove its buttons."""
    number = tx.session.scalars(select(LevelRequest.escalation_id).where(LevelRequest.id == request)).one_or_none()
    if number is None:
        return
    lock_escalation(tx, number)  # before its request, as those who answer it lock them
    row = tx.session.get(LevelRequest, request, with_for_update=True)
    if row is not None:
        reading.require(row, row.escalation_id)
        row.messages = [*row.messages, [posted.channel, posted.ts]]
        if row.answered_at is not None:
            outbox.put(tx, row.escalation_id, _refresh(request, posted.channel, posted.ts))


def _ask(change: Change, request: int, *, again: bool) -> None:
    facts, policy, people = change.facts, change.policy, change.people
    known = people.resolve(change.tx, whom_to_ask(facts, policy.guards.override))
    for person in known.values():
        if people.may_see(change.tx, facts, policy, person):
            payload = {"request": request, "to": person, "again": again}
            change.do(NewEffect(EffectKind.LEVEL_REQUEST, payload, lane=f"request-{request}"))


def _refresh(request: int, channel: str, ts: str) -> NewEffect:
    payload = {"request": request, "channel": channel, "ts": ts}
    return NewEffect(EffectKind.REFRESH_LEVEL_REQUEST, payload, lane=f"request-{request}")
