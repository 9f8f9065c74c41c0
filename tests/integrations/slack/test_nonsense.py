"""Nonsense in Slack's place: no effect is given up for it; only known permanent errors are permanent."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Ambiguous, Blocked, OutsideError, Permanent, Temporary
from bot.integrations.slack import verdicts
from bot.integrations.slack.budget import Budget
from bot.integrations.slack.calls import Calls
from bot.integrations.slack.members import BotIdentity
from bot.integrations.slack.workspace import SlackWorkspace
from bot.ports.workspace import Message, Posted
from sandbox.api.table import COMMON_ERRORS, methods
from tests.support.nonsense import ALL, Nonsense

NOW = 1_800_000_000.0
VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}


def _answer(what: Nonsense) -> bytes:
    length = len(what.body) + (1000 if what.cut else 0)
    lines = [f"HTTP/1.1 {what.status} Whatever", f"Content-Type: {what.content_type}", f"Content-Length: {length}"]
    lines += [f"Retry-After: {what.retry_after}"] if what.retry_after else []
    lines += ["Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode() + what.body


@asynccontextmanager
async def talking_to(what: Nonsense) -> AsyncIterator[SlackWorkspace]:
    """Run a server that answers everything with nonsense, and a workspace that takes it for Slack."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                await reader.readexactly(int(line.partition(b":")[2]))
        writer.write(_answer(what))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/"
    async with server, aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        client = AsyncWebClient(token="xoxb-1", base_url=url, session=session, retry_handlers=[], timeout=20)
        identity = BotIdentity(url, "T1", "B1", "U0BOT")
        yield SlackWorkspace(Calls(client, Budget(lambda: NOW)), identity)


ASKED: dict[str, Callable[[SlackWorkspace], Coroutine[Any, Any, Any]]] = {
    "conversations.create": lambda slack: slack.create_channel("esc-acme", private=False),
    "conversations.invite": lambda slack: slack.invite("C1", ["U1", "U2"]),
    "chat.postMessage": lambda slack: slack.post("U1", Message("x"), effect_id=1, urgent=True),
    "chat.update": lambda slack: slack.edit(Posted("C1", "1.0"), Message("x")),
    "users.info": lambda slack: slack.profile("U1"),
    "users.lookupByEmail": lambda slack: slack.profile_by_email("ana@example.com"),
    "conversations.open": lambda slack: slack._channel_id("U1"),
    "conversations.members": lambda slack: slack.has_member("C1", "U1"),
    "views.open": lambda slack: slack.open_view("1.2.a", VIEW),
    "views.update": lambda slack: slack.update_view("V1", VIEW),
    "conversations.archive": lambda slack: slack.archive("C1"),
}
# An answer that says no more than "ok" is enough for these: they need nothing of it.
_OK_IS_ENOUGH = {"conversations.invite", "chat.update", "conversations.archive"}


@pytest.mark.parametrize("method", ASKED)
@pytest.mark.parametrize("what", ALL, ids=lambda what: what.name)
async def test_nothing_is_given_up_for_what_slack_has_not_said(what: Nonsense, method: str) -> None:
    async with talking_to(what) as slack:
        if what.name == "ok, and nothing else" and method in _OK_IS_ENOUGH:
            await ASKED[method](slack)
            return
        with pytest.raises(OutsideError) as caught:
            await ASKED[method](slack)
        assert not isinstance(caught.value, Permanent)
        assert caught.value.call == method


async def raised(what: Nonsense) -> OutsideError:
    async with talking_to(what) as slack:
        with pytest.raises(OutsideError) as caught:
            await slack.post("U1", Message("x"), effect_id=1)
        return caught.value


def named(name: str) -> Nonsense:
    return next(what for what in ALL if what.name == name)


async def test_what_is_not_slacks_is_in_doubt_and_says_so() -> None:
    error = await raised(named("a page of a proxy, 403"))
    assert isinstance(error, Ambiguous)
    assert error.code == "what answers is not Slack (status 403)"


async def test_an_unknown_error_code_is_reported_to_a_person() -> None:
    for name, word in (("a word nobody knows", "moved_to_the_moon"), ("keys withdrawn", "ekm_access_denied")):
        error = await raised(named(name))
        assert isinstance(error, Blocked)
        assert error.code == word


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("Fri, 15 Jan 2027 08:00:30 GMT", 30),
        ("Fri, 15 Jan 2027 07:00:00 GMT", None),
        ("86400", 600),
        ("-3", None),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
async def test_when_to_come_again_is_read_as_http_has_it(header: str, seconds: float | None) -> None:
    error = await raised(Nonsense("", 429, b'{"ok": false, "error": "ratelimited"}', retry_after=header))
    assert isinstance(error, Temporary)
    assert (error.retry_after.total_seconds() if error.retry_after else None) == seconds


async def test_a_proxy_that_is_overloaded_holds_nothing_back_for_long() -> None:
    error = await raised(named("too many, for ever"))
    assert isinstance(error, Temporary)
    assert error.retry_after is None or error.retry_after.total_seconds() <= 60


# Slack answers these too, although the reference of no method names them.
_UNWRITTEN = {
    "cannot_dm_bot",
    "user_is_ultra_restricted",
    "accesslimited",
    "rate_limited",
    "team_added_to_org",
    "token_expired",
    "request_timeout",
    "not_authed",
}


def test_every_word_that_is_known_is_one_of_slacks() -> None:
    written = set(COMMON_ERRORS).union(*(methods()[name].errors for name in methods()))
    known = verdicts.PERMANENT | verdicts.LATER | verdicts.AMBIGUOUS | verdicts.TOKEN
    assert known - written - _UNWRITTEN == set()
    assert all(words <= methods()[method].errors for method, words in verdicts.PERMANENT_FOR.items())


def test_no_word_means_two_things() -> None:
    groups = [verdicts.PERMANENT, verdicts.LATER, verdicts.AMBIGUOUS, verdicts.TOKEN]
    words = [word for group in groups for word in group]
    assert len(words) == len(set(words))
