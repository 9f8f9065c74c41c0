"""Slack's own SDKs against the sandbox: sync and async, over Socket Mode and over signed HTTP."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt import App
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.app import SlackAppDevelopmentServer
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox, in_thread
from tests.sandbox.forms import actions, button, field, home, modal, text_input
from tests.sandbox.world import SEED, Json, Person, manifest

RECIPES = Path(__file__).parents[3] / "sandbox" / "recipes"
ACCOUNT = field("account", {"type": "external_select", "action_id": "account", "min_query_length": 0})
FORM = modal(field("name", text_input()), ACCOUNT)
ACME = {"text": {"type": "plain_text", "text": "Acme"}, "value": "acme"}


def async_program(client: AsyncWebClient, **settings: Any) -> AsyncApp:
    """Return a small bot as people write them: a command, a form, a button, a Home tab."""
    app = AsyncApp(client=client, signing_secret="sandbox-signing-secret", process_before_response=True, **settings)

    @app.command("/escalate")
    async def declare(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        await ack()

    @app.options("account")
    async def accounts(ack: Any) -> None:
        await ack(options=[ACME])

    @app.view("form")
    async def declared(ack: Any, view: Json, client: AsyncWebClient) -> None:
        name = view["state"]["values"]["name"]["text"]["value"]
        if name == "wrong":
            await ack(response_action="errors", errors={"name": "Try another."})
            return
        channel = (await client.conversations_create(name=name))["channel"]["id"]
        await client.chat_postMessage(channel=channel, text="card", blocks=[actions(button("own"))])
        await ack()

    @app.action("own")
    async def own(ack: Any, respond: Any) -> None:
        await respond(text="owned", replace_original=True)
        await ack()

    @app.event("app_home_opened")
    async def show_home(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=home())

    return app


async def live(person: Person) -> None:
    """Do what a person does with that bot, and see what they see."""
    assert (await person.do("command", user="ana", channel="general"))["status"] == 200
    wrong = await person.do("submit", user="ana", values={"name": "wrong", "account": "acme"})
    assert (wrong["result"], wrong["errors"]) == ("errors", {"name": "Try another."})
    assert (await person.do("submit", user="ana", values={"name": "acme"}))["result"] == "closed"
    assert (await person.do("press", user="ana", channel="acme", action_id="own"))["status"] == 200
    assert [m["text"] for m in await person.messages("ana", "acme")] == ["owned"]
    assert (await person.do("home", user="ana"))["sent"] is True
    assert (await person.look("home", user="ana"))["view"]["type"] == "home"


async def test_bolt_over_socket_mode(sandbox: Sandbox, client: AsyncWebClient, person: Person) -> None:
    handler: Any = AsyncSocketModeHandler(async_program(client), sandbox.app_token)
    await handler.connect_async()
    await live(person)
    await handler.close_async()


async def test_bolt_connects_again_when_slack_recycles_its_connection(
    sandbox: Sandbox, client: AsyncWebClient, person: Person
) -> None:
    handler: Any = AsyncSocketModeHandler(async_program(client), sandbox.app_token)
    await handler.connect_async()
    await person.do("connections", reason="refresh_requested")
    await live(person)
    await handler.close_async()


@pytest.fixture
async def listening() -> AsyncIterator[tuple[Sandbox, aiohttp.ClientSession]]:
    """Start a bot that listens for signed requests, and a sandbox that sends them."""
    bolt: list[AsyncApp] = []

    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt[0].async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_post("/slack/events", events)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    sending = Sandbox(SEED, [manifest(options_url=url)], events_urls=[url])
    async with sending as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=http)
        bolt.append(async_program(client))
        yield sandbox, http
    await runner.cleanup()


async def test_bolt_over_signed_http(listening: tuple[Sandbox, aiohttp.ClientSession]) -> None:
    _, http = listening
    await live(Person(http))


def sync_program(client: WebClient) -> App:
    app = App(client=client, signing_secret="sandbox-signing-secret", process_before_response=True)

    @app.command("/escalate")
    def declare(ack: Any, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=FORM)
        ack("on it")

    return app


async def command(url: str) -> Json:
    async with aiohttp.ClientSession(url) as http:
        return await Person(http).do("command", user="ana", channel="general")


@pytest.fixture
def threaded() -> Iterator[Sandbox]:
    with in_thread(Sandbox(SEED, [manifest()])) as sandbox:
        yield sandbox


def test_bolt_without_asyncio_over_socket_mode(threaded: Sandbox) -> None:
    client = WebClient(token=threaded.bot_token, base_url=threaded.api_url)
    handler: Any = SocketModeHandler(sync_program(client), threaded.app_token)
    handler.connect()
    answer = asyncio.run(command(threaded.url))
    handler.close()
    assert answer == {"ack": {"text": "on it"}, "status": 200}


def test_bolt_without_asyncio_over_signed_http(threaded: Sandbox) -> None:
    client = WebClient(token=threaded.bot_token, base_url=threaded.api_url)
    development = SlackAppDevelopmentServer(port=0, path="/slack/events", app=sync_program(client))
    server = development._server
    threaded.apps[0].events_url = f"http://127.0.0.1:{server.server_address[1]}/slack/events"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    answer = asyncio.run(command(threaded.url))
    server.shutdown()
    thread.join()
    server.server_close()
    assert answer == {"ack": "on it", "status": 200}


def test_the_plain_client_pages_uploads_and_is_refused(threaded: Sandbox) -> None:
    client = WebClient(token=threaded.bot_token, base_url=threaded.api_url)
    names = [channel["name"] for page in client.conversations_list(limit=2) for channel in page["channels"]]
    assert sorted(names) == ["feed", "general", "old", "shared"]
    assert client.files_upload_v2(channel="C01FEED", content="hello", filename="a.txt")["file"]["size"] == 5
    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.conversations_info(channel="C404")


@pytest.mark.parametrize("client", ["slack_sdk.WebClient", "slack_sdk.web.async_client.AsyncWebClient"])
async def test_an_app_that_reads_no_base_address_is_sent_here(sandbox: Sandbox, client: str) -> None:
    """The recipe of docs/apps.md changes what the SDK calls, without a change to the app."""
    module, _, name = client.rpartition(".")
    app = f"""
import asyncio, inspect
from {module} import {name}

async def main():
    answer = {name}(token="{sandbox.bot_token}").auth_test()
    print((await answer if inspect.isawaitable(answer) else answer)["url"])

asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", app),
        env=os.environ | {"PYTHONPATH": str(RECIPES), "SLACK_API_URL": sandbox.api_url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    assert (out, errors) == (b"https://test-corp.slack.com/\n", b"")
