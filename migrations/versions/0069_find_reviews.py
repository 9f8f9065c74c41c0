"""Index the words of written reviews, for finding, as migration 0056 does for other texts.

Revises: 0068
"""

from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

_COLUMNS = ("story", "whys", "went_well", "went_wrong", "lucky")
_INDEX = "search_review"


def upgrade() -> None:
    """Make the index, and fill it."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"CREATE INDEX ix_{_INDEX} ON review USING gin (search_words({_said()}))")
        return
    op.execute(
        f"CREATE VIRTUAL TABLE {_INDEX} USING fts5(said, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
    )
    op.execute(f"INSERT INTO {_INDEX} (rowid, said) SELECT escalation_id, {_said()} FROM review")  # noqa: S608 - our own names
    op.execute(
        f"CREATE TRIGGER {_INDEX}_added AFTER INSERT ON review BEGIN "  # noqa: S608 - the same
        f"INSERT INTO {_INDEX} (rowid, said) VALUES (new.escalation_id, {_said('new.')}); END"
    )
    op.execute(
        f"CREATE TRIGGER {_INDEX}_changed AFTER UPDATE OF {', '.join(_COLUMNS)} ON review BEGIN "  # noqa: S608 - the same
        f"UPDATE {_INDEX} SET said = {_said('new.')} WHERE rowid = new.escalation_id; END"
    )
    op.execute(
        f"CREATE TRIGGER {_INDEX}_removed AFTER DELETE ON review BEGIN "  # noqa: S608 - the same
        f"DELETE FROM {_INDEX} WHERE rowid = old.escalation_id; END"
    )


def downgrade() -> None:
    """Drop it."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"DROP INDEX ix_{_INDEX}")
        return
    for event in ("added", "changed", "removed"):
        op.execute(f"DROP TRIGGER {_INDEX}_{event}")
    op.execute(f"DROP TABLE {_INDEX}")


def _said(row: str = "") -> str:
    return " || ' ' || ".join(f"coalesce({row}{column}, '')" for column in _COLUMNS)
