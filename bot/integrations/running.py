"""The bot that runs on this machine, as its health port tells."""

import json
from collections.abc import Mapping

import aiohttp

_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared with, never bound to


def readiness_address(host: str, port: int) -> str:
    """Return where a bot with these settings says how it is; one that listens everywhere is asked here."""
    name = _EVERYWHERE.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}/readyz"


async def readiness(session: aiohttp.ClientSession, address: str) -> Mapping[str, str] | None:
    """Return how each part of the running bot is, `ok` where it is well; None where no bot answers."""
    try:
        async with session.get(address) as response:
            told = json.loads(await response.read())
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None
    if not isinstance(told, dict) or "ready" not in told:
        return None
    return {str(part): str(how) for part, how in told.items() if part != "ready"}
