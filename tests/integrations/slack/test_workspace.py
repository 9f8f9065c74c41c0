"""The workspace port on Slack's Web API: against the sandbox, as strict and as unkind as Slack can be."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Ambiguous, Blocked, OutsideError, Permanent, Temporary
from bot.integrations.slack.budget import Budget
from bot.integrations.slack.calls import Calls
from bot.integrations.slack.members import BotIdentity
from bot.integrations.slack.workspace import SlackWorkspace
from bot.ports.workspace import Message, NameTakenError, Posted, ViewGoneError
from sandbox import manifest, workspace_file
from sandbox.server import Sandbox
from tests.support.story import ROOT, WORKSPACE


@pytest.fixture
async def sandbox(folder: Path) -> AsyncIterator[Sandbox]:
    (folder / "workspace.yml").write_text(WORKSPACE, encoding="utf-8")
    seed = workspace_file.read(folder / "workspace.yml")
    async with Sandbox(seed, [manifest.read(ROOT / "manifest.yml")]) as running:
        yield running


@pytest.fixture
async def workspace(sandbox: Sandbox) -> AsyncIterator[SlackWorkspace]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        client = AsyncWebClient(
            token=sandbox.bot_token, base_url=sandbox.api_url, session=session, retry_handlers=[], timeout=2
        )
        me = await client.auth_test()
        identity = BotIdentity(me["url"], me["team_id"], me["bot_id"], me["user_id"])
        clock = sandbox.clock
        yield SlackWorkspace(Calls(client, Budget(clock.now)), identity)


async def fault(sandbox: Sandbox, **what: object) -> None:
    async with aiohttp.ClientSession() as http, http.post(f"{sandbox.url}/_sandbox/faults", json=what) as answer:
        assert answer.status == 200, await answer.text()


async def test_a_channel_is_made_once_and_found_again(workspace: SlackWorkspace) -> None:
    since = datetime.now(UTC)
    made = await workspace.create_channel("esc-acme", private=False)
    with pytest.raises(NameTakenError):
        await workspace.create_channel("esc-acme", private=False)
    assert await workspace.find_own_channel("esc-acme", since=since) == made
    assert await workspace.find_own_channel("esc-acme", since=since + timedelta(hours=1)) is None
    assert await workspace.find_own_channel("general", since=since - timedelta(days=9999)) is None


async def test_one_bad_invitee_does_not_stop_the_others(workspace: SlackWorkspace) -> None:
    channel = await workspace.create_channel("esc-acme", private=False)
    refused = await workspace.invite(channel.id, ["U01ANA", "U01KIM", "U01NOBODY", "U01DANA"])
    assert set(refused) == {"U01KIM", "U01NOBODY"}
    assert refused["U01NOBODY"] == "not in this workspace"
    assert await workspace.invite(channel.id, ["U01ANA"]) == {}
    assert set(await workspace.invite(channel.id, ["U01NOBODY"])) == {"U01NOBODY"}


async def test_an_unknown_word_about_one_invitee_stops_nobody_else(sandbox: Sandbox, workspace: SlackWorkspace) -> None:
    channel = await workspace.create_channel("esc-acme", private=False)
    # The call for both is refused, and then the first of the two.
    await fault(sandbox, method="conversations.invite", kind="error", error="moved_to_the_moon", times=2)
    refused = await workspace.invite(channel.id, ["U01ANA", "U01DANA"])
    assert list(refused.values()) == ["Slack says moved_to_the_moon"]
    await fault(sandbox, method="conversations.invite", kind="error", error="moved_to_the_moon", times=3)
    with pytest.raises(Blocked):
        await workspace.invite(channel.id, ["U01ANA", "U01DANA"])


async def test_a_message_is_found_by_the_effect_that_sent_it(workspace: SlackWorkspace) -> None:
    since = datetime.now(UTC)
    for to in ("U01ANA", (await workspace.create_channel("esc-acme", private=False)).id):
        posted = await workspace.post(to, Message("Hello"), effect_id=7)
        assert await workspace.find_posted(to, effect_id=7, since=since) == posted
        assert await workspace.find_posted(to, effect_id=8, since=since) is None


async def test_a_lost_answer_is_in_doubt_and_the_message_is_there(sandbox: Sandbox, workspace: SlackWorkspace) -> None:
    since = datetime.now(UTC)
    await fault(sandbox, method="chat.postMessage", kind="lost", times=1)
    with pytest.raises(Ambiguous):
        await workspace.post("U01ANA", Message("Hello"), effect_id=7)
    assert await workspace.find_posted("U01ANA", effect_id=7, since=since) is not None


async def test_a_429_says_when_and_holds_that_method(sandbox: Sandbox, workspace: SlackWorkspace) -> None:
    await fault(sandbox, method="chat.postMessage", kind="ratelimited", retry_after=7, times=1)
    with pytest.raises(Temporary) as caught:
        await workspace.post("U01ANA", Message("Hello"), effect_id=7)
    assert caught.value.retry_after == timedelta(seconds=7)
    with pytest.raises(Temporary):
        await workspace.post("U01ANA", Message("Hello"), effect_id=7)
    assert (await workspace.profile("U01ANA")).name == "Ana Ruiz"


async def test_a_page_that_is_held_back_is_not_sent_and_knows_it(sandbox: Sandbox, workspace: SlackWorkspace) -> None:
    """It does not wait inside the call, where its time would run out and nobody know whether it was sent."""
    await fault(sandbox, method="chat.postMessage", kind="ratelimited", retry_after=3, times=1)
    for _ in range(2):
        with pytest.raises(Temporary) as caught:
            await workspace.post("U01ANA", Message("Page"), effect_id=7, urgent=True)
        assert caught.value.retry_after is not None
        assert timedelta(0) < caught.value.retry_after <= timedelta(seconds=3)


@pytest.mark.parametrize(
    ("what", "raised"),
    [
        ({"kind": "status", "status": 503}, Ambiguous),
        ({"kind": "hang"}, Ambiguous),
        ({"kind": "error", "error": "internal_error"}, Ambiguous),
        ({"kind": "error", "error": "restricted_action"}, Permanent),
        ({"kind": "error", "error": "invalid_auth"}, Temporary),
    ],
)
async def test_every_way_of_failing_has_its_own_class(
    sandbox: Sandbox, workspace: SlackWorkspace, what: dict[str, object], raised: type[Exception]
) -> None:
    await fault(sandbox, method="chat.postMessage", times=1, **what)
    with pytest.raises(raised):
        await workspace.post("U01ANA", Message("Hello"), effect_id=7)


async def test_slack_out_of_reach_means_that_nothing_happened(sandbox: Sandbox, workspace: SlackWorkspace) -> None:
    await sandbox.stop()
    with pytest.raises(OutsideError):  # A connection that was kept open may die with the call on it.
        await workspace.profile("U01ANA")
    with pytest.raises(Temporary):
        await workspace.post("U01ANA", Message("Hello"), effect_id=7)


async def test_doing_it_twice_is_fine(workspace: SlackWorkspace) -> None:
    channel = await workspace.create_channel("esc-acme", private=False)
    posted = await workspace.post(channel.id, Message("Hello"), effect_id=1)
    for _ in range(2):
        await workspace.pin(posted)
        await workspace.set_topic(channel.id, "Topic")
        await workspace.set_purpose(channel.id, "Purpose")
        await workspace.edit(posted, Message("Hello again"))
    await workspace.bookmark(channel.id, "Card", "https://x.example/1", ":pushpin:")
    assert await workspace.has_bookmark(channel.id, "https://x.example/1")
    for _ in range(2):
        await workspace.archive(channel.id)


async def test_people_are_known_by_id_and_by_e_mail(workspace: SlackWorkspace) -> None:
    ana = await workspace.profile("U01ANA")
    assert ana == await workspace.profile_by_email("ana@example.com")
    assert ana is not None
    assert (ana.name, ana.zone, ana.is_active) == ("Ana Ruiz", "America/New_York", True)
    assert not (await workspace.profile("U01KIM")).is_active
    assert await workspace.profile_by_email("nobody@example.com") is None


async def test_a_form_that_is_gone_is_said_to_be(workspace: SlackWorkspace) -> None:
    with pytest.raises(ViewGoneError):
        await workspace.update_view(
            "V0NOWHERE", {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}
        )


async def test_a_channel_without_the_bot_is_reported_as_slack_does(workspace: SlackWorkspace) -> None:
    with pytest.raises(Permanent) as caught:
        await workspace.edit(Posted("C01GENERAL", "1.000000"), Message("Hello"))
    assert caught.value.call == "chat.update"


async def test_without_the_scope_a_form_opens_without_its_file_field(folder: Path) -> None:
    (folder / "workspace.yml").write_text(WORKSPACE, encoding="utf-8")
    whole = manifest.read(ROOT / "manifest.yml")
    scopes = frozenset(whole.scopes or ()) - {"files:read"}
    seed = workspace_file.read(folder / "workspace.yml")
    label = {"type": "plain_text", "text": "Files"}
    field = {"type": "input", "label": label, "element": {"type": "file_input", "action_id": "files"}}
    view = {"type": "modal", "title": label, "submit": label, "blocks": [field, {"type": "divider"}]}
    async with (
        Sandbox(seed, [replace(whole, scopes=scopes)]) as sandbox,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session,
    ):
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=session, timeout=2)
        calls = Calls(client, Budget(sandbox.clock.now))
        trigger = sandbox.workspace.triggers.issue(sandbox.workspace.apps[0].id, "U01ANA")
        unaware = SlackWorkspace(calls, BotIdentity("https://x/", "T1", "B1", "U0BOT"))
        with pytest.raises(OutsideError, match="missing_scope"):
            await unaware.open_view(trigger, view)
        aware = SlackWorkspace(calls, BotIdentity("https://x/", "T1", "B1", "U0BOT", scopes=scopes))
        assert await aware.open_view(trigger, view)
        shown = sandbox.workspace.views.stack("U01ANA")[-1]
        assert [block["type"] for block in shown.blocks] == ["divider"]


async def test_the_token_is_sent_to_slack_alone(workspace: SlackWorkspace) -> None:
    for address in ("http://127.0.0.1:9/f", "https://slack.com.evil.example/f", "http://files.slack.com/f"):
        with pytest.raises(Permanent, match="not at Slack"):
            await workspace.calls.download(address, 10)


async def test_a_large_file_or_one_of_others_isnt_read(sandbox: Sandbox, workspace: SlackWorkspace) -> None:
    channel = await workspace.create_channel("esc-acme", private=False)
    posted = await workspace.post(channel.id, Message("here"), effect_id=1)
    file = await workspace.upload_file(channel.id, posted.ts, "a.txt", "a.txt", "x" * 2_000_000)
    assert await workspace.file_content(file) == b"x" * 2_000_000
    address = f"{sandbox.url}/files/{file}/a.txt"
    with pytest.raises(Permanent, match="too large"):
        await workspace.calls.download(address, 1_999_999)
    assert await workspace.has_file(file)
    sandbox.workspace.files[file].user = "U01ANA"
    sandbox.workspace.files[file].shares.clear()
    with pytest.raises(Permanent, match="302"):
        await workspace.calls.download(address, 2_000_000)
