"""The pages of an app: its Home tab as it publishes it, and the messages with it."""

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.page_actions import OpenPage, messages, place, write
from tests.browser.world import Json, button, mrkdwn

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def home(text: str) -> Json:
    actions = {"type": "actions", "block_id": "do", "elements": [button("Refresh", "refresh")]}
    return {"type": "home", "blocks": [{"type": "section", "text": mrkdwn(text)}, actions]}


async def test_opening_the_home_tab_tells_the_app_which_publishes_it(open_page: OpenPage, bolt: AsyncApp) -> None:
    @bolt.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=home(f"Yours, <@{event['user']}>"))

    page = await open_page("ana")
    await place(page, "Helper").click()
    await expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")
    await expect(page.locator(".home")).to_contain_text("Yours, @Ana Ruiz")
    await page.get_by_role("navigation", name="Act as").get_by_role("button", name="Ben Okafor").click()
    await expect(page.locator(".home")).to_contain_text("Yours, @Ben Okafor")


async def test_a_button_on_the_home_tab_reaches_the_app(open_page: OpenPage, bolt: AsyncApp) -> None:
    @bolt.action("refresh")
    async def refresh(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_publish(user_id=body["user"]["id"], view=home("Fresh"))

    await bolt.client.views_publish(user_id="U01ANA", view=home("Stale"))
    page = await open_page("ana", more="&app=A0SANDBOX1")
    await expect(page.locator(".home")).to_contain_text("Stale")
    await page.get_by_role("button", name="Refresh").click()
    await expect(page.locator(".home")).to_contain_text("Fresh")


async def test_an_app_without_a_home_says_so(open_page: OpenPage) -> None:
    page = await open_page("ana", more="&app=A0SANDBOX1&tab=home")
    await expect(page.get_by_text("Helper has not published a Home tab for this person.")).to_be_visible()


async def test_messages_of_the_app_are_counted_and_answered(open_page: OpenPage, bolt: AsyncApp) -> None:
    page = await open_page("ana")
    opened = await bolt.client.conversations_open(users="U01ANA")
    await bolt.client.chat_postMessage(channel=opened["channel"]["id"], text="You are paged")
    await place(page, "Helper 1 unread").click()
    await expect(page.get_by_role("tab", name="Messages")).to_have_attribute("aria-selected", "true")
    await expect(messages(page)).to_contain_text("You are paged")
    await write(page, "On my way", into="Message Helper")
    await expect(messages(page).filter(has_text="On my way")).to_be_visible()
    await expect(place(page, "Helper")).to_be_visible()


async def test_the_about_tab_lists_commands_and_shortcuts(open_page: OpenPage) -> None:
    page = await open_page("ana", more="&app=A0SANDBOX1&tab=about")
    await expect(page.locator(".about")).to_contain_text("/ticket [what happened]")
    await expect(page.locator(".about")).to_contain_text("Ticket from this message")
