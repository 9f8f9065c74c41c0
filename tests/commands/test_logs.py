"""The log, as an operator reads it."""

import subprocess
import sys

from tests.support.story import ROOT

SAID = """
import logging
from bot import logs
logs.configure("warning", "console")
logging.getLogger("apscheduler.scheduler").warning("Execution of job skipped")
logging.getLogger("apscheduler.executors.default").warning("Run of job missed")
"""


def test_a_round_that_is_skipped_because_the_last_one_still_runs_is_no_news() -> None:
    done = subprocess.run([sys.executable, "-c", SAID], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert "Run of job missed" in done.stderr
    assert "skipped" not in done.stderr
