"""A status page with the JSON of Atlassian Statuspage, which other makers offer too: `/api/v2/summary.json`."""

import json
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from bot.errors import Permanent, Temporary
from bot.policy.characters import readable
from bot.ports.status_page import PageState

_SECONDS: Final = 10
_LARGEST: Final = 1_000_000
_MOST: Final = 5
_LONGEST: Final = 200
_CALL: Final = "status page"
_OK: Final = 200
_SERVER_ERROR: Final = 500


@dataclass(frozen=True)
class JsonStatusPage:
    """Reads the page at an address. It follows no redirect: that could lead to an address inside."""

    session: aiohttp.ClientSession
    address: str

    async def read(self) -> PageState:
        """Return its state. Raises OutsideError."""
        return state_of(await self._fetched())

    async def _fetched(self) -> bytes:
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        url = f"{self.address}/api/v2/summary.json"
        try:
            async with self.session.get(url, timeout=timeout, allow_redirects=False) as answer:
                if answer.status != _OK:
                    kind = Temporary if answer.status >= _SERVER_ERROR else Permanent
                    raise kind(_CALL, f"it answers {answer.status}")
                text = await answer.content.read(_LARGEST + 1)
                while len(text) <= _LARGEST and not answer.content.at_eof():
                    text += await answer.content.read(_LARGEST + 1 - len(text))
        except TimeoutError:
            raise Temporary(_CALL, f"no answer in {_SECONDS} seconds") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise Temporary(_CALL, f"it can't be reached ({type(error).__name__})") from None
        if len(text) > _LARGEST:
            raise Permanent(_CALL, "its answer is larger than 1 MB")
        return text


def state_of(text: bytes) -> PageState:
    """Return what a summary says. Raises Permanent if it is none."""
    try:
        found = readable(json.loads(text))
        words = _words(found["status"]["description"])
        named = [_words(one["name"]) for one in found.get("incidents", []) if one.get("status") != "resolved"]
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise Permanent(_CALL, "its answer isn't that of a status page") from None
    return PageState(words, tuple(named[:_MOST]))


def _words(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("no words")
    return " ".join(value.split())[:_LONGEST]
