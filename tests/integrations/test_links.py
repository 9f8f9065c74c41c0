"""Signed links: read as they were made, and by nobody else's hand; the pages they open give nothing away."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.errors import NotFound
from bot.integrations import public
from bot.integrations.health import application
from bot.integrations.link_pages import LinkPages
from bot.integrations.links import SignedLinks
from bot.ports.links import MOST_WORDS, Link, LinkUsedError, Purpose, WebPage
from tests.support.browser import Browser, browsing

NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
LINK = Link(Purpose.PAGE, 142, "7", "dana+night@example.com", NOW + timedelta(days=1))
OURS = SignedLinks("xoxb-1", "https://escalate.example.com/")


def token(link: Link = LINK, links: SignedLinks = OURS) -> str:
    return (links.url(link) or "").removeprefix("https://escalate.example.com/l/")


def test_a_link_is_read_as_it_was_made() -> None:
    assert OURS.read(token()) == LINK
    assert token() == token(), "a repeated message carries the same link"


def test_a_link_never_holds_the_secret() -> None:
    assert "xoxb" not in token()


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x",
        token()[:-1],
        token() + "A",
        token().replace(".", ".A", 1),
        token(links=SignedLinks("xoxb-2", "https://escalate.example.com")),
        "ö" * 10,
        "a" * 100_000,
        token(Link("other", 1, "7", "x", NOW)),  # type: ignore[arg-type] # from a version that knows more
    ],
)
def test_a_forged_or_cut_link_is_not_read(forged: str) -> None:
    assert OURS.read(forged) is None


def test_without_a_public_address_there_are_no_links() -> None:
    assert SignedLinks("xoxb-1", None).url(LINK) is None


class Lamp:
    """The action of a link here: it switches a lamp on, once."""

    def __init__(self) -> None:
        self.pressed: list[str] = []
        self.written: list[str] = []
        self.hangs = self.breaks = False

    async def show(self, link: Link) -> WebPage:
        if self.hangs:
            await asyncio.Event().wait()
        if self.breaks:
            raise KeyError(link.subject)
        return WebPage("<b>On?</b>", (link.person,), (('"Yes" & no', "yes"),), asks="<i>Why?</i>")

    async def follow(self, link: Link, answer: str, words: str) -> WebPage:
        if link.subject == "gone":
            raise NotFound("There is no such lamp.")
        if self.pressed:
            raise LinkUsedError
        if not answer:
            return await self.show(link)
        self.pressed.append(answer)
        self.written.append(words)
        return WebPage("It's on")

    async def expired(self, link: Link) -> WebPage:  # noqa: ARG002
        return WebPage("Too late")


@pytest.fixture
def lamp() -> Lamp:
    return Lamp()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def browser(lamp: Lamp, clock: ManualClock) -> AsyncIterator[Browser]:
    async def ready() -> Mapping[str, str | None]:
        return {}

    pages = LinkPages(OURS, {Purpose.PAGE: lamp}, clock)
    app = application(readiness=ready, slack=None, outside=[pages.route()])
    async with browsing(app) as found:
        yield found


async def test_opening_a_link_changes_nothing_and_pressing_works_once(browser: Browser, lamp: Lamp) -> None:
    address = f"/l/{token()}"
    shown = await browser.get(address)
    assert shown.status == 200
    assert (await browser.get(address)).text == shown.text
    assert (await browser.ask("HEAD", address)).status == 200
    assert lamp.pressed == []
    assert "&lt;b&gt;On?&lt;/b&gt;" in shown.text
    assert (await browser.post(address, answer="yes")).text.count("It&#x27;s on") == 2
    again = await browser.post(address, answer="yes")
    assert again.status == 200
    assert "On?" in again.text
    assert lamp.pressed == ["yes"]


async def test_the_field_of_a_page_is_escaped_and_what_is_written_comes_with_the_button(
    browser: Browser, lamp: Lamp
) -> None:
    address = f"/l/{token()}"
    assert "&lt;i&gt;Why?&lt;/i&gt;<textarea" in (await browser.get(address)).text
    await browser.post(address, answer="yes", words=" Grüße\n" + "x" * 3000)
    assert lamp.written == [("Grüße\n" + "x" * 3000)[:MOST_WORDS]]


async def test_pages_are_not_stored_framed_or_followed(browser: Browser) -> None:
    for address in (f"/l/{token()}", "/l/forged"):
        headers = (await browser.get(address)).headers
        assert {name: headers[name] for name, _ in public.HEADERS} == dict(public.HEADERS)


async def test_a_link_that_expired_or_was_forged_says_what_to_do(
    browser: Browser, lamp: Lamp, clock: ManualClock
) -> None:
    clock.at = NOW + timedelta(days=1, seconds=1)
    late = await browser.post(f"/l/{token()}", answer="yes")
    assert "Too late" in late.text
    forged = await browser.post("/l/forged", answer="yes")
    assert forged.status == 404
    assert "This link doesn&#x27;t work" in forged.text
    assert lamp.pressed == []


async def test_a_refusal_is_told_in_its_own_words(browser: Browser) -> None:
    gone = token(Link(Purpose.PAGE, 1, "gone", "x", NOW + timedelta(days=1)))
    refused = await browser.post(f"/l/{gone}", answer="yes")
    assert refused.status == 409
    assert "There is no such lamp." in refused.text


async def test_nobody_waits_for_a_database_that_hangs(
    browser: Browser, lamp: Lamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "PATIENCE_SECONDS", 0.1)
    lamp.hangs = True
    shown = await browser.get(f"/l/{token()}")
    assert shown.status == 503
    assert "Try again in a minute; nothing counts twice." in shown.text


async def test_what_breaks_is_told_with_the_reference_of_the_log(
    browser: Browser, lamp: Lamp, defects: list[str]
) -> None:
    lamp.breaks = True
    shown = await browser.get(f"/l/{token()}")
    assert shown.status == 500
    assert "tell us this reference: " in shown.text
    assert "Traceback" not in shown.text
    assert [line.split("\n")[0] for line in defects] == ["request failed"]
    defects.clear()


async def test_other_methods_and_large_bodies_are_refused(browser: Browser, lamp: Lamp) -> None:
    address = f"/l/{token()}"
    assert (await browser.ask("PUT", address)).status == 405
    large = await browser.post(address, answer="x" * public.LARGEST_BODY)
    assert large.status == 413
    strange = await browser.ask("POST", address, data=b"\xff\xfe", headers={"content-type": "multipart/form-data"})
    assert strange.status == 200, "it is no answer, so the question is asked"
    assert lamp.pressed == []
