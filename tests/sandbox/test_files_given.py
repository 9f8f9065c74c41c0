"""Workspace files, manifests, and the program that reads them."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
import threading
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner

from sandbox import manifest, reading, workspace_file
from sandbox.__main__ import main
from sandbox.errors import BadFile

WORKSPACE = """
workspace: {id: T01X, name: X Corp, domain: x-corp}
users:
  - {id: U01ANA, name: ana, real_name: Ana Ruiz, email: ana@example.com, tz: America/New_York, title: CSM}
channels:
  - {id: C01GENERAL, name: general, members: [U01ANA], topic: Hello}
usergroups:
  - {id: S01CSM, handle: csms, users: [U01ANA]}
tokens: {bot: xoxb-mine, signing_secret: mine}
"""

MANIFEST = """
display_information: {name: Mine}
features:
  bot_user: {display_name: mine}
  slash_commands: [{command: /mine, description: Mine}]
oauth_config: {scopes: {bot: [commands, chat:write]}}
settings: {socket_mode_enabled: true}
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "workspace.yml").write_text(WORKSPACE)
    (tmp_path / "manifest.yml").write_text(MANIFEST)
    return tmp_path


def test_a_workspace_file_says_who_and_what_is_there(files: Path) -> None:
    seed = workspace_file.read(files / "workspace.yml")
    assert (seed.workspace.domain, seed.users[0].title, seed.channels[0].members) == ("x-corp", "CSM", ("U01ANA",))
    assert (seed.tokens.bot, seed.tokens.app, seed.tokens.signing_secret) == ("xoxb-mine", "xapp-sandbox", "mine")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("- a", "a workspace file is a mapping"),
        ("people: []", "unknown section 'people'"),
        ("users: ana", "users: a list is wanted"),
        ("users: [ana]", r"users\[0\]: a mapping is wanted"),
        ("users: [{id: U1}]", r"users\[0\]: missing 1 required positional argument: 'name'"),
        ("users: [{id: U1, name: a, mail: x}]", r"users\[0\]: unknown key 'mail'; known are deleted, display_name"),
        ("users: [{id: U1, name: a}, {id: U1, name: b}]", "the id U1 is given twice"),
        ("users: [{id: U1, name: a, tz: Mars/Olympus}]", "no time zone is called 'Mars/Olympus'"),
        ("channels: [{id: C1, name: a, members: [U404]}]", "C1: nobody has the id 'U404'"),
        ("usergroups: [{id: S1, handle: a, users: [U404]}]", "S1: nobody has the id 'U404'"),
        ("users: [", "while parsing"),
    ],
)
def test_a_workspace_file_that_cannot_be_used_says_where(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "workspace.yml"
    path.write_text(content)
    with pytest.raises(BadFile, match=problem):
        workspace_file.read(path)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("{name: Mine}", "{}"), "/display_information: missing required field: name"),
        (("{name: Mine}", "{name: " + "x" * 36 + "}"), "/display_information/name: must be less than 36 characters"),
        (("command: /mine", "command: mine"), "/features/slash_commands/0/command: must be a slash"),
        (("socket_mode_enabled", "socket_mode"), "/settings: invalid additional property: socket_mode"),
        (("enabled: true", "enabled: false"), "/features/slash_commands/0: A command requires a URL"),
    ],
)
def test_a_manifest_that_slack_would_refuse_is_refused(files: Path, change: tuple[str, str], problem: str) -> None:
    path = files / "manifest.yml"
    path.write_text(MANIFEST.replace(*change))
    with pytest.raises(BadFile, match=re.escape(problem)):
        manifest.read(path)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("no_such_event_at_all", "no event 'no_such_event_at_all'"),
        ("app_mentions", "no event 'app_mentions'; perhaps 'app_mention' is meant"),
        ("presence_change", "no event 'presence_change'"),  # exists, but not in the Events API
    ],
)
def test_a_manifest_may_only_subscribe_to_events_that_exist(tmp_path: Path, name: str, problem: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(_listening(["app_mention", name])))
    wanted = f"/settings/event_subscriptions/bot_events/1: Slack's Events API has {problem}"
    with pytest.raises(BadFile, match=re.escape(wanted)):
        manifest.read(path)


def test_the_program_warns_of_events_that_never_come(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(_listening(["app_mention", "team_join", "pin_added", "message_metadata_posted"])))
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that it ends at once
        arguments = ["--manifest", str(path), "--port", str(taken.getsockname()[1])]
        result = CliRunner().invoke(main, arguments)
    assert result.stderr.splitlines()[:-1] == [
        f"escalate-sandbox: {path}: it subscribes to team_join, which the sandbox never sends",
        f"escalate-sandbox: {path}: it subscribes to pin_added without the scope for it, pins:read",
        f"escalate-sandbox: {path}: it subscribes to events of metadata, but metadata_subscriptions names none",
    ]


def test_a_manifest_may_offer_search_and_is_told_that_nothing_searches(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    search = {"search_function_callback_id": "search", "search_filters_function_callback_id": "filters"}
    features = {"search": search, "rich_previews": {"is_active": True, "entity_types": ["slack#/entities/item"]}}
    path.write_text(json.dumps({**_listening(["app_mention"]), "features": features}))
    assert manifest.warnings(manifest.read(path)) == [
        "it has features.search, which does nothing here",
        "it has features.rich_previews, which does nothing here",
    ]


def test_the_apps_own_manifest_is_without_warnings() -> None:
    assert manifest.warnings(manifest.read(Path(__file__).parents[2] / "manifest.yml")) == []


def _listening(events: list[str]) -> dict[str, object]:
    scopes = {"bot": ["app_mentions:read", "metadata.message:read"]}
    return {
        "display_information": {"name": "Mine"},
        "oauth_config": {"scopes": scopes},
        "settings": {"socket_mode_enabled": True, "event_subscriptions": {"bot_events": events}},
    }


def test_a_manifest_may_be_json(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"display_information": {"name": "Mine"}}))
    assert manifest.read(path).name == "Mine"


@pytest.mark.parametrize("option", ["--workspace", "--manifest"])
def test_the_program_says_which_file_is_missing(option: str) -> None:
    result = CliRunner().invoke(main, [option, "missing.yml"])
    assert (result.exit_code, result.stderr) == (1, "escalate-sandbox: missing.yml: No such file or directory\n")


def test_the_program_explains_itself() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for option in (
        "--port",
        "--workspace",
        "--manifest",
        "--events-url",
        "--state",
        "--latency-ms",
        "--tiers",
        "--script",
    ):
        assert option in result.stdout


async def test_the_program_starts_serves_and_stops_on_request(files: Path) -> None:
    arguments = ["--port", "0", "--workspace", "workspace.yml", "--manifest", "manifest.yml", "--state", "state.json"]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *arguments,
        cwd=files,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found is not None
    async with aiohttp.ClientSession(found.group()) as http:
        async with http.post("/api/auth.test", data={"token": "xoxb-mine"}) as response:
            assert (await response.json())["team"] == "X Corp"
        process.send_signal(signal.SIGINT)
        assert await process.communicate() == (b"", b"")
    assert process.returncode == 0
    assert json.loads((files / "state.json").read_text())["team"] == "T01X"


def test_a_port_that_is_taken_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["--port", str(port)])
    assert (result.exit_code, result.stderr) == (1, f"escalate-sandbox: port {port}: Address already in use\n")


OPTIONS = ("--workspace", "--manifest", "--script", "--state")


@pytest.mark.parametrize("option", OPTIONS)
def test_no_option_reads_without_end(option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_PIPE_SECONDS", 0.05)
    monkeypatch.setattr(reading, "_YAML_LIMIT", 4 * reading.MEBIBYTE)
    monkeypatch.setattr(reading, "_STATE_LIMIT", 4 * reading.MEBIBYTE)
    pipe, large, latin = tmp_path / "pipe", tmp_path / "large.yml", tmp_path / "latin.yml"
    os.mkfifo(pipe)
    large.write_bytes(b"# all of it\n" * 400_000)
    latin.write_bytes("users:\n  - Société\n".encode("latin-1"))
    for path, says in {
        Path("/dev/zero"): "it is a device or a terminal. Name a file.",
        pipe: "it is a pipe that didn't end within 0 s. Name a file.",
        large: "it has more than 4 MiB. Name a smaller file.",
        latin: "line 2 has a character that isn't UTF-8. Save it as UTF-8.",
    }.items():
        told = CliRunner().invoke(main, ["--port", "0", option, str(path)])
        assert (told.exit_code, f"{path}: {says}" in told.output) == (1, True), told.output


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    for option in ("--workspace", "--manifest"):
        told = CliRunner().invoke(main, ["--port", "0", option, str(tmp_path)])
        assert (told.exit_code, "it is a folder. Name a file." in told.output) == (1, True), told.output


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(WORKSPACE,))
    writer.start()
    assert workspace_file.read(pipe).workspace.domain == "x-corp"
    writer.join()
