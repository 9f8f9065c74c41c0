"""What a test does to the page, and beside it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from playwright.async_api import Locator, Page

from tests.browser.world import Json

OpenPage = Callable[..., Awaitable[Page]]


@dataclass(frozen=True)
class Hands:
    """The control API: what happens beside the page."""

    http: aiohttp.ClientSession

    async def do(self, name: str, /, **body: Any) -> Json:
        async with self.http.post(f"/_sandbox/{name}", json=body) as response:
            answer: Json = await response.json()
            assert response.status == 200, answer
            return answer

    async def look(self, name: str, /, **query: Any) -> Json:
        async with self.http.get(f"/_sandbox/{name}", params=query) as response:
            answer: Json = await response.json()
            assert response.status == 200, answer
            return answer

    async def say(self, user: str, channel: str, text: str, **more: Any) -> str:
        """Write a message and return its `ts`."""
        return str((await self.do("message", user=user, channel=channel, text=text, **more))["ts"])


def messages(page: Page) -> Locator:
    """The messages of the conversation that is open."""
    return page.get_by_role("log", name="Messages").get_by_role("article")


async def write(page: Page, text: str, *, into: str = "Message #general") -> None:
    """Type into a composer and send."""
    await page.get_by_label(into).fill(text)
    await page.get_by_label(into).press("Enter")


async def choose_action(page: Page, said: str, action: str) -> None:
    """Press a button of the bar that stands above a message."""
    await messages(page).filter(has_text=said).hover()
    await page.get_by_role("toolbar", name="Message actions").get_by_label(action).click()


def place(page: Page, name: str) -> Locator:
    """A conversation or an app in the side bar, by its whole name and what is unread."""
    return page.get_by_role("navigation", name="Workspace").get_by_role("button", name=name, exact=True)
