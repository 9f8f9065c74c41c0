"""The real process dies at any moment, and nothing is lost or repeated."""

import itertools
import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.crash.aftermath import Aftermath
from tests.crash.company import PEOPLE, Company, company, until

pytestmark = pytest.mark.crash

_ROUNDS = 2
_PEOPLE = ("noor", "ben", "cleo", "eli")
_ACCOUNTS = ("Acme", "Acme", "Globex", "Initech")
# Faults in Slack, each once a round: a response that never arrives, and one that is not Slack's.
_LOST = ("conversations.create", "conversations.invite", "chat.postMessage", "pins.add", "bookmarks.add")


@pytest.fixture
def chance() -> random.Random:
    """Return a random generator whose seed a failure shows; `CRASH_SEED` repeats it."""
    seed = int(os.environ.get("CRASH_SEED") or time.time_ns() % 1_000_000)
    print(f"CRASH_SEED={seed}")  # noqa: T201 - pytest shows it when the test fails
    return random.Random(seed)  # noqa: S311 - not for secrets


def test_whatever_was_accepted_is_there_once_however_often_the_process_dies(
    database_url: str, folder: Path, chance: random.Random
) -> None:
    with company(database_url, folder) as place:
        bot = place.hire()
        bot.start()
        for _ in range(_ROUNDS):
            _declare_while_it_dies(place, chance)
        place.come_to_rest()
        Aftermath(place).check()
        keys = [key for kind in ("clock breach", "update due") for key in _make_due_while_it_dies(place, chance, kind)]
        place.come_to_rest()
        Aftermath(place).fired(keys)
        Aftermath(place).check()


def test_what_was_written_down_in_a_crowd_survives_the_process_and_is_declared_once(
    database_url: str, folder: Path
) -> None:
    with company(database_url, folder) as place:
        bot = place.hire()
        bot.start()
        bot.wait_ready()
        for who, account in zip(PEOPLE, itertools.cycle(_ACCOUNTS)):
            place.fill_in(who, account)
        assert bot.process is not None
        # Held until everybody has submitted, so that all the forms arrive at the same moment.
        os.kill(bot.process.pid, signal.SIGSTOP)
        with place.together(list(PEOPLE)):
            time.sleep(1)
            os.kill(bot.process.pid, signal.SIGCONT)
            until(place.written_down, "a declaration is written down")
            _die(place, after=0)
            left_behind = place.written_down()
        assert left_behind, "it died too late to prove anything"
        place.come_to_rest()
        Aftermath(place).check()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_processes_share_the_work_and_one_continues_when_the_other_dies(
    database_url: str, folder: Path, chance: random.Random
) -> None:
    with company(database_url, folder) as place:
        doomed, survivor = place.hire(), place.hire()
        for bot in (doomed, survivor):
            bot.start()
        for bot in (doomed, survivor):
            bot.wait_ready()
        _fill_in(place)
        with place.together(_PEOPLE):
            pass
        place.come_to_rest()
        done = [bot.metric("escalate_effects_total", outcome="done") for bot in (doomed, survivor)]
        assert sum(done) == Aftermath(place).settled(), "no effect is carried out by both"
        _fill_in(place)
        with place.together(_PEOPLE):
            time.sleep(chance.uniform(0.02, 0.8))
            doomed.kill()
        place.come_to_rest()
        Aftermath(place).check()
        keys = place.make_due("clock breach")
        place.come_to_rest()
        Aftermath(place).fired(keys)
        Aftermath(place).check()


def _fill_in(place: Company) -> None:
    for who, account in zip(_PEOPLE, _ACCOUNTS, strict=True):
        place.fill_in(who, account)


def _declare_while_it_dies(place: Company, chance: random.Random) -> None:
    """Declare, kill the process meanwhile, and restart it."""
    _fill_in(place)
    for method in chance.sample(_LOST, 2):
        place.slack.control.post("faults", kind="lost", method=method, times=1)
    place.slack.control.post("faults", kind="status", method="chat.*", status=503, times=1)
    with place.together(_PEOPLE):
        _die(place, chance.uniform(0.02, 0.8))


def _make_due_while_it_dies(place: Company, chance: random.Random, kind: str) -> list[str]:
    """Make timers due, and kill the process while it fires them and delivers the results."""
    keys = place.make_due(kind)
    _die(place, chance.uniform(0.1, 1.2))
    return list(keys)


def _die(place: Company, after: float) -> None:
    time.sleep(after)
    place.bot.kill()
    place.bot.start()
