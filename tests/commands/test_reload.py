"""A running bot and the files it goes by, as an operator meets them: SIGHUP, the log, the health port, the doctor."""

import json
import signal
from collections.abc import Iterator, Mapping
from typing import IO, Any

import pytest

from sandbox.server import Sandbox
from tests.commands.local_slack import local_slack, settings_for, until_ready
from tests.commands.program import Program

POLICY = "extends: sev\nname: own\nnext_review_on: 2199-01-01\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with local_slack() as running:
        yield running


def until(log: IO[bytes], event: str) -> Mapping[str, Any]:
    """Read the log up to a line of that event, and return it."""
    found: Mapping[str, Any] = next(line for line in map(json.loads, log) if line["event"] == event)
    return found


def test_on_sighup_a_broken_policy_is_said_everywhere_and_a_good_one_is_taken(
    with_sqlite: Program, sandbox: Sandbox
) -> None:
    file = with_sqlite.file("own.yml", POLICY)
    with_sqlite.settings |= settings_for(sandbox)
    with_sqlite.settings |= {
        "ESCALATE_HTTP_PORT": "0",
        "ESCALATE_METRICS_PORT": "0",
        "ESCALATE_LOG_FORMAT": "json",
        "ESCALATE_POLICY": str(file),
    }
    with with_sqlite.process("run") as bot:
        assert bot.stderr is not None
        health = until(bot.stderr, "ready")["health"]
        with_sqlite.file("own.yml", f"{POLICY}levels: 5\n")
        bot.send_signal(signal.SIGHUP)
        told = until(bot.stderr, "file invalid, keeping the last valid one")
        problem = f"{file}, line 4: levels: '5' is not a list; write keys and values below it"
        assert (told["what"], told["problems"]) == ("policy", [problem])
        # It serves as before: what is wrong is said beside its readiness.
        assert until_ready(health)["policy"] == f"the last good one stays in force, since {problem}"
        port = health.split(":")[2].partition("/")[0]
        report = json.loads(with_sqlite("doctor", "--json", ESCALATE_METRICS_PORT=port).out)
        wrong = {finding["what"]: finding["says"] for finding in report["findings"] if finding["state"] == "wrong"}
        assert wrong["policy"] == problem
        assert wrong["the bot"] == f"policy: the last good one stays in force, since {problem}"
        with_sqlite.file("own.yml", f"{POLICY}version: '2'\n")
        bot.send_signal(signal.SIGHUP)
        assert until(bot.stderr, "file reloaded")["path"] == str(file)
        bot.send_signal(signal.SIGTERM)
        rest = bot.stderr.read().decode()
        assert bot.wait(timeout=30) == 0
        assert "Traceback" not in rest
