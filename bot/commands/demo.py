"""`escalate demo`: a local Slack and the bot together, with sample people and accounts. No setup needed."""

import asyncio
import fcntl
import os
import signal
import socket
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import logs, settings
from bot.app import build, build_services
from bot.clock import FastClock
from bot.commands.migrating import upgrade
from bot.database.engine import open_engine
from bot.models.timeline import TimelineEntry
from bot.program import Program
from bot.settings import Settings
from sandbox import manifest, workspace_file
from sandbox.errors import BadFile
from sandbox.server import Sandbox

_SAMPLES = files("bot.commands.samples")
_STATE = Path("var/demo")
_MANIFEST = Path("manifest.yml")


@click.command()
@click.option(
    "--port",
    default=8400,
    show_default=True,
    type=click.IntRange(0, 65_534),
    help="The page's port; the bot's health is on the next one. 0: any free ports.",
)
@click.option("--keep", is_flag=True, help="Keep the state of the last run.")
@click.option("--speed", default=1.0, show_default=True, type=click.FloatRange(0.1, 100_000), help="The bot's clock.")
def demo(*, port: int, keep: bool, speed: float) -> None:
    """Start a local Slack and the bot together, with sample people and accounts."""
    logs.configure("warning", "console")
    try:
        with as_file(_SAMPLES) as samples:
            asyncio.run(_run(samples, port=port, keep=keep, speed=speed))
    except BadFile as error:
        raise click.ClickException(f"{error}; the demonstration is run in the folder of the project") from error
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port} ({error.strerror}); try PORT=8500") from error


async def _run(samples: Path, *, port: int, keep: bool, speed: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    _claim(port)
    _prepare(keep=keep)
    database_url = f"sqlite:///{_STATE / 'escalate.db'}"
    await asyncio.to_thread(upgrade, database_url)
    seed, app = workspace_file.read(samples / "workspace.yml"), manifest.read(_MANIFEST)
    sandbox = Sandbox(seed, [app], state=_STATE / "sandbox.json")
    await sandbox.start(port)
    loaded = settings.load(
        slack_bot_token=sandbox.bot_token,
        slack_app_token=sandbox.app_token,
        slack_api_url=sandbox.api_url,
        database_url=database_url,
        directory=samples / "directory.yml",
        http_port=port + 1 if port else 0,
        metrics_port=port + 2 if port else 0,
        log_level="warning",
    )
    clock = FastClock(speed, started_at=await asyncio.to_thread(_not_before, database_url))
    sandbox.clock.set(now=clock.now().timestamp(), speed=speed)
    program = await _bot(loaded, samples, clock)
    _welcome(sandbox.url, program.metrics_listener.port, speed)
    await stop.wait()
    click.echo("\nStopping both …")
    await program.stop()
    await sandbox.stop()


def _claim(port: int) -> None:
    """Raise OSError if another demo runs here or on these ports: its state is not ours to delete."""
    _STATE.mkdir(parents=True, exist_ok=True)
    lock = os.open(_STATE.parent / "demo.lock", os.O_CREAT | os.O_RDWR)  # held until the process ends
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise click.ClickException("a demo is already running here; stop it first (Ctrl-C)") from error
    for number in {port, port + 1} - {0, 1}:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", number))


def _prepare(*, keep: bool) -> None:
    _STATE.mkdir(parents=True, exist_ok=True)
    if not keep:
        for old in _STATE.iterdir():
            old.unlink()


def _not_before(database_url: str) -> datetime:
    """Return the current time or, if an earlier run's clock was ahead, the time it had reached."""
    engine = open_engine(database_url)
    with Session(engine) as session:
        reached = session.scalars(select(func.max(TimelineEntry.at))).one_or_none()
    engine.dispose()
    now = datetime.now(UTC)
    return max(now, reached) if reached else now


async def _bot(loaded: Settings, samples: Path, clock: FastClock) -> Program:
    services = build_services(loaded, clock=clock)
    source = samples / "accounts.csv"
    await services.core.run(services.account_import.load, source.read_bytes(), source.name)
    services.core.close()
    program = await build(loaded, clock=clock)
    await program.start()
    return program


def _welcome(url: str, health_port: int, speed: float) -> None:
    hurried = (
        f"\n  The bot's clock runs {speed:g} times faster: a minute of yours is {speed:g} of its own."
        if speed != 1
        else ""
    )
    click.echo(
        f"""
  Escalate and a local Slack are running.

    Open    {url}/
    Health  http://127.0.0.1:{health_port}/readyz
{hurried}
  What to try first, as Ana in #general:

    1. Type  /escalate acme export is down  and choose what describes it best.
    2. Watch #esc-acme-… appear with the right people in it; press Acknowledge on the card as Dana.
    3. Post an update; see who is reminded and paged when the next one is late (SPEED=60 makes that a minute's wait).
    4. Mitigate, resolve with the customer's word, close, reopen.

  Ctrl-C ends both; KEEP=1 keeps what happened for the next time.
"""
    )
