"""A process that is frozen inside a transaction holds one escalation up for seconds, and the others not at all."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from bot.errors import Unavailable
from bot.models.escalation import Escalation
from bot.models.work import Timer
from bot.views.kit import ids
from tests.support.story import USERS, Story

PRESSING = ("ana", "dana", "eli", "omar")
# It changes the row and does not commit, as a replica that loses its machine halfway.
HOLD = """
import sys
from sqlalchemy import text
from bot.clock import SystemClock
from bot.database.engine import open_engine
from bot.database.transaction import Database
with Database(open_engine(sys.argv[1]), SystemClock()).transaction() as tx:
    tx.session.execute(text("UPDATE escalation SET summary = 'of the frozen one' WHERE id = :id"), {"id": sys.argv[2]})
    print("held", flush=True)
    sys.stdin.read()
"""
# PostgreSQL ends a session that idles inside a transaction (`test_database_limits`). Not this one, however slow the
# machine is.
FOR_LONG = "&options=-c%20idle_in_transaction_session_timeout%3D0"
# It declares from a form that reached it first, and freezes when all is written and nothing committed.
DECLARE = """
import os, signal, sys
from sqlalchemy import event
from bot import settings
from bot.app import build_services
from bot.services.declaring.declaration import Declaration
url, directory, view = sys.argv[1:]
services = build_services(settings.load(database_url=url, directory=directory))
@event.listens_for(services.database.engine, "commit")
def freeze(_connection):
    print("held", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
declaration = Declaration(account_id=None, new_account="Initech", summary="Slow", level="sev3")
services.declarations.declare(declaration, by="U01NOOR", request=view)
"""


@contextmanager
def frozen(database_url: str, number: int) -> Iterator[subprocess.Popen[bytes]]:
    """Freeze a process that holds the lock of an escalation's row, until it is killed."""
    words = [sys.executable, "-c", HOLD, f"{database_url}{FOR_LONG}", str(number)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own words
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            os.kill(process.pid, signal.SIGSTOP)
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_presses_about_the_row_that_a_frozen_process_holds_keep_nobody_else_waiting(
    story: Story, database_url: str
) -> None:
    held, other = story.declare(account="Acme", level="sev1"), story.declare(account="Globex", level="sev2")
    card = story.card(held)
    answers: dict[str, object] = {}

    def press(who: str) -> None:
        answers[who] = story.control.post(
            "press", user=USERS[who], action_id=ids.PRESS_ACKNOWLEDGE, channel=card.raw["channel"], ts=card.ts
        )

    with frozen(database_url, held) as process:
        pressing = [threading.Thread(target=press, args=(who,)) for who in PRESSING]
        for thread in pressing:
            thread.start()
        assert f"ESC-{other}" in str(ask(story, "list"))
        assert "Globex" in str(ask(story, f"status ESC-{other}"))
        ask(story, "")
        story._run(story.program.after_ack.finish())
        declared = story.control.post(
            "submit", user=USERS["noor"], values={"account": "Initech", "summary": "Slow", "level": "sev3"}
        )
        assert declared["result"] == "closed"
        for thread in pressing:
            thread.join()
        assert answers.keys() == set(PRESSING)
        story._run(story.program.after_ack.finish())
        for who in PRESSING:
            assert str(Unavailable()) in [message.text for message in story.messages(held, who)]
        # Timers of that row are passed over, and those of others fire.
        story._set(story.clock.at + timedelta(minutes=10))
        assert story._run(story.program.engine.tick.run()) > 0
        assert fired(story, other) > fired(story, held) == 0
        # Presses that wait for the row still would be saved now, which is fine, but leaves nothing to make up for.
        wait_until_all_have_given_up(database_url)
        process.kill()
        wait_until_free(database_url, held)
        story.settle()
        assert fired(story, held) > 0, "it is made up for as soon as the row is free"
    assert story.facts(held).summary == "Exports are down", "the frozen one's change is rolled back"
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(held))
    assert story.facts(held).acknowledged_at is not None


@pytest.mark.parametrize("then", [signal.SIGCONT, signal.SIGKILL], ids=["wakes", "dies"])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_sends_again_what_a_frozen_process_has_half_declared_keeps_the_form_and_declares_once(
    story: Story, database_url: str, folder: Path, then: signal.Signals
) -> None:
    story.command("noor")
    filled = {"account": "Initech", "summary": "Slow", "level": "sev3"}
    story.control.post("fill", user=USERS["noor"], values=filled)
    form = story.form("noor")
    url = f"{database_url}{FOR_LONG}"
    words = [sys.executable, "-c", DECLARE, url, str(folder / "directory.yml"), form.raw["id"]]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own words
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            # Slack saw no answer of the frozen one, so Noor presses again, and another process has it now.
            for _ in range(2):
                answer = story.control.post("submit", user=USERS["noor"], values={})
                assert answer["result"] == "errors"
                assert answer["errors"] == {form.inputs[-1]: str(Unavailable())}
                assert answer["view"]["state"] == form.raw["state"], "nothing that was typed is lost"
            process.send_signal(then)
            assert process.wait(30) == (0 if then is signal.SIGCONT else -signal.SIGKILL)
        finally:
            process.kill()
    again = story.submit("noor")
    assert again["result"] == "closed"
    with story.program.services.database.transaction() as tx:
        (number,) = tx.session.scalars(select(Escalation.id)).all()
    assert story.facts(number).summary == "Slow"
    assert f"ESC-{number}" in story.card(number).all_text


def fired(story: Story, number: int) -> int:
    """Return how many timers of an escalation have fired."""
    with story.program.services.database.transaction() as tx:
        mine = (Timer.escalation_id == number, Timer.fired_at.is_not(None))
        return tx.session.scalars(select(func.count()).select_from(Timer).where(*mine)).one()


def ask(story: Story, words: str) -> object:
    return story.control.post("command", user=USERS["noor"], channel="general", command="/escalate", text=words)


def wait_until_all_have_given_up(database_url: str) -> None:
    """Wait until no session waits for a lock, as long as `lock_timeout` lets them."""
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
    with psycopg.connect(database_url, autocommit=True) as connection:
        until = time.monotonic() + 20
        while connection.execute(waiting).fetchone() is not None:
            assert time.monotonic() < until, "somebody waits for a lock without end"
            time.sleep(0.05)


def wait_until_free(database_url: str, number: int) -> None:
    """Wait for the lock, as long as it takes PostgreSQL to notice that a session has ended."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET lock_timeout = '60s'")
        connection.execute("SELECT id FROM escalation WHERE id = %s FOR UPDATE", [number])
