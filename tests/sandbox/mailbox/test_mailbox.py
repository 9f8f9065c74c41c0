"""The sandbox's mailbox takes real mail, shows it without running anything in it, and sends answers signed."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import aiohttp
import aiosmtplib
import pytest
from aiohttp import web

from sandbox.server import Sandbox


@pytest.fixture
async def running() -> AsyncIterator[tuple[Sandbox, int]]:
    """Yield a sandbox, and the port of its mail server."""
    async with Sandbox() as sandbox:
        url = await sandbox.mailbox.start()
        yield sandbox, int(url.partition("?")[0].rpartition(":")[2])


async def send(port: int, *recipients: str, **headers: str) -> None:
    mail = EmailMessage()
    given = {"From": "e@example.com", "To": recipients[0], "Subject": "<b>ESC-1</b>", "Message-ID": "<m1@x>", **headers}
    for name, value in given.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Hello <script>alert(1)</script>\n")
    mail.add_alternative("<p>Hello</p><script>alert(1)</script>", subtype="html")
    for recipient in recipients:
        await aiosmtplib.send(mail, recipients=[recipient], hostname="127.0.0.1", port=port, start_tls=False)


async def page(sandbox: Sandbox, path: str) -> tuple[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}{path}") as response:
        return await response.text(), response.headers


async def test_a_mail_with_its_copies_is_one_and_nothing_in_it_runs(running: tuple[Sandbox, int]) -> None:
    sandbox, port = running
    assert "Nothing was mailed yet" in (await page(sandbox, "/mail"))[0]
    await send(port, "billing@example.com", "ana@example.com")
    listed, headers = await page(sandbox, "/mail")
    assert listed.count('class="mail"') == 1
    assert "billing@example.com, ana@example.com" in listed
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    shown, _ = await page(sandbox, "/mail/M1")
    assert "<script>" not in listed + shown
    assert "<iframe sandbox " in shown
    assert "Answers to this mail aren&#x27;t read." in shown or "aren't read" in shown


async def test_an_answer_is_sent_to_the_bot_signed(running: tuple[Sandbox, int]) -> None:
    sandbox, port = running
    taken: list[tuple[bytes, Any]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append((await request.read(), request.headers))
        return web.Response()

    application = web.Application()
    application.router.add_post("/mail/inbound", take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bound: Any = runner.addresses[0]
    sandbox.mailbox.answers_url = f"http://127.0.0.1:{bound[1]}/mail/inbound"
    await send(port, "billing@example.com", Reply_To="esc-1+abc@answers.example.com")
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.url}/mail/M1/answer", data={"text": "On it."}) as response,
    ):
        assert "On it." in await response.text()
    await runner.cleanup()
    [(body, headers)] = taken
    signed = f"v0:{headers['X-Escalate-Timestamp']}:".encode() + body
    wanted = hmac.new(sandbox.mailbox.secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Escalate-Signature"] == f"v0={wanted}"
    answer = message_from_bytes(base64.b64decode(json.loads(body)["raw"]), policy=policy.default)
    assert (answer["From"], answer["To"]) == ("billing@example.com", "esc-1+abc@answers.example.com")
    assert answer["In-Reply-To"] == "<m1@x>"


async def test_an_answer_that_nobody_takes_is_said_not_to_be_sent(running: tuple[Sandbox, int]) -> None:
    sandbox, port = running
    await send(port, "billing@example.com", Reply_To="esc-1+abc@answers.example.com")
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.url}/mail/M1/answer", data={"text": "On it."}) as response,
    ):
        assert (response.status, "Nobody reads answers." in await response.text()) == (502, True)
