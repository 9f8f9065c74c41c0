"""A frozen replica: another takes over its effects, and it repeats nothing when it resumes."""

import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.crash import hasty
from tests.crash.aftermath import Aftermath
from tests.crash.company import company
from tests.crash.test_kill import chance  # noqa: F401 - a fixture

pytestmark = pytest.mark.crash

_ROUNDS = 2
_PEOPLE = ("noor", "ben", "cleo", "eli")
_ACCOUNTS = ("Acme", "Acme", "Globex", "Initech")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_a_frozen_replica_held_is_said_once(database_url: str, folder: Path, chance: random.Random) -> None:  # noqa: F811 - a fixture
    with company(database_url, folder, latency_ms=80) as place:
        frozen, other = place.hire(), place.hire()
        for bot in (frozen, other):
            bot.program = (sys.executable, hasty.__file__)
            bot.start()
        for bot in (frozen, other):
            bot.wait_ready()
        for _ in range(_ROUNDS):
            for who, account in zip(_PEOPLE, _ACCOUNTS, strict=True):
                place.fill_in(who, account)
            assert frozen.process is not None
            with place.together(_PEOPLE):
                time.sleep(chance.uniform(0.05, 0.6))
                os.kill(frozen.process.pid, signal.SIGSTOP)
                time.sleep(hasty.LEASE.total_seconds() + 2)
                os.kill(frozen.process.pid, signal.SIGCONT)
            place.come_to_rest()
        Aftermath(place).check()
