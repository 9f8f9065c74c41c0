"""The command line: `escalate-sandbox`."""

import asyncio
import gc
import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox.errors import BadFile, Misuse

if TYPE_CHECKING:
    from sandbox.script import Step
    from sandbox.server import Sandbox

PATIENCE = 600.0
"""Seconds a script waits for an app to connect."""

LONGEST_LINE = 200

# The collector's threshold for new objects: loading creates hundreds of thousands that stay.
YOUNG_OBJECTS = 10_000


@click.command(context_settings={"max_content_width": 110})
@click.option("--port", default=8400, show_default=True, help="Where to listen on 127.0.0.1; 0 takes any free port.")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    help="YAML with the workspace, users, channels and usergroups. Without it: three people and two channels.",
)
@click.option(
    "--manifest",
    "manifests",
    multiple=True,
    type=click.Path(path_type=Path),
    help="The manifest of an app: its scopes, commands, shortcuts and events. Once for each app; without any, one app "
    "may do everything.",
)
@click.option(
    "--events-url",
    "events_urls",
    multiple=True,
    help="Send the app signed requests to this address instead of using Socket Mode; the first belongs to the first "
    "manifest.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the state in this file: go on where it ends, save what changes.",
)
@click.option("--latency-ms", default=0.0, show_default=True, help="How long each call of the Web API takes at least.")
@click.option(
    "--tiers",
    type=click.Choice(["strict", "off"]),
    default="strict",
    show_default=True,
    help="Slack's rate limits; off is for load benchmarks.",
)
@click.option(
    "--script",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Play these steps once somebody listens: YAML, each step a control call with its body, or `wait: seconds`.",
)
def main(
    *,
    port: int,
    workspace: Path | None,
    manifests: tuple[Path, ...],
    events_urls: tuple[str, ...],
    state: Path | None,
    latency_ms: float,
    tiers: str,
    script: Path | None,
) -> None:
    """Start a local Slack and serve it until Ctrl-C."""
    gc.set_threshold(YOUNG_OBJECTS)
    from sandbox import manifest, workspace_file  # noqa: PLC0415 - `--help` answers at once
    from sandbox import script as scripts  # noqa: PLC0415 - the same
    from sandbox.server import Sandbox  # noqa: PLC0415 - the same

    try:
        seed = workspace_file.read(workspace) if workspace else workspace_file.SAMPLE
        apps = [manifest.read(path) for path in manifests]
        steps = scripts.read(script) if script else []
    except BadFile as error:
        click.echo(f"escalate-sandbox: {error}", err=True)
        sys.exit(1)
    for path, app in zip(manifests, apps, strict=True):
        for warning in manifest.warnings(app):
            click.echo(f"escalate-sandbox: {path}: {warning}", err=True)
    sandbox = Sandbox(
        seed,
        apps,
        events_urls=events_urls,
        latency_ms=latency_ms,
        strict_tiers=tiers == "strict",
        state=state,
    )
    try:
        asyncio.run(_serve(sandbox, port, steps))
    except BadFile as error:
        click.echo(f"escalate-sandbox: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"escalate-sandbox: port {port}: {error.strerror}", err=True)
        sys.exit(1)


async def _serve(sandbox: "Sandbox", port: int, steps: "list[Step]") -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await sandbox.start(port)
    playing = loop.create_task(_play(sandbox, steps))
    try:
        gc.freeze()  # exempt everything loaded so far from collections, which would pause everybody
        click.echo(f"The sandbox is at {sandbox.url} and its Web API at {sandbox.api_url}")
        await stop.wait()
    finally:
        playing.cancel()
        await sandbox.stop()


async def _play(sandbox: "Sandbox", steps: "list[Step]") -> None:
    """Play a script once the first app is connected, and print how each step ended."""
    from sandbox.script import play  # noqa: PLC0415 - only with a script

    if not steps:
        return
    if not sandbox.apps[0].events_url:
        await sandbox.sockets.pick(sandbox.apps[0], within=PATIENCE)
    try:
        async for step, answer in play(steps, sandbox.interactions):
            click.echo(f"{step.name}: {json.dumps(answer)[:LONGEST_LINE]}")
    except Misuse as misuse:
        click.echo(f"escalate-sandbox: {misuse}", err=True)


if __name__ == "__main__":
    main()
