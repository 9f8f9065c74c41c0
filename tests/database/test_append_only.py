"""The database refuses to change or remove rows of append-only tables, whatever code asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot.policy.model.directory import EntryKind
from bot.services.directory.directory_changes import store
from tests.support.story import Story
from tests.support.story import story as told

CHANGES = (
    "UPDATE timeline SET reason = 'nothing happened'",
    "UPDATE timeline SET actor = 'U01ANA' WHERE id = (SELECT min(id) FROM timeline)",
    "DELETE FROM timeline",
    "DELETE FROM timeline WHERE id = (SELECT min(id) FROM timeline)",
    "UPDATE directory_change SET \"by\" = 'U01ANA'",
    "DELETE FROM directory_change",
    "UPDATE policy_change SET owner = 'U01ANA'",
    "DELETE FROM policy_change",
)

# In SQLite, replacing a row fires no trigger of deletions.
REPLACED = tuple(
    f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"  # noqa: S608 - the names are ours
    for table in ("timeline", "directory_change", "policy_change")
)


@pytest.fixture
def begun(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story with one escalation and one change of the directory."""
    with told(database_url, folder) as story:
        story.declare()
        with story.program.services.database.transaction() as tx:
            store(tx, EntryKind.FALLBACK, "vp", {"person": "U01DANA"}, by="U01MARIA")
        story.program.services.policy_history.note()
        yield story


def test_the_database_refuses_to_change_or_remove_what_is_only_added(begun: Story) -> None:
    database = begun.program.services.database
    for statement in (*CHANGES, *(REPLACED if database.engine.dialect.name == "sqlite" else ())):
        with pytest.raises(DatabaseError, match="append-only"), database.transaction() as tx:
            tx.session.execute(text(statement))
    with database.transaction() as tx:
        assert tx.session.scalar(text("SELECT count(*) FROM timeline WHERE actor != 'U01ANA'"))
        assert tx.session.scalar(text("SELECT count(*) FROM directory_change")) == 1
