"""A local Slack for commands that talk to it."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox import manifest
from sandbox.server import Sandbox, in_thread
from sandbox.workspace_file import ChannelSeed, Seed, UserSeed, WorkspaceSeed

ROOT = Path(__file__).resolve().parents[2]
_BOT = "U0SANDBOX1"


@contextmanager
def local_slack(*, without: str | None = None, feed: str = "escalations") -> Iterator[Sandbox]:
    """Serve a workspace in which the bot is in its feed; `without` takes a scope away from it."""
    app = manifest.read(ROOT / "manifest.yml")
    seed = Seed(
        workspace=WorkspaceSeed(id="T01TEST", name="Test Corp", domain="test-corp"),
        users=(UserSeed(id="U01ANA", name="ana", real_name="Ana Ruiz", email="ana@example.com"),),
        channels=(ChannelSeed(id="C01FEED", name=feed, members=("U01ANA", _BOT)),),
    )
    granted = (app.scopes or frozenset()) - {without}
    with in_thread(Sandbox(seed, [replace(app, scopes=granted)])) as sandbox:
        yield sandbox


def settings_for(sandbox: Sandbox) -> dict[str, str]:
    """Return the settings of a bot in that workspace."""
    return {
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
    }


def until_ready(address: str) -> Any:
    """Ask until everything is well, as a load balancer does."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - the bot's own address
                return json.load(answer)
        except urllib.error.HTTPError:
            time.sleep(0.1)
    raise AssertionError(address)
