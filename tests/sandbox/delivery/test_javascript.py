"""A program for Bolt for JavaScript runs against the sandbox as it would against Slack, where Node is found."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.server import Sandbox
from tests.sandbox.world import Person, Watch

RECIPE = Path(__file__).parents[3] / "sandbox" / "recipes" / "slack-api-url.cjs"
PROGRAM = Path(__file__).with_name("program.mjs")
INSTALLED = Path(__file__).parents[3] / "var" / "bolt-for-javascript"
BOLT = "@slack/bolt@4"


@pytest.fixture(scope="module")
def bolt() -> Path:
    """Install Bolt once, beside what else is local to this checkout, and return the folder to run in."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node and npm are not here")
    if not (INSTALLED / "node_modules" / "@slack" / "bolt").is_dir():
        INSTALLED.mkdir(parents=True, exist_ok=True)
        install = [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(INSTALLED), BOLT]
        try:
            subprocess.run(install, check=True, capture_output=True, timeout=120)  # noqa: S603 - nothing in it is from outside
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"npm could not install {BOLT}: {error}")
    shutil.copy(PROGRAM, INSTALLED / PROGRAM.name)
    return INSTALLED


async def _ask(sandbox: Sandbox, person: Person) -> None:
    """Talk with the program's assistant."""
    shown, said = Watch(sandbox, "agent_thread_changed"), Watch(sandbox, "message_posted")
    opened = await person.do("assistant", user="ana", channel="general")
    await shown.for_times(2)  # opened, and the prompts
    at = {"channel": opened["channel"], "thread_ts": opened["thread_ts"]}
    await person.do("message", user="ana", text="Hello", **at)
    await said.for_times(4)
    messages = [message["text"] for message in await person.messages("ana", **at)]
    assert messages == ["Hello", "Ask me", "Hello", "You look at <#C01GENERAL>"]


async def test_bolt_for_javascript_over_socket_mode(bolt: Path, sandbox: Sandbox, person: Person) -> None:
    published = Watch(sandbox, "home_published")
    settings = {
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
        "SLACK_API_URL": sandbox.api_url,
    }
    process = await asyncio.create_subprocess_exec(
        "node",
        PROGRAM.name,
        cwd=bolt,
        env=os.environ | settings,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    assert (await person.do("command", user="ana", channel="general"))["status"] == 200
    assert (await person.do("submit", user="ana", values={"name": "acme"}))["result"] == "closed"
    assert (await person.do("press", user="ana", channel="acme", action_id="own"))["status"] == 200
    assert [message["text"] for message in await person.messages("ana", "acme")] == ["owned"]
    assert (await person.do("home", user="ana"))["sent"] is True
    await published.for_times(1)
    await _ask(sandbox, person)
    _, errors = await process.communicate(b"")
    assert (process.returncode, errors) == (0, b"")


async def test_an_app_that_reads_no_base_address_is_sent_here(bolt: Path, sandbox: Sandbox) -> None:
    """The recipe of docs/apps.md changes what the SDK calls, without a change to the app."""
    app = """
        const { App } = require("@slack/bolt");
        const app = new App({ token: process.env.SLACK_BOT_TOKEN, appToken: "xapp-sandbox", socketMode: true });
        app.client.auth.test().then(({ url }) => console.log(url));
    """
    process = await asyncio.create_subprocess_exec(
        *("node", "--require", str(RECIPE), "--eval", app),
        cwd=bolt,
        env=os.environ | {"SLACK_BOT_TOKEN": sandbox.bot_token, "SLACK_API_URL": sandbox.api_url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    assert (out, errors) == (b"https://test-corp.slack.com/\n", b"")
