"""Conditions for finding escalations by words: the same on both databases, as far as they read words alike.

PostgreSQL has GIN indexes over the function `search_words`, SQLite has FTS5 tables; migrations 0056 and 0069 made both.
Every word is the beginning of one, without regard to case and accents.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, column, func, literal_column, or_, select, table
from sqlalchemy.orm import Session

from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.review import CorrectiveAction
from bot.models.review_document import ReviewDocument
from bot.models.updates import Update

# More words are left out: each costs a look into every index.
MOST_WORDS: Final = 6
_LONGEST: Final = 40
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "escalation": ("summary", "description", "cause", "fixed", "closing_summary"),
    "posted_update": ("known", "internal_note", "customer_text"),
    "corrective_action": ("what",),
    "review": ("story", "whys", "went_well", "went_wrong", "lucky"),
}


def words_of(text: str) -> Sequence[str]:
    """Return the words of a query, folded: letters and digits only, so that no operator of a database is left."""
    plain = "".join(each for each in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(each))
    parts = "".join(each if each.isalnum() else " " for each in plain).split()
    return tuple(dict.fromkeys(part[:_LONGEST] for part in parts))[:MOST_WORDS]


def having(session: Session, words: Sequence[str], named: Sequence[Collection[int]]) -> ColumnElement[bool]:
    """Return the condition for escalations that have every word; `named` are the accounts called so, word by word."""
    found = [
        or_(
            _has(session, Escalation.id, "escalation", word),
            Escalation.id.in_(select(Update.escalation_id).where(_has(session, Update.id, "posted_update", word))),
            Escalation.id.in_(
                select(CorrectiveAction.escalation_id).where(
                    _has(session, CorrectiveAction.id, "corrective_action", word)
                )
            ),
            Escalation.id.in_(
                select(ReviewDocument.escalation_id).where(_has(session, ReviewDocument.escalation_id, "review", word))
            ),
            Escalation.account_id.in_(sorted(accounts)),
        )
        for word, accounts in zip(words, named, strict=True)
    ]
    return and_(Escalation.id > 0, *found)


def updates_with(session: Session, words: Sequence[str], numbers: Collection[int]) -> Mapping[int, Update]:
    """Return, of each of some escalations, the newest update that has one of the words."""
    has = or_(Update.id < 0, *(_has(session, Update.id, "posted_update", word) for word in words))
    mine = select(Update).where(Update.escalation_id.in_(sorted(numbers)), has).order_by(Update.id)
    return {row.escalation_id: row for row in session.scalars(mine) if not reading.problem(row)}


def _has(session: Session, key: Any, name: str, word: str) -> ColumnElement[bool]:
    if session.get_bind().dialect.name == "sqlite":
        index = f"search_{name}"
        rows: Select[Any] = select(column("rowid")).select_from(table(index))
        chosen: ColumnElement[bool] = key.in_(rows.where(literal_column(index).op("MATCH")(f'"{word}"*')))
        return chosen
    said = " || ' ' || ".join(f"coalesce({name}.{each}, '')" for each in _TEXTS[name])
    query = func.to_tsquery(literal_column("'simple'"), f"{word}:*")
    return literal_column(f"search_words({said})").op("@@", is_comparison=True)(query)
