"""Asks the bot running on this machine for its readiness."""

import json
from collections.abc import Mapping

import aiohttp

_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared with, never bound to


def readiness_address(host: str, port: int) -> str:
    """Return the readiness URL of a bot with these settings.

    One that listens on all addresses is asked on this machine.
    """
    name = _EVERYWHERE.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}/readyz"


async def readiness(session: aiohttp.ClientSession, address: str) -> Mapping[str, str] | None:
    """Return the state of each part of the running bot, `ok` if it is fine; None if no bot responds."""
    try:
        async with session.get(address) as response:
            told = json.loads(await response.read())
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None
    if not isinstance(told, dict) or "ready" not in told:
        return None
    return {str(part): str(how) for part, how in told.items() if part != "ready"}
