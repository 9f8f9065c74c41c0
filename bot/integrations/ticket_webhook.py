"""Takes ticket volumes from the company's ticket system, by a signed request (`bot.integrations.signatures`)."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.clock import Clock
from bot.errors import BadInput
from bot.integrations.public import PublicRoute
from bot.integrations.signatures import is_signed
from bot.policy.characters import readable

PATH: Final = "/tickets"
_LARGEST: Final = 512 * 1024

# Takes what was sent and returns how many days were new, changed and the same. Raises BadInput.
TakeVolumes = Callable[[Any], Awaitable[dict[str, int]]]


@dataclass(frozen=True)
class TicketWebhook:
    """Answers 200 with the counts, 401 for a wrong signature, 400 with every reason for what can't be read."""

    secret: str
    take: TakeVolumes
    real_clock: Clock

    def route(self) -> PublicRoute:
        """Return the public route."""
        return PublicRoute(PATH, self.answer, ("POST",), largest=_LARGEST)

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        body = await request.body()
        if not is_signed(self.secret, body, request.headers, self.real_clock.now()):
            return JSONResponse({"error": "not signed"}, status_code=HTTPStatus.UNAUTHORIZED)
        try:
            given = readable(json.loads(body))
        except (ValueError, RecursionError):
            return JSONResponse({"error": "not JSON"}, status_code=HTTPStatus.BAD_REQUEST)
        try:
            return JSONResponse(await self.take(given))
        except BadInput as error:
            return JSONResponse({"error": list(error.problems)}, status_code=HTTPStatus.BAD_REQUEST)
