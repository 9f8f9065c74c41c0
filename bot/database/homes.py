"""Effects that draw a person's Home tab, and who has it open.

Slack says when the tab is opened, not when it is left: whoever opened it lately counts as looking at it.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.database.transaction import UNSYNCHRONISED, Transaction
from bot.models.account import Person
from bot.models.work import EffectKind

# Prefix of the keys of these effects; the rest is the person.
HOME = "home:"
# How long after it was opened a tab follows changes, on the real clock.
WATCHED: Final = timedelta(hours=3)
# The most tabs that one change redraws.
_MOST: Final = 8


def home_of(person: str, first: int = 0) -> NewEffect:
    """Return the effect that draws somebody's Home tab from an offset."""
    lane, payload = f"{HOME}{person}", {"person": person, "first": first}
    # Another excerpt is another drawing and must not be coalesced with the first.
    coalesce = f"{lane}:{first}" if first else lane
    return NewEffect(EffectKind.HOME, payload, lane=lane, coalesce=coalesce)


def note_opened(tx: Transaction, person: str, first: int) -> None:
    """Note that somebody looks at their Home tab, from an offset. A person we don't know yet is left out."""
    seen = {"home_opened_at": tx.real_now, "home_first": first}
    tx.session.execute(update(Person).where(Person.slack_id == person).values(seen).execution_options(**UNSYNCHRONISED))


def redraw_open(tx: Transaction, people: Collection[str]) -> None:
    """Queue a drawing of the Home tabs that some of these people look at, at the offset they are at.

    Several changes before it is delivered need one drawing.
    """
    looking = (Person.slack_id.in_(people), Person.home_opened_at > tx.real_now - WATCHED)
    rows = tx.session.execute(
        select(Person.slack_id, Person.home_first).where(*looking).order_by(Person.slack_id).limit(_MOST)
    ).all()
    outbox.put_all(tx, None, *(home_of(who, first or 0) for who, first in rows if who is not None))
