"""The program as a person meets it: called in this process where only words matter, started where the process does."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.__main__ import main
from bot.settings import Settings
from tests.support.schema_checks import checked_once

_LONGEST_S = 60
SETTINGS = tuple((info.alias or name).upper() for name, info in Settings.model_fields.items())


@dataclass(frozen=True)
class Said:
    """The output of a command. A traceback is never an answer."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of the standard output."""
        return self.out.splitlines()

    @property
    def problems(self) -> list[str]:
        """The lines of the standard error."""
        return self.err.splitlines()


@dataclass
class Program:
    """`escalate` in a folder of its own, with no setting but those given."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: Any, typed: str = "", **settings: str) -> Said:
        """Call a command in this process, with a text on its standard input."""
        environment = {**self.settings, **settings}
        with checked_once():
            result = CliRunner().invoke(main, [str(word) for word in words], input=typed, env=environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    @contextmanager
    def process(self, *words: Any, first: str = "", **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start the program as a process of its own; one that never ends is killed, so that reading of it does.

        `first` are lines of Python that it runs before anything else.
        """
        program = ["-c", f"{first}\nfrom bot.__main__ import main\nmain()"] if first else ["-m", "bot"]
        with self._start([*program, *words], settings, subprocess.PIPE) as process, _bounded(process):
            yield process

    def run(self, *words: Any, **settings: str) -> Said:
        """Start the program as a process of its own and wait for its end."""
        return _said(self._start(["-m", "bot", *words], settings, subprocess.PIPE))

    def script(self, text: str, **settings: str) -> Said:
        """Run a few lines of Python beside the program, in its folder and with its settings."""
        return _said(self._start(["-c", text], settings, subprocess.PIPE))

    @contextmanager
    def running(
        self, *words: Any, until: str, longest: float = _LONGEST_S, **settings: str
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start the program, wait until a line of its log or its greeting says so, and stop it as an operator would.

        It is killed after `longest` seconds.
        """
        with self._start(["-m", "bot", *words], settings, subprocess.STDOUT) as process, _bounded(process, longest):
            try:
                assert process.stdout is not None
                assert any(until.encode() in line for line in process.stdout), f"it never said {until!r}"
                yield process
            finally:
                process.terminate()
            assert process.wait(timeout=30) == 0

    def _start(self, words: Iterable[Any], settings: Mapping[str, str], errors: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the words are the test's own
            [sys.executable, *map(str, words)],
            cwd=self.folder,
            env=self._environment(settings),
            stdout=subprocess.PIPE,
            stderr=errors,
        )

    def file(self, name: str, content: str | bytes) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Return an environment without any setting of the machine's."""
        inherited = {name: value for name, value in os.environ.items() if name.upper() not in SETTINGS}
        return {**inherited, **self.settings, **settings}


@contextmanager
def _bounded(process: subprocess.Popen[bytes], longest: float = _LONGEST_S) -> Iterator[None]:
    watch = threading.Timer(longest, process.kill)
    watch.start()
    try:
        yield
    except BaseException:
        process.kill()
        raise
    finally:
        watch.cancel()


def _said(process: subprocess.Popen[bytes]) -> Said:
    with process:
        out, err = process.communicate(timeout=120)
    said = Said(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in said.err, said.err
    return said
