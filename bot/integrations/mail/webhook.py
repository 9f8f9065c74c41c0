"""Takes answers that a mail service hands on by a signed request (`bot.integrations.signatures`): the mail, as JSON."""

import asyncio
import base64
import binascii
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.clock import Clock
from bot.integrations.mail.parsing import UnreadableMailError, parse_in_time
from bot.integrations.public import PublicRoute
from bot.integrations.signatures import is_signed
from bot.ports.inbox import TakeMail

PATH: Final = "/mail/inbound"
_LARGEST: Final = 1024 * 1024


@dataclass(frozen=True)
class MailWebhook:
    """Answers the mail service: 200 once a mail is taken, 401 for a wrong signature, 400 for what can't be read."""

    secret: str
    take: TakeMail
    real_clock: Clock
    # Mails that take long to read are read two at a time, so that many of them leave the processor to others.
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    def route(self) -> PublicRoute:
        """Return the public route."""
        return PublicRoute(PATH, self.answer, ("POST",), largest=_LARGEST)

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        body = await request.body()
        if not is_signed(self.secret, body, request.headers, self.real_clock.now()):
            return JSONResponse({"error": "not signed"}, status_code=HTTPStatus.UNAUTHORIZED)
        try:
            raw = _raw(json.loads(body))
            async with self.reading:
                mail = await parse_in_time(raw)
        except (ValueError, LookupError, TypeError, RecursionError, UnreadableMailError):
            return JSONResponse({"error": "not a mail"}, status_code=HTTPStatus.BAD_REQUEST)
        await self.take(mail)
        return JSONResponse({"ok": True})


def _raw(given: Any) -> bytes:
    """Return the mail of `{"raw": "<the whole mail, in Base64>"}`. Raises ValueError, LookupError or TypeError."""
    try:
        return base64.b64decode(given["raw"], validate=True)
    except binascii.Error as error:
        raise ValueError("not Base64") from error
