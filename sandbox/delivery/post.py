"""Signed requests to an app's events URL."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.delivery.signing import signature

if TYPE_CHECKING:
    import aiohttp


class Unreachable(Exception):
    """The URL can't be reached."""


@dataclass(frozen=True)
class Answer:
    """A response; `body` is parsed if it is JSON, text otherwise, None if empty."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Poster:
    """Posts over one pool of connections, created at the first use: without HTTP apps aiohttp is never imported."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, secret: str, within: float) -> Answer:
        """Sign a body and post it. Raises TimeoutError or Unreachable if there is no response."""
        import aiohttp  # noqa: PLC0415 - heavy, and only apps that are reached over HTTP need it

        if self._session is None:
            self._session = aiohttp.ClientSession()
        now = str(int(time.time()))
        signed = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": signature(secret, now, body)}
        timeout = aiohttp.ClientTimeout(total=within)
        try:
            async with self._session.post(url, data=body, headers={**headers, **signed}, timeout=timeout) as response:
                content = await response.read()
                return Answer(response.status, _body(response.content_type, content), response.headers)
        except aiohttp.ClientError as error:
            raise Unreachable(str(error)) from error


def _body(content_type: str, content: bytes) -> Any:
    if not content:
        return None
    text = content.decode(errors="replace")
    if content_type == "application/json":
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
