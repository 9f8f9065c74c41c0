"""`make audit` never takes what it could not look up for sound."""

import os
import shlex
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Nobody listens there.
NOWHERE = "http://127.0.0.1:1"


def audit() -> list[str]:
    """Return the command that `make audit` runs."""
    told = subprocess.run(["make", "-n", "audit"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - make is found where it is
    (line,) = [line for line in told.splitlines() if "pip-audit" in line]
    return shlex.split(line)


def test_what_cannot_be_looked_up_is_a_failure() -> None:
    assert "--strict" in audit()


def test_a_service_that_cannot_be_reached_is_a_failure(folder: Path) -> None:
    """Its cache is its own: what was looked up a moment ago would hide that nobody answers."""
    homes = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "PIP_CACHE_DIR"), str(folder))
    proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), NOWHERE)
    outside = {"NO_PROXY": "", "no_proxy": ""}
    said = subprocess.run(  # noqa: S603 - the Makefile's own words
        audit(),
        cwd=ROOT,
        env={**os.environ, **homes, **proxies, **outside},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode != 0
    assert "No known vulnerabilities" not in said.stdout + said.stderr
