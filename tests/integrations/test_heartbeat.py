"""The dead man's switch is asked while all is well, and its address is never logged."""

import aiohttp
import pytest

from bot.integrations.heartbeat import Heartbeat
from tests.support.inbox import inbox


async def test_it_asks_and_says_whether_it_was_taken(capfd: pytest.CaptureFixture[str]) -> None:
    async with inbox() as target, aiohttp.ClientSession() as session:
        beat = Heartbeat(session, f"http://127.0.0.1:{target.port}/secret")
        assert not await beat.beat(), "the inbox takes no GET"
        assert not await Heartbeat(session, "http://127.0.0.1:1/secret").beat()
    assert "/secret" not in "".join(capfd.readouterr())
