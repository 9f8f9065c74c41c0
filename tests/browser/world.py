"""The workspace that the page is tried in, and an app that a test controls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.manifest import Command, Manifest, Shortcut
from sandbox.server import Sandbox
from sandbox.workspace_file import ChannelSeed, Seed, UsergroupSeed, UserSeed, WorkspaceSeed

Json = dict[str, Any]

SEED = Seed(
    workspace=WorkspaceSeed(id="T01PAGE", name="Sample Corp", domain="sample-corp"),
    users=(
        UserSeed(
            id="U01ANA",
            name="ana",
            real_name="Ana Ruiz",
            email="ana@example.com",
            tz="America/New_York",
            title="Customer success manager",
        ),
        UserSeed(
            id="U01BEN",
            name="ben",
            real_name="Ben Okafor",
            email="ben@example.com",
            tz="Europe/Berlin",
            title="Engineering, exports",
        ),
        UserSeed(id="U01CY", name="cy", real_name="Cy Young", email="cy@example.com", tz="Asia/Kolkata"),
    ),
    channels=(
        ChannelSeed(
            id="C01GENERAL",
            name="general",
            members=("U01ANA", "U01BEN", "U01CY", "U0SANDBOX1"),
            topic="Company-wide news",
        ),
        ChannelSeed(id="C01SUPPORT", name="support", members=("U01ANA", "U01BEN", "U0SANDBOX1")),
        ChannelSeed(id="C01RANDOM", name="random", members=("U01BEN", "U01CY")),
        ChannelSeed(id="C01SECRET", name="leads", members=("U01ANA",), is_private=True),
    ),
    usergroups=(UsergroupSeed(id="S01CSM", handle="csms", users=("U01ANA",)),),
)

MANIFEST = Manifest(
    name="Helper",
    display_name="Helper",
    description="Does what the tests tell it to.",
    background_color="#7a1f3d",
    events=frozenset({"app_home_opened"}),
    commands=(
        Command("/ticket", "Open a ticket", "[what happened]"),
        Command("/whisper", "Answer to you alone"),
    ),
    shortcuts=(
        Shortcut("new_ticket", "New ticket", "global", "Opens the form"),
        Shortcut("from_message", "Ticket from this message", "message", "Quotes it"),
    ),
)


@asynccontextmanager
async def bolt_app(sandbox: Sandbox) -> AsyncIterator[AsyncApp]:
    """Connect an app over Socket Mode; listeners may be added at any time."""
    client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
    app = AsyncApp(client=client, process_before_response=True)
    handler = AsyncSocketModeHandler(app, sandbox.app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has not typed it
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # the same


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str, **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def option(value: str, text: str = "", description: str = "") -> Json:
    more = {"description": plain(description)} if description else {}
    return {"text": plain(text or value.title()), "value": value, **more}


def question(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element | {"action_id": block_id},
        **more,
    }


def modal(*blocks: Json, title: str = "A form", **more: Any) -> Json:
    form = {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Save"),
        "blocks": list(blocks),
    }
    return form | more


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}
