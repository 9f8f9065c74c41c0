"""Status pages: what their JSON says, and what happens if it isn't there, too large or something else."""

import asyncio

import aiohttp
import pytest

from bot.errors import OutsideError
from bot.integrations import status_page as reading
from bot.integrations.status_page import JsonStatusPage
from bot.ports.status_page import PageState
from tests.support.status_page import Page, status_page


async def _read(change: Page) -> PageState:
    async with status_page() as page, aiohttp.ClientSession() as session:
        change.port = page.port
        for name in ("words", "incidents", "status", "body", "hangs"):
            setattr(page, name, getattr(change, name))
        try:
            return await JsonStatusPage(session, page.url).read()
        finally:
            if page.hangs is not None:
                page.hangs.set()


def test_it_says_how_all_is_and_which_incidents_are_open() -> None:
    open_ones = [{"name": "Sign-in\nis slow", "status": "investigating"}, {"name": "Past", "status": "resolved"}]
    found = asyncio.run(_read(Page(words="Partial System Outage", incidents=open_ones)))
    assert found == PageState("Partial System Outage", ("Sign-in is slow",))


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(status=503), "it answers 503"),
        (Page(status=302), "it answers 302"),
        (Page(status=404), "it answers 404"),
        (Page(body=b"<html>"), "its answer isn't that of a status page"),
        (Page(body=b'{"status": []}'), "its answer isn't that of a status page"),
        (Page(body=b'{"status": {"description": 1}}'), "its answer isn't that of a status page"),
        (Page(body=b"[" * 100_000), "its answer isn't that of a status page"),
        (Page(body=b'{"status": {"description": "%s"}}' % (b"x" * 1_100_000)), "its answer is larger than 1 MB"),
    ],
)
def test_what_is_no_status_page_is_named(page: Page, why: str) -> None:
    with pytest.raises(OutsideError) as error:
        asyncio.run(_read(page))
    assert error.value.code == why


def test_a_page_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_SECONDS", 0.2)

    async def read() -> PageState:
        return await _read(Page(hangs=asyncio.Event()))

    with pytest.raises(OutsideError, match="no answer"):
        asyncio.run(read())
