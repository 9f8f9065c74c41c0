"""Starting and stopping the bot as an operator does: as a process."""

import json
import signal
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.server import Sandbox
from tests.commands.local_slack import local_slack, settings_for, until_ready
from tests.commands.program import Program, Said
from tests.support.person import Control


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with local_slack() as running:
        yield running


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[Control]:
    """Hand out the means to let Slack misbehave for one test."""
    yield Control(sandbox.url)
    Control(sandbox.url).delete("faults")


@pytest.fixture
def ready(with_sqlite: Program, sandbox: Sandbox) -> Program:
    with_sqlite.settings |= settings_for(sandbox) | {
        "ESCALATE_HTTP_PORT": "0",
        "ESCALATE_METRICS_PORT": "0",
        "ESCALATE_LOG_FORMAT": "json",
    }
    return with_sqlite


def answer(said: Said) -> str:
    """Return the last thing that was said, after the log."""
    assert (said.status, said.out) == (1, "")
    return said.problems[-1]


def test_the_bot_starts_is_ready_and_stops_on_request(ready: Program) -> None:
    # The zone of the machine, which may be none, has no say.
    with ready.process("run", TZ="Foo/Bar") as bot:
        assert bot.stderr is not None
        says = next(line for line in map(json.loads, bot.stderr) if line["event"] == "ready")
        parts = until_ready(says["health"])
        assert parts == {"ready": True, "database": "ok", "slack": "ok", "tick": "ok"}
        bot.send_signal(signal.SIGTERM)
        rest = bot.stderr.read().decode()
        assert bot.wait(timeout=30) == 0
        assert "Traceback" not in rest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_slack_keeps_its_door_shut_is_heard(
    ready: Program, control: Control, number: signal.Signals
) -> None:
    control.post("faults", method="apps.connections.open", kind="ratelimited", retry_after=600)
    with ready.process("run") as bot:
        assert bot.stderr is not None
        assert any(b"Rate limited" in line for line in bot.stderr)
        bot.send_signal(number)
        rest = bot.stderr.read().decode()
        assert bot.wait(timeout=30) == 0
        assert "Traceback" not in rest


def test_a_token_that_slack_does_not_accept_is_reported(ready: Program) -> None:
    said = ready.run("run", SLACK_BOT_TOKEN="xoxb-other")
    assert answer(said) == "SLACK_BOT_TOKEN: Slack does not accept it (invalid_auth)."
    said = ready.run("run", SLACK_APP_TOKEN="xapp-other")
    assert answer(said) == "SLACK_APP_TOKEN: Slack opens no socket with it (invalid_auth)."
    said = ready.run("run", SLACK_APP_TOKEN=ready.settings["SLACK_BOT_TOKEN"])
    assert answer(said) == "SLACK_APP_TOKEN: Slack opens no socket with it (not_allowed_token_type)."


def test_an_address_that_is_not_slacks_is_reported(ready: Program, sandbox: Sandbox) -> None:
    said = ready.run("run", SLACK_API_URL=sandbox.url)
    assert answer(said) == f"SLACK_API_URL: what answers is not Slack at {sandbox.url}/."
    said = ready.run("run", SLACK_API_URL="http://127.0.0.1:1/api/")
    assert answer(said).startswith("SLACK_API_URL: Slack cannot be reached at http://127.0.0.1:1/api/ (")
    said = ready.run("run", SLACK_API_URL="nonsense")
    assert answer(said).startswith("SLACK_API_URL: Slack cannot be reached at nonsense/ (")


@pytest.mark.parametrize(
    ("fault", "why"), [({"kind": "status", "status": 502}, "status 502"), ({"kind": "ratelimited"}, "ratelimited")]
)
def test_a_slack_that_fails_now_is_reported(ready: Program, control: Control, fault: dict[str, Any], why: str) -> None:
    control.post("faults", method="auth.test", **fault)
    said = ready.run("run")
    assert answer(said) == f"SLACK_API_URL: Slack cannot be reached at {ready.settings['SLACK_API_URL']} ({why})."


def test_a_port_that_is_taken_is_reported(ready: Program) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = ready.run("run", ESCALATE_HTTP_PORT=str(port))
    assert answer(said) == (
        f"ESCALATE_HTTP_PORT: cannot listen on 127.0.0.1:{port} (Address already in use); choose another."
    )


def test_one_port_for_both_is_reported(ready: Program) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    said = ready.run("run", ESCALATE_HTTP_PORT=port, ESCALATE_METRICS_PORT=port)
    assert answer(said) == (
        f"ESCALATE_METRICS_PORT: cannot listen on 127.0.0.1:{port} (Address already in use); choose another."
    )


def test_a_broken_policy_never_starts_the_bot(ready: Program) -> None:
    file = ready.file("own.yml", "extends: sev\nname: own\nlevels: 5\n")
    said = ready.run("run", ESCALATE_POLICY=str(file))
    assert answer(said) == f"{file}, line 3: levels: '5' is not a list; write keys and values below it"


def test_over_http_the_bot_is_ready_without_a_socket(ready: Program) -> None:
    with ready.running("run", until='"event": "ready"', SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="s") as bot:
        assert bot.poll() is None
