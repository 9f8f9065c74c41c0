"""Effects that draw a person's Home tab, and who has it open.

Slack says when the tab is opened, not when it is left: people who opened it lately count as looking at it. A change
redraws the tabs of the escalation's own people at once. The tabs of all others follow within minutes, a fixed number at
a time, whatever changes: see `redraw_some`.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, func, or_, select, update

from bot.database import outbox
from bot.database.bulk import read_past_held
from bot.database.instances import table_of
from bot.database.outbox import NewEffect
from bot.database.transaction import UNSYNCHRONISED, Transaction
from bot.models.account import Person
from bot.models.base import UtcDateTime
from bot.models.timeline import TimelineEntry
from bot.models.work import EffectKind

_TAB = (Person.id, Person.slack_id, Person.home_first)
# Prefix of the keys of these effects; the rest is the person.
HOME = "home:"
# How long after it was opened a tab follows changes, on the real clock.
WATCHED: Final = timedelta(hours=3)
# The most tabs that one change redraws.
_MOST: Final = 8
# The most tabs of others that are redrawn in a minute.
SWEPT: Final = 30
_PERSON = table_of(Person)
# Built once: every change runs it.
_LOOKING = (
    select(_PERSON.c.slack_id, _PERSON.c.home_first)
    .where(
        _PERSON.c.slack_id.in_(bindparam("people", expanding=True)),
        _PERSON.c.home_opened_at > bindparam("since", type_=UtcDateTime()),
    )
    .order_by(_PERSON.c.slack_id)
    .limit(_MOST)
)
_NEWEST = select(func.max(TimelineEntry.id)).scalar_subquery()


def home_of(person: str, first: int = 0) -> NewEffect:
    """Return the effect that draws somebody's Home tab from an offset."""
    lane, payload = f"{HOME}{person}", {"person": person, "first": first}
    # Another excerpt is another drawing and must not be coalesced with the first.
    coalesce = f"{lane}:{first}" if first else lane
    return NewEffect(EffectKind.HOME, payload, lane=lane, coalesce=coalesce)


def note_opened(tx: Transaction, person: str, first: int) -> None:
    """Note that somebody looks at their Home tab, from an offset. A person we don't know yet is left out."""
    seen = {"home_opened_at": tx.real_now, "home_first": first, "home_seen": _NEWEST}
    tx.session.execute(update(Person).where(Person.slack_id == person).values(seen).execution_options(**UNSYNCHRONISED))


def redraw_open(tx: Transaction, people: Collection[str]) -> None:
    """Queue a drawing of the Home tabs that some of these people look at, at the offset they are at.

    Several changes before it is delivered need one drawing.
    """
    which = {"people": sorted(people), "since": tx.real_now - WATCHED}
    # Rows of people aren't locked here: changes of other escalations would wait for them.
    rows = read_past_held(tx.session, _LOOKING, which, _PERSON).all()
    outbox.put_all(tx, None, *(home_of(row.slack_id, row.home_first or 0) for row in rows if row.slack_id))


def watchers(tx: Transaction) -> Collection[int]:
    """Return the ids of the people who look at their Home tab."""
    return tx.session.scalars(select(Person.id).where(Person.home_opened_at > tx.real_now - WATCHED)).all()


def look_on(tx: Transaction, people: Collection[int]) -> None:
    """Queue a drawing of the Home tabs that people have looked at since before time was skipped."""
    seen = update(Person).where(Person.id.in_(people)).values(home_opened_at=tx.real_now)
    tx.session.execute(seen.execution_options(**UNSYNCHRONISED))
    rows = tx.session.execute(select(*_TAB).where(Person.id.in_(people), Person.slack_id.is_not(None))).all()
    outbox.put_all(tx, None, *(home_of(row.slack_id, row.home_first or 0) for row in rows))


def newest_entry(tx: Transaction) -> int | None:
    """Return the newest entry of the timeline, which a tab that is drawn now shows."""
    return tx.session.scalars(select(func.max(TimelineEntry.id))).one()


def note_drawn(tx: Transaction, person: str, seen: int | None) -> None:
    """Note up to which entry of the timeline somebody's tab is drawn."""
    drawn = update(Person).where(Person.slack_id == person).values(home_seen=seen)
    tx.session.execute(drawn.execution_options(**UNSYNCHRONISED))


def redraw_some(tx: Transaction) -> int:
    """Queue a drawing of the open tabs that have seen the least of what was done since; return how many.

    It costs the same however much was done and however many tabs are open. Called once a minute.
    """
    looking = (Person.home_opened_at > tx.real_now - WATCHED, Person.slack_id.is_not(None))
    stale = or_(Person.home_seen.is_(None), Person.home_seen < _NEWEST)
    longest = (Person.home_seen.asc().nulls_first(), Person.home_opened_at.desc())
    some = select(*_TAB).where(*looking, stale).order_by(*longest).limit(SWEPT)
    rows = tx.session.execute(some.with_for_update(skip_locked=True)).all()
    if rows:
        # Not drawn yet, but queued: the next minute is for others.
        drawn = update(Person).where(Person.id.in_([row.id for row in rows])).values(home_seen=_NEWEST)
        tx.session.execute(drawn.execution_options(**UNSYNCHRONISED))
        outbox.put_all(tx, None, *(home_of(row.slack_id, row.home_first or 0) for row in rows if row.slack_id))
    return len(rows)
