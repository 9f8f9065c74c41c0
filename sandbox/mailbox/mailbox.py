"""The mailbox as one object: its mail server, its pages, and how answers reach the bot."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import aiohttp
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.mailbox import page
from sandbox.mailbox.state import KeptMail, MailboxState

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_HOST = "127.0.0.1"
_SECONDS = 10


@dataclass
class Mailbox:
    """Accepts mail to any address. Answers go to `answers_url`, signed with `secret` at the time `signed_at`."""

    state: MailboxState
    answers_url: str | None = None
    signed_at: Callable[[], float] = time.time
    secret: str = "sandbox-mail-secret"  # noqa: S105 - published in the README
    _server: asyncio.Server | None = field(default=None, repr=False)

    async def start(self) -> str:
        """Start the mail server; return its address, as settings have it."""
        from aiosmtpd.smtp import SMTP  # noqa: PLC0415 - only the demonstration needs it

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="sandbox", loop=loop), _HOST, 0)
        return f"smtp://{_HOST}:{self._server.sockets[0].getsockname()[1]}?tls=none"

    async def stop(self) -> None:
        """Stop the mail server."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's own name
        """Take a mail."""
        self.state.keep(envelope.content, list(envelope.rcpt_tos))
        return "250 OK"

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/mail", self._list),
            Route("/mail/{id}", self._one),
            Route("/mail/{id}/answer", self._answer, methods=["POST"]),
        ]

    async def answer(self, mail: KeptMail, text: str) -> str:
        """Answer a mail as its recipient; return what went wrong, or an empty text."""
        if self.answers_url is None:
            return "Nobody reads answers."
        raw = _reply(mail, text).as_bytes()
        body = json.dumps({"raw": base64.b64encode(raw).decode()}).encode()
        stamp = str(int(self.signed_at()))
        signed = f"v0:{stamp}:".encode() + body
        signature = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        headers = {"X-Escalate-Timestamp": stamp, "X-Escalate-Signature": f"v0={signature}"}
        try:
            timeout = aiohttp.ClientTimeout(total=_SECONDS)
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self.answers_url, data=body, headers=headers) as response,
            ):
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"The bot doesn't answer ({type(error).__name__})."
        if status != HTTPStatus.OK:
            return f"The bot refused it ({status})."
        mail.answers.append(text)
        return ""

    async def _list(self, _request: Request) -> Response:
        return HTMLResponse(page.listed(self.state), headers=_HEADERS)

    async def _one(self, request: Request) -> Response:
        mail = self.state.mails.get(request.path_params["id"])
        return HTMLResponse(page.one_mail(mail), headers=_HEADERS) if mail is not None else _nothing()

    async def _answer(self, request: Request) -> Response:
        mail = self.state.mails.get(request.path_params["id"])
        text = parse_qs((await request.body()).decode(errors="replace")).get("text", [""])[0].strip()
        if mail is None or not text:
            return _nothing()
        problem = await self.answer(mail, text)
        if problem:
            return HTMLResponse(page.one_mail(mail, problem), HTTPStatus.BAD_GATEWAY, headers=_HEADERS)
        return RedirectResponse(f"/mail/{mail.id}", status_code=HTTPStatus.SEE_OTHER)


def _reply(mail: KeptMail, text: str) -> EmailMessage:
    """Return an answer as a mail program writes it, with the mail quoted below."""
    _, address = parseaddr(mail.header("To"))
    answer = EmailMessage()
    answer["From"] = address
    answer["To"] = mail.header("Reply-To")
    answer["Subject"] = f"Re: {mail.header('Subject')}"
    answer["Message-ID"] = make_msgid(idstring=f"{time.monotonic_ns()}", domain="sandbox.example")
    answer["In-Reply-To"] = mail.header("Message-ID")
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    answer.set_content(f"{text}\n\nOn {mail.header('Date')}, {mail.header('From')} wrote:\n{quoted}\n")
    return answer


def _nothing() -> Response:
    return PlainTextResponse("not found", HTTPStatus.NOT_FOUND)
