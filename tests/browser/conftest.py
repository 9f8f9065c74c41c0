"""A sandbox, an app behind it and a browser before it. All share one event loop, as the browser lives for long."""

import shutil
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_bolt.async_app import AsyncApp

from sandbox.server import Sandbox
from tests.browser.page_actions import OpenPage
from tests.browser.world import MANIFEST, SEED, bolt_app
from tests.sandbox.world import Person

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: the page is not tried")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(SEED, [MANIFEST], strict_tiers=False) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def bolt(sandbox: Sandbox) -> AsyncIterator[AsyncApp]:
    async with bolt_app(sandbox) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="session")
async def person(sandbox: Sandbox) -> AsyncIterator[Person]:
    async with aiohttp.ClientSession(sandbox.url) as http:
        yield Person(http)


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, sandbox: Sandbox) -> AsyncIterator[OpenPage]:
    """Open the page as somebody, in a browser profile of its own. No page may complain, whatever a test does."""
    complaints: list[str] = []
    contexts = []

    async def opened(user: str = "ana", channel: str = "general", *, more: str = "", **options: Any) -> Page:
        context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        await page.goto(f"{sandbox.url}/#user={user}&channel={channel}{more}")
        await page.locator(".sidebar .person:not([hidden])").wait_for(state="attached")
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert complaints == []
