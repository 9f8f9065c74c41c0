"""`escalate demo`: a local Slack and the bot together, with sample people, accounts and a past. No setup needed."""

import asyncio
import fcntl
import os
import signal
import socket
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import click
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import logs, settings
from bot.app import build, build_services
from bot.clock import ManualClock
from bot.commands.demonstration import stories, welcome
from bot.commands.demonstration.buttons import Buttons
from bot.commands.demonstration.clock import FollowingClock, SkippingClock
from bot.commands.demonstration.replay import replay
from bot.commands.demonstration.walk import Walk
from bot.commands.migrating import upgrade
from bot.commands.terminal import say
from bot.database.engine import open_engine
from bot.integrations.slack.sockets import SocketTransport
from bot.models.timeline import TimelineEntry
from bot.program import Program
from bot.settings import Settings
from sandbox import manifest, script, workspace_file
from sandbox.errors import BadFile
from sandbox.script import Step
from sandbox.server import Sandbox

_SAMPLES = files("bot.commands.samples")
_STATE = Path("var/demo")
_MANIFEST = Path("manifest.yml")
_GENERAL = "C01GENERAL"
# Any key of the right length is good in the stand-in for PagerDuty.
_ROUTING_KEY = "demo" * 8
# A faster clock would run away from the loops, and what they do would come late: the rest is walked, step by step.
_STEADY = 60.0
_STEP_SECONDS = 1.0
# Messages younger than this are unread when the demonstration begins.
_UNREAD = timedelta(minutes=20)


@click.command()
@click.option(
    "--port",
    default=8400,
    show_default=True,
    type=click.IntRange(0, 65_534),
    help="The page's port; the bot's health is on the next one. 0: any free ports.",
)
@click.option("--keep", is_flag=True, help="Keep the state of the last run.")
@click.option("--empty", is_flag=True, help="Start without a past.")
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.1, 100_000),
    help="How fast the bot's clock runs.",
)
def demo(*, port: int, keep: bool, empty: bool, speed: float) -> None:
    """Start a local Slack and the bot together, with sample people, accounts and a past."""
    logs.configure("warning", "console")
    try:
        with as_file(_SAMPLES) as samples:
            asyncio.run(_run(samples, port=port, keep=keep, empty=empty, speed=speed))
    except BadFile as error:
        raise click.ClickException(f"{error}; run the demo in the project's folder") from error
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port} ({error.strerror}); try PORT=8500") from error


async def _run(samples: Path, *, port: int, keep: bool, empty: bool, speed: float) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    _claim(port)
    _prepare(keep=keep)
    database_url = f"sqlite:///{_STATE / 'escalate.db'}"
    await asyncio.to_thread(upgrade, database_url)
    seed, app = workspace_file.read(samples / "workspace.yml"), manifest.read(_MANIFEST)
    is_new = not (_STATE / "sandbox.json").exists()
    sandbox = Sandbox(seed, [app], state=_STATE / "sandbox.json")
    await sandbox.start(port)
    loaded = settings.load(
        slack_bot_token=sandbox.bot_token,
        slack_app_token=sandbox.app_token,
        slack_api_url=sandbox.api_url,
        database_url=database_url,
        directory=samples / "directory.yml",
        policy=str(samples / "policy.yml"),
        http_port=port + 1 if port else 0,
        metrics_port=port + 2 if port else 0,
        log_level="warning",
        public_url=f"http://127.0.0.1:{port + 1}" if port else None,
        pagerduty_routing_key=_ROUTING_KEY,
        pagerduty_url=f"{sandbox.url}/pagerduty",
        pagerduty_webhook_secret=sandbox.pager.webhooks.secret,
        pagerduty_token="sandbox",  # noqa: S106 - any token is good in the stand-in
        smtp_url=await sandbox.mailbox.start(),
        mail_from="Escalate <escalate@example.com>",
        mail_answers="answers.example.com",
        mail_webhook_secret=sandbox.mailbox.secret,
    )
    people = {user.name: user.id for user in seed.users}
    await _load_accounts(loaded, samples)
    if is_new:
        await _furnish(sandbox, loaded, samples, people, empty=empty)
    started_at = await asyncio.to_thread(_not_before, database_url)
    # Time that an earlier run has skipped stays skipped, on both clocks.
    now = max(started_at.timestamp(), sandbox.clock.now())
    sandbox.clock.set(now=now, speed=min(speed, _STEADY))
    real_clock = SkippingClock(timedelta(seconds=max(0.0, now - time.time())))
    sandbox.pager.state.users = {user.email: user.real_name for user in seed.users if user.email and not user.deleted}
    program = await build(loaded, clock=FollowingClock(sandbox.clock.now), real_clock=real_clock)
    _connect(program, sandbox, real_clock)
    sandbox.pager.webhooks.url = f"http://127.0.0.1:{program.listener.port}/pagerduty"
    sandbox.mailbox.answers_url = f"http://127.0.0.1:{program.listener.port}/mail/inbound"
    sandbox.mailbox.signed_at = lambda: real_clock.now().timestamp()
    await program.start()
    _say_where(sandbox.url, program.metrics_listener.port, speed)
    hurry = asyncio.create_task(_hurry(sandbox, (speed - _STEADY) * _STEP_SECONDS))
    await stop.wait()
    say("\nStopping both …")
    hurry.cancel()
    # Time that is being let pass needs both.
    await sandbox.clock.halt()
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


async def _load_accounts(loaded: Settings, samples: Path) -> None:
    services = build_services(loaded)
    source = samples / "accounts.csv"
    await services.core.run(services.account_import.load, source.read_bytes(), source.name)
    services.core.close()


async def _furnish(
    sandbox: Sandbox, loaded: Settings, samples: Path, people: Mapping[str, str], *, empty: bool
) -> None:
    """Make the past, unless it is to be empty, and greet everybody."""
    client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
    waiting, now = None, datetime.now(UTC)
    users = sandbox.workspace.users
    here = {name: who for name, who in people.items() if not users[who].deleted and not users[who].team_id}
    with sandbox.unobserved():
        if not empty:
            say("\n  Making a past of some forty escalations (EMPTY=1 starts without) …")
            clock = ManualClock(now)
            # The past rang nobody outside Slack, and mailed nobody.
            quiet = loaded.model_copy(update={"pagerduty_routing_key": None, "smtp_url": None})
            async with replay(quiet, client, clock) as past:
                await past.live(samples / "past.yml", people, lambda at: _show(sandbox, at), until=now)
                waiting = await past.services.core.run(past.waiting)
            await _talk(sandbox, samples / "past.yml", here, now)
        _show(sandbox, now)
        await welcome.greet(client, here, channel=_GENERAL, waiting=waiting)


def _show(sandbox: Sandbox, at: datetime) -> None:
    sandbox.clock.set(now=at.timestamp())


async def _talk(sandbox: Sandbox, path: Path, people: Mapping[str, str], now: datetime) -> None:
    """Post what people said, and mark as read what is older than the last minutes."""
    for remark in stories.remarks(path, now):
        _show(sandbox, remark.at)
        said = {"user": remark.by, "channel": remark.channel, "text": remark.text}
        await _play(sandbox, Step("message", said))
    read_until = f"{(now - _UNREAD).timestamp():.6f}"
    for channel in sandbox.workspace.channels.values():
        for person in people.values():
            if person in channel.members:
                await _play(sandbox, Step("read", {"user": person, "channel": channel.id, "ts": read_until}))


async def _play(sandbox: Sandbox, step: Step) -> None:
    async for _ in script.play([step], sandbox.interactions):
        pass


def _connect(program: Program, sandbox: Sandbox, real_clock: SkippingClock) -> None:
    """Move both clocks when one moves, and answer the buttons of "Try this"."""

    async def forward(seconds: float) -> None:
        await sandbox.machinery.let_pass(seconds)

    sandbox.clock.stops = Walk(program, real_clock).stops
    if isinstance(program.transport, SocketTransport):
        Buttons(program.transport.app, program.settings.command, forward).listen()


async def _hurry(sandbox: Sandbox, seconds: float) -> None:
    """Move the clock on by so much more with each second, if any. Everything due on the way comes when it is due."""
    while seconds > 0:
        await asyncio.sleep(_STEP_SECONDS)
        await sandbox.machinery.let_pass(seconds, is_shown=False)


def _say_where(url: str, health_port: int, speed: float) -> None:
    hurried = f"    Clock   {speed:g} times as fast as yours\n" if speed != 1 else ""
    say(
        f"""
  Escalate and a local Slack are running.

    Open    {url}/
    Pager   {url}/pager
    Mail    {url}/mail
    Health  http://127.0.0.1:{health_port}/readyz
{hurried}
  "Try this" in #general has five steps. Ctrl-C ends both; KEEP=1 keeps what happened for the next time.
"""
    )
