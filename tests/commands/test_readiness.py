"""`/readyz` of a running bot answers while the database is locked or does not answer at all.

The lock, or the halt, lasts until the answer is there: that an answer comes is what shows that nobody waits for it.
"""

import contextlib
import json
import os
import resource
import signal
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from sandbox.server import Sandbox
from tests.commands.local_slack import local_slack, settings_for, until_ready
from tests.commands.program import Program

# Above what the bot grants itself (1.5 s), below what a waiting writer on SQLite takes (10 s) and a load balancer has.
_ANSWER_SECONDS = 5
_PATIENCE_SECONDS = 45
# The database is tried by writing to it every 15 s; here as often as it is asked about.
_OFTEN = "from bot.database import writable\nwritable.EVERY_SECONDS = 0"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with local_slack() as running:
        yield running


@contextmanager
def running(escalate: Program, sandbox: Sandbox) -> Iterator[tuple[str, int]]:
    """Run the bot until it is ready; hand out where it says so, and its process."""
    escalate.settings |= settings_for(sandbox) | {
        "ESCALATE_HTTP_PORT": "0",
        "ESCALATE_METRICS_PORT": "0",
        "ESCALATE_LOG_FORMAT": "json",
    }
    with escalate.process("run", first=_OFTEN) as bot:
        assert bot.stderr is not None
        address = next(line["health"] for line in map(json.loads, bot.stderr) if line["event"] == "ready")
        until_ready(address)
        try:
            yield address, bot.pid
        finally:
            bot.kill()


def asked(address: str) -> dict[str, Any]:
    """Return what it says, ready or not."""
    try:
        with urllib.request.urlopen(address, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - the bot's own address
            said: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        said = {**json.load(error), "status": error.code}
    assert said.get("status", 200) == (200 if said["ready"] else 503)
    return said


def until(address: str, *wanted: str) -> None:
    """Ask until the database is reported as wanted. Every single question is answered."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (said := asked(address)["database"]) not in wanted:
        assert time.monotonic() < deadline, said
        time.sleep(0.2)


def test_a_locked_sqlite_file_is_reported(with_sqlite: Program, sandbox: Sandbox) -> None:
    path = with_sqlite.settings["DATABASE_URL"].removeprefix("sqlite:///")
    with running(with_sqlite, sandbox) as (address, _):
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            until(address, "another process keeps it locked")
            asked(address)
            other.execute("ROLLBACK")
        until(address, "ok")


def test_a_file_that_cannot_grow_is_reported(with_sqlite: Program, sandbox: Sandbox) -> None:
    with running(with_sqlite, sandbox) as (address, process):
        unlimited = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (1, unlimited[1]))
        until(address, "its disk cannot be written")
        resource.prlimit(process, resource.RLIMIT_FSIZE, unlimited)
        until(address, "ok")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_postgresql_that_hangs_is_reported(with_database: Program, database_url: str, sandbox: Sandbox) -> None:
    mine = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with running(with_database, sandbox) as (address, _):
        with psycopg.connect(database_url) as other:
            backends = [row[0] for row in other.execute(mine)]
        for backend in backends:
            os.kill(backend, signal.SIGSTOP)
        try:
            until(address, "no answer within 1.5 s")
            asked(address)
        finally:
            for backend in backends:
                os.kill(backend, signal.SIGCONT)
        until(address, "ok")
