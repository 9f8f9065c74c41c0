"""`escalate doctor`: checks the installation and says how to repair it."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import click

from bot import __version__, settings
from bot.clock import SystemClock
from bot.commands import checks, database, paging_checks
from bot.commands.services import opened
from bot.commands.tables import table, terminal_width
from bot.commands.terminal import say, shown, write
from bot.database.engine import open_engine
from bot.database.transaction import Database
from bot.errors import BadInput
from bot.integrations.files import load_policy
from bot.policy.model.directory import Directory
from bot.services.operator.broken_rows import Progress
from bot.services.operator.doctor import Doctor, Retries
from bot.services.operator.findings import Finding, Grade
from bot.settings import Settings
from bot.views.kit.checks import find_validators_once
from bot.views.overview.listing import draw_everywhere

# In per cent.
_STEP = 5


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, in UTF-8.")
@click.option("--retry", is_flag=True, help="Retry what was given up, after fixing the cause.")
@click.option("--all", "everything", is_flag=True, help="Load every closed escalation too, which may take minutes.")
def doctor(*, as_json: bool, retry: bool, everything: bool) -> None:
    """Check what works, what does not, and what to do about it. Exit status 1: something is wrong."""
    if retry:
        _retry(as_json=as_json)
        return
    findings = _examine(_Steps() if everything else None)
    count = Counter(finding.state for finding in findings)
    if as_json:
        report = {"ok": not count[Grade.WRONG], "version": __version__, "findings": [asdict(each) for each in findings]}
        write(f"{shown(json.dumps(report, ensure_ascii=False, indent=2))}\n")
    else:
        say("\n".join(_lines(findings)))
    if count[Grade.WRONG]:
        say(f"Errors: {count[Grade.WRONG]}. Warnings: {count[Grade.LOOK]}.", err=True)
        sys.exit(1)
    if not as_json:
        say(f"\nNothing is wrong. Warnings: {count[Grade.LOOK]}.")


@dataclass
class _Steps:
    """Reports on stderr how far an examination is, at each twentieth."""

    reported: int = 0

    def __call__(self, done: int, total: int) -> None:
        """Report it if another twentieth is done."""
        step = 100 if done >= total else 100 * done // total // _STEP * _STEP
        if step > self.reported:
            self.reported = step
            say(f"Looked at {done:,} of {total:,} rows and escalations ({step} %).", err=True)


def _examine(progress: Progress | None) -> list[Finding]:
    try:
        loaded = settings.load()
    except BadInput as error:
        return [Finding("settings", Grade.WRONG, problem) for problem in error.problems]
    directory, of_directory = checks.of_directory(loaded.directory)
    of_database = checks.of_database(loaded.database_url)
    return [
        checks.of_settings(loaded),
        *checks.of_files(loaded.database_url),
        of_database,
        *checks.of_policy(loaded.policy, SystemClock().now().date()),
        # With a database it is looked at together with what admins have added in Slack.
        *(found for found in of_directory if found.state is Grade.WRONG or of_database.state is not Grade.OK),
        *paging_checks.of_paging(loaded, directory),
        *asyncio.run(checks.of_outside(loaded, directory)),
        *(_of_records(loaded, directory, progress) if of_database.state is Grade.OK else ()),
    ]


def _of_records(loaded: Settings, directory: Directory, progress: Progress | None) -> Sequence[Finding]:
    find_validators_once()
    try:
        policy = load_policy(loaded.policy)
    except BadInput:
        policy = None  # its problems are listed already
    # The bot keeps writing meanwhile.
    engine = open_engine(loaded.database_url, read_only=True)
    try:
        with database.plain_errors():
            doctor = Doctor(Database(engine, SystemClock()), directory, trial=draw_everywhere, policy=policy)
            return doctor.examine(progress)
    except BadInput as error:
        return [Finding("database", Grade.WRONG, problem) for problem in error.problems]
    finally:
        engine.dispose()


def _lines(findings: Sequence[Finding]) -> Sequence[str]:
    rows = []
    for finding in findings:
        rows.append(
            [finding.state.upper() if finding.state is Grade.WRONG else finding.state, finding.what, finding.says]
        )
        if finding.do:
            rows.append(["", "", f"→ {finding.do}"])
    return list(table(rows, terminal_width()))


def _retry(*, as_json: bool) -> None:
    with opened() as services:
        retried = Retries(services.declarations).everything()
    if as_json:
        write(f"{json.dumps(asdict(retried))}\n")
    else:
        say(f"Retried: {retried.effects} effects, {retried.timers} timers. See `escalate doctor` in a minute.")
