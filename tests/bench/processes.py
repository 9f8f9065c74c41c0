"""The bot and the sandbox as separate processes: started, waited for, killed and restarted."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.support.person import Control

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
NOT_INSTALLED = ROOT / "tests" / "bench" / "not_installed"
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-sandbox", "xapp-sandbox", "sandbox-signing-secret"

# Long enough for a machine that is busy with other things: only what never happens waits this long.
_PATIENCE = 60.0
_POLL = 0.005
_URL = re.compile(r"http://127\.0\.0\.1:\d+")


class DiedError(Exception):
    """A process ended or never became ready; the message is its last output."""


@dataclass
class Process:
    """A running program and its output."""

    popen: subprocess.Popen[bytes]
    said: Path

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self.popen.pid

    def kill(self) -> None:
        """Kill it."""
        self.popen.kill()
        self.popen.wait()

    def stop(self) -> None:
        """Terminate it and wait until it ended."""
        self.popen.send_signal(signal.SIGTERM)
        try:
            self.popen.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()

    def check(self) -> None:
        """Raise DiedError if it has ended unexpectedly."""
        if self.popen.poll() is not None:
            raise DiedError(f"exit status {self.popen.returncode}: {self.said.read_text()[-2000:]}")


def start(arguments: Sequence[str], said: Path, environment: Mapping[str, str] | None = None) -> Process:
    """Start a program in the folder of its output file."""
    # Installed packages have their bytecode already; the program gets only the settings given here.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "ESCALATE_"))}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    with said.open("ab") as output:
        popen = subprocess.Popen(  # noqa: S603 - our own programs
            [str(part) for part in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=said.parent,
            # This tree's code, even where the environment was installed from another one.
            env={**inherited, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), **(environment or {})},
        )
    return Process(popen, said)


@dataclass
class Slack:
    """A running sandbox."""

    process: Process
    url: str

    @property
    def control(self) -> Control:
        """Return its control API."""
        return Control(self.url)


@contextmanager
def slack(folder: Path, workspace: str, *, latency_ms: float = 0, events_url: str | None = None) -> Iterator[Slack]:
    """Run a sandbox without rate limits: only the bot is measured or broken."""
    (folder / "workspace.yml").write_text(workspace, encoding="utf-8")
    manifest = ROOT / "manifest.yml"
    if events_url:
        # Over HTTP Slack requests menu options only at a URL in the manifest.
        written = yaml.safe_load(manifest.read_text(encoding="utf-8"))
        interactivity = written["settings"]["interactivity"]
        interactivity |= {"request_url": events_url, "message_menu_options_url": events_url}
        manifest = folder / "manifest.yml"
        manifest.write_text(yaml.safe_dump(written), encoding="utf-8")
    arguments = ["--port", "0", "--workspace", "workspace.yml", "--manifest", str(manifest)]
    arguments += ["--tiers", "off", "--latency-ms", str(latency_ms)]
    arguments += ["--events-url", events_url] if events_url else []
    process = start([str(PROGRAMS / "escalate-sandbox"), *arguments], folder / "sandbox.log")
    try:
        yield Slack(process, _url(process))
    finally:
        process.stop()


def _url(process: Process) -> str:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found = _URL.search(process.said.read_text())
        if found:
            return found.group()
        process.check()
        time.sleep(_POLL)
    raise DiedError("the sandbox never said where it is")


def free_port() -> int:
    """Return a port that is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Bot:
    """The bot: `escalate run` with settings, started any number of times."""

    folder: Path
    slack_url: str
    database_url: str
    directory: str
    port: int
    over_http: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    name: str = "bot"
    program: Sequence[str] = (str(PROGRAMS / "escalate"), "run")
    process: Process | None = None
    metrics_port: int = field(default_factory=free_port)

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings as environment variables."""
        file = self.folder / f"{self.name}-directory.yml"
        if not file.exists():
            file.write_text(self.directory, encoding="utf-8")
        transport = {"SLACK_SIGNING_SECRET": SIGNING_SECRET} if self.over_http else {"SLACK_APP_TOKEN": APP_TOKEN}
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_API_URL": f"{self.slack_url}/api/",
            "DATABASE_URL": self.database_url,
            "ESCALATE_DIRECTORY": str(file),
            "ESCALATE_HTTP_PORT": str(self.port),
            "ESCALATE_METRICS_PORT": str(self.metrics_port),
            "ESCALATE_LOG_FORMAT": "json",
            # Installed for the tests, and loaded by others if they are there: the bot is measured without.
            "PYTHONPATH": f"{NOT_INSTALLED}:{ROOT}",
            **transport,
            **self.settings,
        }

    @property
    def said(self) -> Path:
        """Return the file with its log."""
        return self.folder / f"{self.name}.log"

    def start(self) -> Process:
        """Start it, without waiting."""
        self.process = start(self.program, self.said, self.environment)
        return self.process

    def wait_ready(self) -> None:
        """Wait until it reports itself ready."""
        if self.process is None:
            raise DiedError("it has not been started")
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self.is_ready():
                return
            self.process.check()
            time.sleep(_POLL)
        raise DiedError(f"not ready: {self.said.read_text()[-2000:]}")

    def is_ready(self) -> bool:
        """Return True if it reports itself ready."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def metric(self, name: str, **labels: str) -> float:
        """Return the sum of a metric over all series with these labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=5) as answer:
            families = text_string_to_metric_families(answer.read().decode())
        samples = [sample for family in families for sample in family.samples if sample.name == name]
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    def kill(self) -> None:
        """Kill it."""
        if self.process is not None:
            self.process.kill()

    def stop(self) -> None:
        """Stop it in order."""
        if self.process is not None:
            self.process.stop()

    def log(self) -> list[dict[str, object]]:
        """Return its log entries, without a line cut off by a kill."""
        entries = []
        for line in self.said.read_text(errors="replace").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                entries.append(entry)
        return entries
