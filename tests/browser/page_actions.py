"""Actions of a test on the page."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page

OpenPage = Callable[..., Awaitable[Page]]


def messages(page: Page) -> Locator:
    """Return the messages of the conversation that is open."""
    return page.get_by_role("log", name="Messages").get_by_role("article")


async def write(page: Page, text: str, *, into: str = "Message #general") -> None:
    """Type into a composer and send."""
    await page.get_by_label(into).fill(text)
    await page.get_by_label(into).press("Enter")


async def choose_action(page: Page, said: str, action: str) -> None:
    """Press a button of the bar above a message."""
    await messages(page).filter(has_text=said).hover()
    await page.get_by_role("toolbar", name="Message actions").get_by_label(action).click()


def place(page: Page, name: str) -> Locator:
    """Return a conversation or an app in the side bar, by its whole name and what is unread."""
    return page.get_by_role("navigation", name="Workspace").get_by_role("button", name=name, exact=True)
