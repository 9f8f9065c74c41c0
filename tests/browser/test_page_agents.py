"""An agent on the page: its thread, and a message that grows while one looks."""

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncApp

from tests.browser.page_actions import OpenPage
from tests.sandbox.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_stream_grows_in_the_thread_that_was_opened(
    open_page: OpenPage, person: Person, bolt: AsyncApp
) -> None:
    opened = await person.do("assistant", user="ana", channel="general")
    at = {"channel": opened["channel"], "thread_ts": opened["thread_ts"]}
    await person.say("ana", opened["channel"], "What is left?", thread_ts=at["thread_ts"])
    page = await open_page("ana", opened["channel"])
    await (
        page.get_by_role("article")
        .filter(has_text="New Assistant Thread")
        .get_by_role("button", name="1 reply")
        .click()
    )
    stream = await bolt.client.chat_stream(**at, buffer_size=1)
    thread = page.get_by_role("complementary", name="Thread")
    await stream.append(markdown_text="**Two** things")
    await expect(thread.get_by_text("Two things")).to_be_visible()
    await stream.append(markdown_text=" and a half")
    await expect(thread.get_by_text("Two things and a half")).to_be_visible()
    await stream.stop(blocks=[{"type": "divider"}])
    await expect(thread.locator("hr")).to_be_visible()
