"""Index the words of escalations, updates and follow-ups, for finding.

On PostgreSQL these are GIN indexes over one function. On SQLite they are FTS5 tables that triggers keep: a later
migration that copies one of these tables has to make its triggers again.

Revises: 0055
"""

import unicodedata

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_TEXTS = {
    "escalation": ("summary", "description", "cause", "fixed", "closing_summary"),
    "posted_update": ("known", "internal_note", "customer_text"),
    "corrective_action": ("what",),
}


def _folding() -> tuple[str, str]:
    """Return small letters with accents, and the same without."""
    found = {}
    for code in range(0xDF, 0x250):
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0]
        if letter.islower() and base != letter and base.isascii() and base.isalpha():
            found[letter] = base
    return "".join(found), "".join(found.values())


def upgrade() -> None:
    """Make the indexes, and fill them."""
    if op.get_bind().dialect.name == "sqlite":
        for table, columns in _TEXTS.items():
            _fts5(table, columns)
        return
    accented, plain = _folding()
    op.execute(
        "CREATE FUNCTION search_words(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
        "SELECT to_tsvector('simple', translate(lower(regexp_replace("
        f"normalize(said, NFC), '[^[:alnum:]]+', ' ', 'g')), '{accented}', '{plain}')) $$"
    )
    for table, columns in _TEXTS.items():
        said = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
        op.execute(f"CREATE INDEX ix_search_{table} ON {table} USING gin (search_words({said}))")


def _fts5(table: str, columns: tuple[str, ...]) -> None:
    index = f"search_{table}"
    op.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5(said, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
    )
    of_row = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
    new = " || ' ' || ".join(f"coalesce(new.{column}, '')" for column in columns)
    op.execute(f"INSERT INTO {index} (rowid, said) SELECT id, {of_row} FROM {table}")  # noqa: S608 - our own names
    op.execute(
        f"CREATE TRIGGER {index}_added AFTER INSERT ON {table} BEGIN "  # noqa: S608 - the same
        f"INSERT INTO {index} (rowid, said) VALUES (new.id, {new}); END"
    )
    op.execute(
        f"CREATE TRIGGER {index}_changed AFTER UPDATE OF {', '.join(columns)} ON {table} BEGIN "  # noqa: S608 - the same
        f"UPDATE {index} SET said = {new} WHERE rowid = new.id; END"
    )
    op.execute(
        f"CREATE TRIGGER {index}_removed AFTER DELETE ON {table} BEGIN DELETE FROM {index} WHERE rowid = old.id; END"  # noqa: S608 - the same
    )


def downgrade() -> None:
    """Drop them."""
    for table in _TEXTS:
        if op.get_bind().dialect.name == "sqlite":
            for event in ("added", "changed", "removed"):
                op.execute(f"DROP TRIGGER search_{table}_{event}")
            op.execute(f"DROP TABLE search_{table}")
        else:
            op.execute(f"DROP INDEX ix_search_{table}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION search_words(text)")
