"""Drills read from their rows, and changed under a lock."""

from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy import select

from bot.database.transaction import Transaction
from bot.errors import UnreadableRecord
from bot.models import reading
from bot.models.drills import Drill, DrillEventRow
from bot.policy.model.training import Scenario
from bot.policy.model.wording import WordingRule
from bot.policy.training.drills import DrillEvent, DrillFacts

# A person in a drill can write as much as they like; no more of it is read.
_MOST_EVENTS = 500


def locked(tx: Transaction, number: int) -> Drill | None:
    """Return a drill that nobody else changes until the transaction ends; None if there is none."""
    return tx.session.scalars(select(Drill).where(Drill.id == number).with_for_update()).one_or_none()


def running(tx: Transaction, person: str) -> Drill | None:
    """Return the drill that somebody is in."""
    return tx.session.scalars(select(Drill).where(Drill.person == person, Drill.ended_at.is_(None))).one_or_none()


def facts_of(tx: Transaction, row: Drill) -> DrillFacts:
    """Return a drill with its past. Raises UnreadableRecord."""
    if wrong := reading.problem(row):
        raise UnreadableRecord(reading.named(row), wrong)
    try:
        scenario = Scenario.model_validate(row.scenario)
    except ValidationError as error:
        raise UnreadableRecord(reading.named(row), "its scenario is of another version") from error
    mine = select(DrillEventRow).where(DrillEventRow.drill_id == row.id).order_by(DrillEventRow.id)
    events = tx.session.scalars(mine.limit(_MOST_EVENTS)).all()
    return DrillFacts(
        number=row.id,
        person=row.person,
        scenario=scenario,
        started_at=row.started_at,
        events=_events(events),
        channel=row.channel,
        ended_at=row.ended_at,
    )


def event_of(row: DrillEventRow) -> DrillEvent:
    """Return an event as facts. Raises UnreadableRecord."""
    if wrong := reading.problem(row):
        raise UnreadableRecord(reading.named(row), wrong)
    known = {rule.value: rule for rule in WordingRule}
    found = tuple(known[word] for word in row.findings if word in known)
    return DrillEvent(row.kind, row.key, row.at, row.text, row.note, row.until, found, row.quote)


def _events(rows: Sequence[DrillEventRow]) -> tuple[DrillEvent, ...]:
    return tuple(event_of(row) for row in rows)
