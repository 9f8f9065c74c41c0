"""A conversation of many messages: each is loaded once, and messages out of view cost nothing."""

import pytest
from playwright.async_api import Page, expect

from sandbox.server import Sandbox
from sandbox.state import posting
from sandbox.state.messages import Message
from tests.browser.page_actions import OpenPage, messages
from tests.sandbox.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MANY = 700


@pytest.fixture
def talk(sandbox: Sandbox) -> list[str]:
    """Fill a channel with many messages that Ana has read, and return their `ts`, oldest first."""
    channel = sandbox.workspace.channels["C01SUPPORT"]
    for number in range(MANY):
        said = Message(
            sandbox.workspace.new_ts(channel), "U01BEN", f"Message number {number}. {'word ' * (number % 40)}"
        )
        posting.post(sandbox.workspace, channel, said)
    talk = [message.ts for message in channel.messages]
    posting.read(sandbox.workspace, channel, "U01ANA", talk[-1])
    return talk


async def turn_the_wheel(page: Page, by: int) -> None:
    await page.get_by_role("log", name="Messages").hover()
    await page.mouse.wheel(0, by)
    await page.evaluate("new Promise(requestAnimationFrame)")


async def shown(page: Page) -> list[str]:
    found: list[str] = await messages(page).evaluate_all("nodes => nodes.map(node => node.dataset.ts)")
    return found


async def test_going_up_as_fast_as_one_can_meets_every_message_once(open_page: OpenPage, talk: list[str]) -> None:
    page = await open_page("ana", "support")
    await expect(messages(page).last).to_be_in_viewport()
    beginning = page.get_by_text("This is the very beginning")
    for _ in range(400):
        await turn_the_wheel(page, -3000)
        if await beginning.count() and await page.get_by_role("log", name="Messages").evaluate("box => !box.scrollTop"):
            break
    await expect(beginning).to_be_in_viewport()
    assert await shown(page) == talk


async def test_one_stays_where_one_is_while_older_messages_come_in_above(open_page: OpenPage, talk: list[str]) -> None:
    page = await open_page("ana", "support")
    await expect(messages(page)).to_have_count(200)
    oldest = messages(page).and_(page.locator(f'[data-ts="{talk[-200]}"]'))
    await oldest.scroll_into_view_if_needed()
    await expect(messages(page)).to_have_count(400)
    await expect(oldest).to_be_in_viewport()


async def test_what_is_out_of_sight_is_not_drawn(open_page: OpenPage, talk: list[str]) -> None:
    page = await open_page("ana", "support", more=f"&message={talk[0]}")
    await expect(messages(page)).to_have_count(MANY)
    await expect(messages(page).first).to_be_in_viewport()
    drawn = "nodes => nodes.filter(node => node.checkVisibility({ contentVisibilityAuto: true })).length"
    inside = page.get_by_role("log", name="Messages").locator(".message-main > *")
    assert 0 < await inside.evaluate_all(drawn) < MANY / 10


async def test_a_new_message_leaves_all_others_as_they_are(
    open_page: OpenPage, person: Person, talk: list[str]
) -> None:
    page = await open_page("ana", "support", more=f"&message={talk[0]}")
    await expect(messages(page)).to_have_count(MANY)
    await page.evaluate(
        """() => {
          window.touched = [];
          const note = (records) => touched.push(...records.flatMap((one) => [...one.addedNodes, ...one.removedNodes]));
          new MutationObserver(note).observe(document.querySelector(".rows"), { childList: true });
        }"""
    )
    await person.say("ben", "support", "One more")
    await expect(messages(page)).to_have_count(MANY + 1)
    assert await page.evaluate("touched.map(node => node.textContent.includes('One more'))") == [True]
