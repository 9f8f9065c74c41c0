"""SQLite files to begin stories from: the accounts and people nearly all of them have, made once in each process.

Loading the accounts and looking everybody up in Slack took half of the time before a story begins.
"""

import shutil
import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

_FILES: dict[Hashable, Path] = {}


def restore(database_url: str, beginning: Hashable, prepare: Callable[[str], None]) -> bool:
    """Fill an empty SQLite database with a beginning, which `prepare` makes in a database of its own the first time.

    Returns False, and changes nothing, if this is no SQLite database or something is in it already.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or not _is_new(url.database):
        return False
    here = Path(url.database)
    if beginning not in _FILES:
        file = here.with_name(f"settled-{len(_FILES)}.db")
        shutil.copy(here, file)
        # The last connection to be closed leaves everything in this one file.
        prepare(f"sqlite:///{file}")
        _FILES[beginning] = file
    shutil.copy(_FILES[beginning], here)
    return True


def _is_new(path: str) -> bool:
    with closing(sqlite3.connect(path)) as database:
        [[rows]] = database.execute("SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM effect)")
    return bool(rows == 0)
