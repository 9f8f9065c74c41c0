"""`escalate run`."""

import asyncio
import gc
import signal
import sys

import click

from bot import logs, settings
from bot.app import build
from bot.commands import database
from bot.settings import Settings

# Seconds after which a thread yields to another (default 5 ms). Slack's requests need the event loop, which has to
# regain the interpreter after each network operation while transactions are computed beside it.
_SWITCH = 0.0001
# New objects after which the youngest are looked through, and rounds of it after which the older ones are. Often and
# shortly: each round stops everything, for a millisecond.
_COLLECT_AFTER = (2_000, 20)


@click.command()
def run() -> None:
    """Run the bot until it is stopped. On SIGHUP it rereads policy and directory."""
    sys.setswitchinterval(_SWITCH)
    loaded = settings.load()
    loaded.require_slack()
    logs.configure(loaded.log_level, loaded.log_format)
    with database.plain_errors():
        database.require_migrated(loaded.database_url)
        asyncio.run(_until_stopped(loaded))


async def _until_stopped(loaded: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    program = await build(loaded)
    loop.add_signal_handler(signal.SIGHUP, program.reload)
    started, stopped = asyncio.create_task(program.start()), asyncio.create_task(stop.wait())
    try:
        # Slack may be unavailable for long; stopping the bot meanwhile must not have to wait for it.
        await asyncio.wait((started, stopped), return_when=asyncio.FIRST_COMPLETED)
        if started.done():
            await started
            # Everything loaded by now stays. A full collection through it would pause the bot for a tenth of a second
            # each time, and with it somebody who has just pressed a button.
            gc.freeze()
            gc.set_threshold(*_COLLECT_AFTER)
            await stopped
    finally:
        started.cancel()
        stopped.cancel()
        await program.stop()
